// Arguments: port, address of the subgraphs, and "router" for the query planner in Rust.
import { EventEmitter } from 'node:events';
import http from 'node:http';
import { composeServices } from '@apollo/composition';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { parse } from 'graphql';

EventEmitter.defaultMaxListeners = 0;
http.globalAgent = new http.Agent({ keepAlive: true });
const [port, subgraphs, planner] = process.argv.slice(2);
const services = await Promise.all(['accounts', 'inventory', 'products', 'reviews'].map(async (name) => {
  const response = await fetch(`${subgraphs}/${name}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  return { name, url: `${subgraphs}/${name}`, typeDefs: parse((await response.json()).data._service.sdl) };
}));
const composed = composeServices(services);
if (composed.errors) throw new Error(composed.errors.join('\n'));
const gateway = createGatewayRuntime({
  supergraph: composed.supergraphSdl,
  logging: false,
  maskedErrors: false,
  // Every contender asks its subgraphs for every request.
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
  ...(planner === 'router' ? { unifiedGraphHandler } : {}),
});
http.createServer(gateway).listen(Number(port), '127.0.0.1');
