// Arguments: port, address of the subgraphs.
import http from 'node:http';
import { ApolloGateway, IntrospectAndCompose } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

http.globalAgent = new http.Agent({ keepAlive: true });
const [port, subgraphs] = process.argv.slice(2);
const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: ['accounts', 'inventory', 'products', 'reviews'].map((name) => ({ name, url: `${subgraphs}/${name}` })),
  }),
});
const server = new ApolloServer({ gateway, csrfPrevention: false });
await startStandaloneServer(server, { listen: { port: Number(port), host: '127.0.0.1' } });
