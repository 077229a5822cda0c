// GraphQL over Server-Sent Events request by request against the server at URL, both modes.
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

const url = process.env.URL;
const Token = 'x-graphql-event-stream-token';

const post = (body, headers = {}) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

async function running(expected) {
  await eventually(async () => (await (await post({ query: '{ running }' })).json()).data.running === expected);
}

// Reads a stream event by event; comments are dropped.
async function* events(response) {
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  let text = '';
  for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
      const lines = text.slice(0, end).split('\n').filter((line) => !line.startsWith(':'));
      if (lines.length > 0) {
        yield lines;
      }
    }
  }
}

async function all(response) {
  const read = [];
  for await (const event of events(response)) {
    read.push(event);
  }

  return read;
}

const stream = { accept: 'text/event-stream' };
const hello = ['event: next', 'data: {"data":{"hello":"Hello world"}}'];
const complete = ['event: complete', 'data:'];

// Distinct connections.
assert.deepEqual(await all(await post({ query: '{ hello }' }, stream)), [hello, complete]);
assert.deepEqual(await all(await fetch(`${url}?query=${encodeURIComponent('{ hello }')}`, { headers: stream })), [hello, complete]);
assert.equal((await all(await post({ query: 'subscription { count(to: 2) }' }, stream))).length, 3);
const invalid = await all(await post({ query: '{ unknown }' }, stream));
assert.match(invalid[0][1], /^data: \{"errors":\[.*GRAPHQL_VALIDATION_FAILED/);
assert.deepEqual(invalid[1], complete);
assert.equal((await post('no object', stream)).status, 400);
const leaving = new AbortController();
const left = await fetch(url, {
  method: 'POST', signal: leaving.signal, headers: { 'content-type': 'application/json', ...stream }, body: '{"query":"subscription { forever }"}',
});
assert.deepEqual((await events(left).next()).value, ['event: next', 'data: {"data":{"forever":1}}']);
await running(1);
leaving.abort();
await running(0);

// A single connection: reserved, opened once, and nobody else's.
const reserved = await fetch(url, { method: 'PUT' });
assert.equal(reserved.status, 201);
const token = await reserved.text();
assert.match(token, /^[0-9a-f]{32}$/);
const start = (query, operationId, by = token) => post({ query, extensions: { operationId } }, { [Token]: by });
const abort = new AbortController();
const opened = await fetch(url, { headers: { ...stream, [Token]: token }, signal: abort.signal });
assert.equal(opened.status, 200);
const incoming = events(opened);
const next = async () => (await incoming.next()).value;

assert.equal((await start('{ hello }', 'q')).status, 202);
assert.deepEqual(await next(), ['event: next', 'data: {"id":"q","payload":{"data":{"hello":"Hello world"}}}']);
assert.deepEqual(await next(), ['event: complete', 'data: {"id":"q"}']);
assert.equal((await start('mutation { greet }', 'm')).status, 202);
assert.deepEqual(await next(), ['event: next', 'data: {"id":"m","payload":{"data":{"greet":"Hello world"}}}']);
assert.deepEqual(await next(), ['event: complete', 'data: {"id":"m"}']);
assert.equal((await start('{ unknown }', 'e')).status, 202);
assert.match((await next())[1], /^data: \{"id":"e","payload":\{"errors":/);
assert.deepEqual(await next(), ['event: complete', 'data: {"id":"e"}']);

assert.equal((await start('subscription { forever }', 's')).status, 202);
assert.deepEqual(await next(), ['event: next', 'data: {"id":"s","payload":{"data":{"forever":1}}}']);
assert.equal((await start('{ hello }', 's')).status, 409);
assert.equal((await fetch(`${url}?operationId=s`, { method: 'DELETE', headers: { [Token]: token } })).status, 200);
await running(0);
assert.equal((await fetch(`${url}?operationId=s`, { method: 'DELETE', headers: { [Token]: token } })).status, 200);

assert.equal((await fetch(url, { headers: { ...stream, [Token]: token } })).status, 409);
assert.equal((await start('{ hello }', undefined)).status, 400);
assert.equal((await fetch(url, { method: 'DELETE', headers: { [Token]: token } })).status, 400);
assert.equal((await start('{ hello }', 'w', 'a wrong token')).status, 404);
assert.equal((await fetch(url, { headers: { ...stream, [Token]: 'a wrong token' } })).status, 404);
assert.equal((await fetch(`${url}?operationId=s`, { method: 'DELETE', headers: { [Token]: 'a wrong token' } })).status, 404);
assert.equal((await fetch(`${url}?operationId=s`, { method: 'DELETE' })).status, 405);
assert.equal((await fetch(`${url}?token=${token}`, { method: 'PATCH' })).status, 405);
assert.equal((await post([{ query: '{ hello }', extensions: { operationId: 'b' } }], { [Token]: token })).status, 400);

// The end of the connection ends its operations, and the token with it.
assert.equal((await start('subscription { forever }', 'last')).status, 202);
await next();
await running(1);
abort.abort();
await running(0);
await eventually(async () => (await start('{ hello }', 'late')).status === 404);
console.log('ok');
process.exit(0);
