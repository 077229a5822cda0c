// The platform's story from outside: a customer registers, browses, buys, watches the order and sees an unpaid one end.
import { apollo, assert, checkout, eventually, gateway, gql, newCustomer, pay, subscribe } from './graph.mjs';

const say = (text) => console.log(text);

const mina = await newCustomer('mina');
say('registered, verified by the mailed code, signed in');

const { data: shop } = await apollo().query({
  query: gql`
    query Browse {
      products(first: 50) {
        nodes {
          id
          title
          category { name }
          variants { id sku price { amount minor currencyCode } availability { available inStock } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
});
const products = shop.products.nodes;
assert.ok(products.length > 0, 'there are products');
assert.ok(products.every((p) => p.category.name && p.variants[0].availability), 'each has a category and an availability');
const variant = products.map((p) => p.variants[0]).find((v) => v.availability.available >= 10);
say(`browsed ${products.length} products with category and stock in one query`);

const orderUpdated = `
  subscription Watch($orderId: ID!) {
    orderUpdated(orderId: $orderId) {
      number status
      lines { quantity variant { sku } }
    }
  }`;
const bought = await checkout(mina.client, variant.id, 2);
assert.equal(bought.order.status, 'PENDING_PAYMENT');
assert.equal(bought.order.total.minor >= 2 * variant.price.minor, true, 'the total covers two of them');
const overSocket = subscribe('websocket', mina.token, orderUpdated, { orderId: bought.order.id });
const overEvents = subscribe('sse', mina.token, orderUpdated, { orderId: bought.order.id });
const has = (status) => (event) => event.data?.orderUpdated?.status === status;
await overSocket.until(has('PENDING_PAYMENT'), 'PENDING_PAYMENT');
await overEvents.until(has('PENDING_PAYMENT'), 'PENDING_PAYMENT');
say('checked out; PENDING_PAYMENT arrived over WebSocket and SSE');

// Two more watchers lose their connection after every event, the first time before anything is paid.
const seen = { websocket: [], sse: [] };
const resume = `
  subscription Resume($orderId: ID!, $after: Int) {
    orderUpdated(orderId: $orderId, after: $after) { version status lines { variant { sku } } }
  }`;
const readOneAndDrop = async (transport) => {
  const stream = subscribe(transport, mina.token, resume, { orderId: bought.order.id, after: seen[transport].at(-1)?.version ?? null });
  await stream.until((event) => event.data?.orderUpdated, 'change');
  seen[transport].push(stream.events[0].data.orderUpdated);
  await stream.drop();
};
await Promise.all(Object.keys(seen).map(readOneAndDrop));

const paid = await pay(mina.client, bought.payment);
assert.ok(!paid.data.paymentConfirm.errors?.length, JSON.stringify(paid.data));
await overSocket.until(has('PAID'), 'PAID');
await overEvents.until(has('PAID'), 'PAID');
for (const stream of [overSocket, overEvents]) {
  const last = stream.events.find(has('PAID')).data.orderUpdated;
  assert.equal(last.lines[0].quantity, 2);
  assert.equal(last.lines[0].variant.sku, variant.sku, 'the gateway resolves what catalog knows of an event');
  await stream.stop();
}
say('paid; PAID arrived over WebSocket and SSE');

for (const [transport, changes] of Object.entries(seen)) {
  while (changes.at(-1).status !== 'PAID') await readOneAndDrop(transport);
  assert.deepEqual(changes.map((c) => c.status), ['PENDING_PAYMENT', 'CONFIRMING', 'PAID'], `${transport}: every change, in order and once`);
  assert.deepEqual(changes.map((c) => c.version), changes.map((_, i) => changes[0].version + i));
  assert.ok(changes.every((c) => c.lines[0].variant.sku === variant.sku));
}
say('watchers that lost their connection missed nothing, over WebSocket and SSE');

const availability = async () => {
  const { data } = await apollo().query({
    query: gql`query Stock($id: ID!) { productVariant(id: $id) { availability { available } } }`,
    variables: { id: variant.id },
  });
  return data.productVariant.availability.available;
};
const before = variant.availability.available;
assert.equal(await availability(), before - 2, 'what was sold is gone');

const unpaid = await checkout(mina.client, variant.id, 3);
assert.equal(await availability(), before - 5, 'an unpaid order holds its stock');
for (const url of [process.env.ACCOUNTS, process.env.CATALOG, process.env.ORDERS]) {
  const moved = await fetch(`${url}/dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: 301 }),
  });
  assert.ok(moved.ok, `the clock of ${url} moved: ${moved.status}`);
}
const order = () =>
  mina.client
    .query({ query: gql`query Order($id: ID!) { order(id: $id) { status cancelReason } }`, variables: { id: unpaid.order.id } })
    .then(({ data }) => data.order);
const ended = await eventually(order, (o) => o.status === 'CANCELLED', 'the cancellation of the unpaid order');
assert.equal(ended.cancelReason, 'UNPAID_TIMEOUT');
await eventually(availability, (now) => now === before - 2, 'the return of its stock');
const late = await pay(mina.client, unpaid.payment);
assert.equal(late.data.paymentConfirm.errors[0].__typename, 'OrderExpiredError', 'a cancelled order takes no money');
say('left one unpaid; five minutes later it was cancelled and its stock was back');

const { data: mine } = await mina.client.query({
  query: gql`query Mine { viewer { id email orders(first: 10) { nodes { number status } } } }`,
});
assert.deepEqual(
  mine.viewer.orders.nodes.map((o) => o.status).sort(),
  ['CANCELLED', 'PAID'],
);
say(`the story holds on ${gateway}`);
