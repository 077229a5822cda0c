// graphql-ws's client against the server at URL: every message that it sends and receives, and the ends it can bring about.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { eventually } from './eventually.mjs';

const url = process.env.URL;
const connect = (options) => createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true, ...options });
const client = connect({ connectionParams: { password: 'right' } });
const events = [];
for (const event of ['connecting', 'opened', 'connected', 'closed']) {
  client.on(event, (...args) => events.push([event, ...args]));
}

async function collect(request, by = client) {
  const results = [];
  for await (const result of by.iterate(request)) {
    results.push(result);
  }

  return results;
}

// The server counts the subscriptions that run.
const running = async (expected) => eventually(async () => (await collect({ query: '{ running }' }))[0].data.running === expected);

assert.deepEqual(await collect({ query: 'query ($name: String!) { hello(name: $name) }', variables: { name: 'é😀' } }), [
  { data: { hello: 'Hello é😀' } },
]);
assert.deepEqual(await collect({ query: 'mutation { greet(name: "you") }' }), [{ data: { greet: 'Hello you' } }]);
assert.deepEqual(
  await collect({ query: 'query A { hello(name: "a") } query B { hello(name: "b") }', operationName: 'B', extensions: { any: 1 } }),
  [{ data: { hello: 'Hello b' } }],
);

assert.deepEqual(
  (await collect({ query: 'subscription { count(to: 3) }' })).map((result) => result.data.count),
  [1, 2, 3],
);

// An operation that cannot start is an error message.
await assert.rejects(collect({ query: '{ unknown }' }), (errors) => {
  assert.match(errors[0].message, /unknown/);
  assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  return true;
});
await assert.rejects(collect({ query: '{' }), (errors) => errors[0].extensions.code === 'GRAPHQL_PARSE_FAILED');
await assert.rejects(
  collect({ query: 'query ($name: String!) { hello(name: $name) }' }),
  (errors) => errors[0].extensions.code === 'BAD_USER_INPUT',
);

// Ten side by side over one socket.
const sums = await Promise.all(
  Array.from({ length: 10 }, async (_, i) =>
    (await collect({ query: `subscription { count(to: ${i + 1}) }` })).reduce((sum, result) => sum + result.data.count, 0)),
);
assert.deepEqual(sums, [1, 3, 6, 10, 15, 21, 28, 36, 45, 55]);

// A subscription left early ends on the server.
const endless = client.iterate({ query: 'subscription { forever }' });
assert.equal((await endless.next()).value.data.forever, 1);
await running(1);
await endless.return();
await running(0);

// A normal end: 1000.
await client.dispose();
await eventually(() => events.at(-1)?.[0] === 'closed' && events.at(-1)[1].code === 1000);

// Pings of both sides, each answered by a pong.
const seen = new Set();
const pinging = connect({ keepAlive: 50, lazy: false });
pinging.on('ping', (received) => seen.add(`ping ${received ? 'in' : 'out'}`));
pinging.on('pong', (received) => seen.add(`pong ${received ? 'in' : 'out'}`));
await eventually(() => seen.size === 4);
await pinging.dispose();

// A refused connection_init.
await assert.rejects(collect({ query: '{ hello }' }, connect({ connectionParams: { password: 'wrong' } })), {
  code: 4403,
  reason: 'Not this password',
});

// A client that vanishes without a close frame leaves nothing running.
let line;
class Cuttable extends WebSocket {
  constructor(...args) {
    super(...args);
    line = this;
  }
}
const vanishing = connect({ webSocketImpl: Cuttable });
assert.equal((await vanishing.iterate({ query: 'subscription { forever }' }).next()).value.data.forever, 1);
const watching = connect();
await eventually(async () => (await collect({ query: '{ running }' }, watching))[0].data.running === 1);
line.terminate();
await eventually(async () => (await collect({ query: '{ running }' }, watching))[0].data.running === 0);
await watching.dispose();
console.log('ok');
process.exit(0);
