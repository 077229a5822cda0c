// graphql-sse's client in single connection mode against the server at URL.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';

const client = createClient({ url: process.env.URL, singleConnection: true, lazy: true, retryAttempts: 0 });

async function collect(request) {
  const results = [];
  for await (const result of client.iterate(request)) {
    results.push(result);
  }

  return results;
}

// Kept running, so that everything below shares its connection.
const endless = client.iterate({ query: 'subscription { forever }' });
assert.equal((await endless.next()).value.data.forever, 1);

const [hello, counted] = await Promise.all([
  collect({ query: 'query ($name: String!) { hello(name: $name) }', variables: { name: 'é😀' } }),
  collect({ query: 'subscription { count(to: 3) }' }),
]);
assert.deepEqual(hello, [{ data: { hello: 'Hello é😀' } }]);
assert.deepEqual(counted.map((result) => result.data.count), [1, 2, 3]);

const [failed] = await collect({ query: '{ unknown }' });
assert.equal(failed.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');

await endless.return();
client.dispose();
console.log('ok');
