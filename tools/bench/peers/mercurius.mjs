import Fastify from 'fastify';
import mercurius from 'mercurius';
import { BRANDS, brands, products, reviews, sdl, users } from './data.mjs';

// One hop before every batch, standing for a round trip to a database.
const hop = () => new Promise((resolve) => setImmediate(resolve));

const app = Fastify();
app.register(mercurius, {
  schema: sdl,
  jit: 1,
  cache: true,
  queryDepth: 60,
  resolvers: {
    Query: {
      hello: () => 'world',
      products: (_, { first }) => products.slice(0, first),
      product: (_, { id }) => products[Number(id) - 1],
    },
  },
  loaders: {
    Product: {
      async brand(queries) {
        await hop();
        return queries.map(({ obj }) => brands[obj.number % BRANDS]);
      },
      async reviews(queries) {
        await hop();
        return queries.map(({ obj, params }) => reviews[obj.number - 1].slice(0, params.first));
      },
    },
    Review: {
      async author(queries) {
        await hop();
        return queries.map(({ obj }) => users[obj.authorNumber - 1]);
      },
    },
  },
});

await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
