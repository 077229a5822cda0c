// graphql-transport-ws frame by frame against the server at URL, where no client would misbehave: each close code with its
// reason. The server at IMPATIENT_URL waits a moment only for connection_init.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { eventually } from './eventually.mjs';

const Protocol = 'graphql-transport-ws';

class Socket {
  #messages = [];
  #waiting = [];

  constructor(url = process.env.URL, protocols = [Protocol]) {
    this.ws = new WebSocket(url, protocols);
    this.opened = new Promise((resolve, reject) => this.ws.once('open', resolve).once('error', reject));
    this.closed = new Promise((resolve) => this.ws.once('close', (code, reason) => resolve([code, reason.toString()])));
    this.ws.on('message', (data, isBinary) => {
      assert.equal(isBinary, false);
      const message = JSON.parse(data);
      // The server's own pings come at any time.
      if (message.type === 'ping') {
        this.pinged?.(message);
      } else {
        this.#waiting.length > 0 ? this.#waiting.shift()(message) : this.#messages.push(message);
      }
    });
  }

  static async open(url, protocols) {
    const socket = new Socket(url, protocols);
    await socket.opened;
    return socket;
  }

  static async initialised(payload) {
    const socket = await Socket.open();
    socket.send({ type: 'connection_init', payload });
    assert.deepEqual(await socket.next(), { type: 'connection_ack' });
    return socket;
  }

