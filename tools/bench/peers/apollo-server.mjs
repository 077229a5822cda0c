import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { sdl } from './data.mjs';
import { loaders, resolvers } from './servers.mjs';

const server = new ApolloServer({ typeDefs: sdl, resolvers, introspection: true, csrfPrevention: false });

await startStandaloneServer(server, {
  listen: { port: Number(process.argv[2]), host: '127.0.0.1' },
  context: async () => loaders(),
});
