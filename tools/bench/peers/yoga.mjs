import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { sdl } from './data.mjs';
import { loaders, resolvers } from './servers.mjs';

const yoga = createYoga({
  schema: createSchema({ typeDefs: sdl, resolvers }),
  context: loaders,
  graphiql: false,
  landingPage: false,
  logging: false,
  maskedErrors: false,
});

createServer(yoga).listen(Number(process.argv[2]), '127.0.0.1');
