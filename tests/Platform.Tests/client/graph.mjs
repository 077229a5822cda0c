// What every script needs: Apollo Client over HTTP, graphql-ws and graphql-sse, and the sandbox.
import apolloCore from '@apollo/client/core/core.cjs';
import { createClient as createSocketClient } from 'graphql-ws';
import { createClient as createEventClient } from 'graphql-sse';
import WebSocket from 'ws';
import assert from 'node:assert/strict';

const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } = apolloCore;

export { assert, gql };

export const gateway = process.env.GATEWAY;
export const sandbox = process.env.SANDBOX;

/** An Apollo Client as a shop's front end would make it. */
export function apollo(token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([new HttpLink({ uri: `${gateway}/graphql`, fetch, headers })]),
    defaultOptions: { query: { fetchPolicy: 'no-cache' }, mutate: { fetchPolicy: 'no-cache' } },
  });
}

/** Runs a mutation and fails on any error in its payload. */
export async function mutate(client, mutation, variables) {
  const { data } = await client.mutate({ mutation, variables });
  const [name, payload] = Object.entries(data)[0];
  assert.ok(!payload.errors?.length, `${name}: ${JSON.stringify(payload.errors)}`);
  return payload;
}

/** Collects what a subscription delivers, over a WebSocket or over server-sent events. */
export function subscribe(transport, token, query, variables) {
  const client =
    transport === 'websocket'
      ? createSocketClient({
          url: `${gateway.replace(/^http/, 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: token ? { authorization: `Bearer ${token}` } : {},
          retryAttempts: 0,
        })
      : createEventClient({
          url: `${gateway}/graphql`,
          headers: token ? { authorization: `Bearer ${token}` } : {},
          retryAttempts: 0,
        });
  const events = [];
  const waiting = [];
  let failure;
  const wake = () => waiting.splice(0).forEach((resolve) => resolve());
  const stop = client.subscribe(
    { query, variables },
    {
      next: (event) => {
        events.push(event);
        wake();
      },
      error: (error) => {
        failure = error;
        wake();
      },
      complete: wake,
    },
  );
  return {
    events,
    failure: () => failure,
    /** Waits until an event satisfies the condition. */
    async until(condition, what) {
      const deadline = Date.now() + 20000;
      while (!events.some(condition)) {
        if (failure) throw new Error(`${transport}: ${JSON.stringify(failure)}`);
        assert.ok(Date.now() < deadline, `${transport}: no ${what} among ${JSON.stringify(events)}`);
        await Promise.race([new Promise((resolve) => waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, 250))]);
      }
    },
    async stop() {
      stop();
      await client.dispose();
    },
    /** Loses the connection, without a word to the gateway where the transport has words. */
    async drop() {
      if (transport === 'websocket') client.terminate();
      await client.dispose();
    },
  };
}

/** Asks again until the answer satisfies the condition. */
export async function eventually(ask, condition, what, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (condition(answer)) return answer;
    assert.ok(Date.now() < deadline, `${what} did not happen; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The newest mail to an address. */
export async function mailTo(address) {
  const messages = await eventually(
    async () => (await fetch(`${sandbox}/api/mail?to=${encodeURIComponent(address)}`)).json(),
    (all) => all.length > 0,
    `mail to ${address}`,
  );
  return messages[0];
}

/** Registers, reads the code from the mailbox, verifies and signs in. */
export async function newCustomer(name) {
  const anonymous = apollo();
  const email = `${name}-${Math.random().toString(36).slice(2)}@example.com`;
  const password = 'correct horse battery';
  await mutate(
    anonymous,
    gql`
      mutation Register($input: AccountRegisterInput!) {
        accountRegister(input: $input) {
          user { id }
          errors { ... on UserError { code message } }
        }
      }
    `,
    { input: { email, password, nickname: name, consents: { terms: true, privacy: true } } },
  );
  const code = (await mailTo(email)).body.match(/\b\d{6}\b/)[0];
  await mutate(
    anonymous,
    gql`
      mutation Verify($input: EmailVerifyInput!) {
        emailVerify(input: $input) {
          errors { ... on UserError { code message } }
        }
      }
    `,
    { input: { email, code } },
  );
  return { email, password, ...(await signIn(email, password)) };
}

/** Signs in. */
export async function signIn(email, password) {
  const { session } = await mutate(
    apollo(),
    gql`
      mutation SignIn($input: SessionCreateInput!) {
        sessionCreate(input: $input) {
          session { accessToken refreshToken viewer { id } }
          errors { ... on UserError { code message } }
        }
      }
    `,
    { input: { email, password } },
  );
  return { token: session.accessToken, refreshToken: session.refreshToken, viewerId: session.viewer.id, client: apollo(session.accessToken) };
}

export const address = { recipient: 'Kim Mina', phone: '010-1234-5678', postalCode: '04524', roadAddress: '110 Sejong-daero, Seoul' };

/** Puts a variant into the cart and starts a checkout. */
export async function checkout(client, variantId, quantity) {
  const { cart } = await mutate(
    client,
    gql`
      mutation Fill($input: CartLinesAddInput!) {
        cartLinesAdd(input: $input) {
          cart { id version quantity subtotal { minor } lines { title variant { id sku } } }
          errors { ... on UserError { code message } }
        }
      }
    `,
    { input: { lines: [{ variantId, quantity }] } },
  );
  const payload = await mutate(
    client,
    gql`
      mutation Checkout($input: CheckoutStartInput!) {
        checkoutStart(input: $input) {
          checkout {
            order { id number status expiresAt total { amount minor currencyCode } }
            payment { id status providerOrderId amount { amount currencyCode } }
          }
          errors { ... on UserError { code message } }
        }
      }
    `,
    { input: { cartId: cart.id, cartVersion: cart.version, address, provider: 'TOSS', idempotencyKey: crypto.randomUUID() } },
  );
  return { cart, ...payload.checkout };
}

/** The customer's side at the payment provider, then the shop's confirm. */
export async function pay(client, payment, behaviour = 'approve') {
  const response = await fetch(`${sandbox}/api/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      orderId: payment.providerOrderId,
      amount: payment.amount.amount,
      currency: payment.amount.currencyCode,
      behaviour,
    }),
  });
  const { paymentKey } = await response.json();
  return client.mutate({
    mutation: gql`
      mutation Pay($input: PaymentConfirmInput!) {
        paymentConfirm(input: $input) {
          payment { status order { id status } }
          errors { __typename ... on UserError { code message } }
        }
      }
    `,
    variables: { input: { paymentId: payment.id, providerToken: paymentKey, amount: payment.amount.amount, idempotencyKey: crypto.randomUUID() } },
  });
}
