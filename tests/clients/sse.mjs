// graphql-sse's client in distinct connections mode against the server at URL.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';

const client = createClient({ url: process.env.URL, singleConnection: false, retryAttempts: 0 });

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

const [failed] = await collect({ query: '{ unknown }' });
assert.equal(failed.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');

const endless = client.iterate({ query: 'subscription { forever }' });
assert.equal((await endless.next()).value.data.forever, 1);
await endless.return();

client.dispose();
console.log('ok');
