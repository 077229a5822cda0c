import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';

// The port can be chosen by the environment: PRODUCTS_PORT, REVIEWS_PORT, STOCK_PORT.
export function serve(name, port, schema) {
  const yoga = createYoga({ schema, logging: false, graphiql: false });
  const chosen = Number(process.env[`${name.toUpperCase()}_PORT`] ?? port);
  createServer(yoga).listen(chosen, '127.0.0.1', function () {
    console.log(`${name} answers at http://127.0.0.1:${this.address().port}/graphql`);
  });
}
