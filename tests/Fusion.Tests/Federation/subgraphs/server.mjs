// Serves Apollo Federation subgraphs over HTTP: http://127.0.0.1:PORT/SCENARIO/SUBGRAPH. The first line printed is the port.
import { createServer } from 'node:http';
import { readdirSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, validate } from 'graphql';
import { composeServices } from '@apollo/composition';
import { createYoga } from 'graphql-yoga';

const servers = new Map();
const scenarios = new Map();
const bodies = new Map();
for (const file of readdirSync(new URL('./scenarios', import.meta.url)).sort()) {
  const { default: scenario, yoga = [] } = await import(`./scenarios/${file}`);
  const name = file.replace(/\.mjs$/, '');
  scenarios.set(name, scenario);
  for (const [subgraph, { typeDefs, resolvers }] of Object.entries(scenario)) {
    const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers });
    const path = `/${name}/${subgraph}`;
    servers.set(path, yoga.includes(subgraph) ? overYoga(path, schema) : (body, response) => plain(schema, body, response));
  }
}

function overYoga(path, schema) {
  const server = createYoga({ schema, graphqlEndpoint: path, logging: false, maskedErrors: false });
  return async (body, response) => {
    const answer = await server.fetch(`http://127.0.0.1${path}`, {
      method: 'POST', body, headers: { 'content-type': 'application/json', accept: 'application/json' },
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  };
}

async function plain(schema, body, response) {
  const { query, variables, operationName } = JSON.parse(body);
  const document = parse(query);
  const errors = validate(schema, document);
  const result = errors.length > 0
    ? { errors }
    : await execute({ schema, document, variableValues: variables, operationName, contextValue: {} });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(result));
}

function supergraph(name) {
  const { errors, supergraphSdl } = composeServices(Object.entries(scenarios.get(name)).map(
    ([subgraph, { typeDefs }]) => ({ name: subgraph, url: `http://127.0.0.1/${name}/${subgraph}`, typeDefs: parse(typeDefs) })));
  return errors?.length ? errors.map(e => e.message).join('\n') : supergraphSdl;
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', chunk => { body += chunk; });
  request.on('end', async () => {
    const path = request.url.split('?')[0];
    if (path.endsWith('/_requests')) {
      // The bodies that the scenario's subgraphs got since this was last asked.
      const scenario = path.split('/')[1];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(bodies.get(scenario) ?? []));
      bodies.delete(scenario);
      return;
    }

    if (path.endsWith('/_supergraph')) {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end(supergraph(path.split('/')[1]));
      return;
    }

    const serve = servers.get(path);
    if (!serve) {
      response.writeHead(404).end();
      return;
    }

    const scenario = path.split('/')[1];
    bodies.set(scenario, [...(bodies.get(scenario) ?? []), { subgraph: path.split('/')[2], ...JSON.parse(body) }]);
    try {
      await serve(body, response);
    } catch (error) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ message: error.message }] }));
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
// The tests end by closing our input.
process.stdin.on('end', () => process.exit(0)).resume();
