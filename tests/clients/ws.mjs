// graphql-ws's client against the server at URL: results, errors, a subscription to its end, and one left early.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const client = createClient({ url: process.env.URL, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true });

async function collect(request) {
  const results = [];
  for await (const result of client.iterate(request)) {
    results.push(result);
  }

  return results;
}

assert.deepEqual(await collect({ query: 'query ($name: String!) { hello(name: $name) }', variables: { name: 'é😀' } }), [
  { data: { hello: 'Hello é😀' } },
]);

assert.deepEqual(
  (await collect({ query: 'subscription { count(to: 3) }' })).map((result) => result.data.count),
  [1, 2, 3],
);

await assert.rejects(collect({ query: '{ unknown }' }), (errors) => {
  assert.match(errors[0].message, /unknown/);
  assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  return true;
});

// Ten side by side over one socket.
const sums = await Promise.all(
  Array.from({ length: 10 }, async (_, i) =>
    (await collect({ query: `subscription { count(to: ${i + 1}) }` })).reduce((sum, result) => sum + result.data.count, 0)),
);
assert.deepEqual(sums, [1, 3, 6, 10, 15, 21, 28, 36, 45, 55]);

const endless = client.iterate({ query: 'subscription { forever }' });
assert.equal((await endless.next()).value.data.forever, 1);
await endless.return();

await client.dispose();
console.log('ok');