  send(message) {
    this.ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  next() {
    return this.#messages.length > 0 ? this.#messages.shift() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}

const subscribe = (query, id = '1') => ({ id, type: 'subscribe', payload: { query } });
const forever = 'subscription { forever }';

async function running(expected) {
  await eventually(async () => {
    const response = await fetch(process.env.URL.replace('ws:', 'http:'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ running }"}',
    });
    return (await response.json()).data.running === expected;
  });
}

async function closes(expected, socket, ...messages) {
  for (const message of messages) {
    socket.send(message);
  }

  const [code, reason] = await socket.closed;
  assert.equal(code, expected, `${messages.map(String).join(' ')}: ${code} ${reason}`);
  return reason;
}

const tests = {
  async 'a query is one next and a complete'() {
    const socket = await Socket.initialised();
    socket.send(subscribe('{ hello }'));
    assert.deepEqual(await socket.next(), { id: '1', type: 'next', payload: { data: { hello: 'Hello world' } } });
    assert.deepEqual(await socket.next(), { id: '1', type: 'complete' });
    socket.send(subscribe('mutation { greet }', '1'));
    assert.equal((await socket.next()).payload.data.greet, 'Hello world');
    assert.deepEqual(await socket.next(), { id: '1', type: 'complete' });
    socket.ws.close();
  },

  async 'connection_init may carry a payload, null, or nothing'() {
    for (const payload of [undefined, null, {}, { password: 'right', nested: { any: [1] } }]) {
      (await Socket.initialised(payload)).ws.close();
    }
  },

  async 'an error ends its operation alone and frees its id'() {
    const socket = await Socket.initialised();
    socket.send(subscribe('{ unknown }'));
    const error = await socket.next();
    assert.deepEqual([error.id, error.type, error.payload.length, error.payload[0].extensions.code], ['1', 'error', 1, 'GRAPHQL_VALIDATION_FAILED']);
    socket.send(subscribe('{ hello }'));
    assert.equal((await socket.next()).type, 'next');
    assert.equal((await socket.next()).type, 'complete');
    socket.ws.close();
  },

  async 'a complete of the client is answered by nothing, frees the id, and may be repeated'() {
    const socket = await Socket.initialised();
    socket.send(subscribe(forever));
    assert.equal((await socket.next()).payload.data.forever, 1);
    socket.send({ id: '1', type: 'complete' });
    socket.send({ id: '1', type: 'complete' });
    socket.send({ id: 'never there', type: 'complete' });
    socket.send(subscribe('{ hello }'));
    assert.equal((await socket.next()).payload.data.hello, 'Hello world');
    assert.deepEqual(await socket.next(), { id: '1', type: 'complete' });
    socket.ws.close();
  },

  async 'pings are answered with their payload, before and after the acknowledgement'() {
    const socket = await Socket.open();
    for (const round of ['before', 'after']) {
      socket.send({ type: 'ping' });
      assert.deepEqual(await socket.next(), { type: 'pong' });
      socket.send({ type: 'ping', payload: null });
      assert.deepEqual(await socket.next(), { type: 'pong' });
      socket.send({ type: 'ping', payload: { at: round, list: [1, 'é😀'] } });
      assert.deepEqual(await socket.next(), { type: 'pong', payload: { at: round, list: [1, 'é😀'] } });
      if (round === 'before') {
        socket.send({ type: 'connection_init' });
        assert.deepEqual(await socket.next(), { type: 'connection_ack' });
      }
    }
    socket.ws.close();
  },

  async 'the server pings too, and takes pongs with and without payload, asked for or not'() {
    const socket = await Socket.initialised();
    assert.deepEqual(await new Promise((resolve) => (socket.pinged = resolve)), { type: 'ping' });
    socket.send({ type: 'pong' });
    await new Promise((resolve) => (socket.pinged = resolve));
    socket.send({ type: 'pong', payload: { any: true } });
    socket.send({ type: 'pong', payload: {} });
    socket.send(subscribe('{ hello }'));
    assert.equal((await socket.next()).type, 'next');
    socket.ws.close();
  },

  async '4400: a message that is none'() {
    const messages = [
      '', '{', '}{', 'null', '[]', '"ping"', '{}', '{"type":null}', '{"type":1}', '{"type":"start","id":"1","payload":{"query":"{ hello }"}}',
      '{"type":"connection_terminate"}', '{"type":"next","id":"1","payload":{}}', '{"type":"connection_ack"}', '{"type":"ping","payload":1}',
      '{"type":"subscribe"}', '{"type":"subscribe","id":"1"}', '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
      '{"type":"subscribe","id":7,"payload":{"query":"{ hello }"}}', '{"type":"subscribe","id":"1","payload":{}}',
      '{"type":"subscribe","id":"1","payload":{"query":1}}', '{"type":"subscribe","id":"1","payload":"{ hello }"}',
      '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}',
      '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","operationName":1}}',
      '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","extensions":1}}',
      '{"type":"complete"}', '{"type":"complete","id":1}', '{"type":"ping"} {"type":"ping"}', '{"type":"subscribe","id":"\\ud800"}',
      Buffer.from('{"type":"ping"}'),
    ];
    await Promise.all(messages.map(async (message) => closes(4400, await Socket.initialised(), message)));
    await closes(4400, await Socket.open(), '{');
    await closes(4400, await Socket.open(), '{"type":"connection_init","payload":"x"}');
  },

  async '4400 ends what runs'() {
    const socket = await Socket.initialised();
    socket.send(subscribe(forever));
    await socket.next();
    await closes(4400, socket, '{');
  },

  async '4401: subscribing before the acknowledgement'() {
    assert.equal(await closes(4401, await Socket.open(), subscribe('{ hello }')), 'Unauthorized');
  },

  async '4403: a refused initialisation'() {
    const socket = await Socket.open();
    assert.equal(await closes(4403, socket, { type: 'connection_init', payload: { password: 'wrong' } }), 'Not this password');
  },

  async '4406: no subprotocol, and one that the server does not speak'() {
    assert.match(await closes(4406, await Socket.open(process.env.URL, [])), /graphql-transport-ws/);
    // The handshake names no subprotocol; this client ends it there.
    await assert.rejects(new Socket(process.env.URL, ['graphql-ws']).opened, /no subprotocol/i);
    const both = await Socket.open(process.env.URL, ['graphql-ws', Protocol]);
    assert.equal(both.ws.protocol, Protocol);
    both.ws.close();
  },

  async '4408: no initialisation in time'() {
    assert.equal(await closes(4408, await Socket.open(process.env.IMPATIENT_URL)), 'Connection initialisation timeout');
    assert.equal(await closes(4408, await Socket.open(process.env.IMPATIENT_URL), { type: 'ping' }), 'Connection initialisation timeout');
  },

  async '4409: an id that runs already'() {
    const socket = await Socket.initialised();
    socket.send(subscribe(forever));
    await socket.next();
    assert.equal(await closes(4409, socket, subscribe('{ hello }')), 'Subscriber for 1 already exists');
  },

  async '4429: a second initialisation, acknowledged or not'() {
    assert.equal(await closes(4429, await Socket.initialised(), { type: 'connection_init' }), 'Too many initialisation requests');
    await closes(4429, await Socket.open(), { type: 'connection_init' }, { type: 'connection_init' });
  },

  async '1009: a message larger than allowed'() {
    await closes(1009, await Socket.initialised(), JSON.stringify(subscribe('#'.repeat(2 * 1024 * 1024))));
  },

  async '1000: a normal end, by either code of the client'() {
    for (const code of [1000, 4999]) {
      const socket = await Socket.initialised();
      socket.send(subscribe(forever));
      await socket.next();
      socket.ws.close(code, 'done');
      const [answered] = await socket.closed;
      assert.ok(answered === code || answered === 1000, String(answered));
    }
  },
};

await Promise.all(Object.entries(tests).map(async ([name, test]) => {
  try {
    await test();
  } catch (error) {
    throw new Error(`${name}: ${error.stack}`);
  }
}));

// Whatever ended them, nothing runs any more.
await running(0);
console.log('ok');
process.exit(0);
