// Four federation subgraphs with the data of Gateway/Data.cs: the origin behind the replaying front for federation gateways.
import http from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])';
const range = (n) => Array.from({ length: n }, (_, i) => i + 1);
const USERS = 6, PRODUCTS = 9, REVIEWS = 24;
const user = (id) => ({ id: String(id), name: `Name of user ${id}`, username: `user${id}`, birthday: 1980 + id });
const product = (upc) => ({ upc: String(upc), name: `Product number ${upc}`, price: upc * 299, weight: upc * 100, inStock: upc % 3 !== 0 });
const author = (review) => ((review - 1) % USERS) + 1;
const productOf = (review) => ((review * 4) % PRODUCTS) + 1;
const review = (id) => ({
  id: String(id),
  body: `Review ${id}: it arrived in time, does what it promises, and would be bought again.`,
  author: user(author(id)),
  product: product(productOf(id)),
});

const services = {
  accounts: {
    sdl: `type Query { me: User users: [User] }
      type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }`,
    resolvers: {
      Query: { me: () => user(1), users: () => range(USERS).map(user) },
      User: { __resolveReference: ({ id }) => user(Number(id)) },
    },
  },
  inventory: {
    sdl: `type Product @key(fields: "upc") { upc: String! weight: Int @external price: Int @external inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }`,
    resolvers: {
      Product: {
        __resolveReference: (reference) => ({ ...reference, inStock: product(Number(reference.upc)).inStock }),
        shippingEstimate: ({ price, weight }) => (price > 1000 ? 0 : Math.floor(weight / 2)),
      },
    },
  },
  products: {
    sdl: `type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    resolvers: {
      Query: { topProducts: (_, { first }) => range(first).map(product) },
      Product: { __resolveReference: ({ upc }) => product(Number(upc)) },
    },
  },
  reviews: {
    sdl: `type Review @key(fields: "id") { id: ID! body: String author: User product: Product }
      type User @key(fields: "id") { id: ID! username: String @shareable reviews: [Review] }
      type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
    resolvers: {
      Review: { __resolveReference: ({ id }) => review(Number(id)) },
      User: {
        __resolveReference: ({ id }) => ({ id, username: `user${id}` }),
        reviews: ({ id }) => range(REVIEWS).filter((r) => author(r) === Number(id)).map(review),
      },
      Product: {
        __resolveReference: ({ upc }) => ({ upc }),
        reviews: ({ upc }) => range(REVIEWS).filter((r) => productOf(r) === Number(upc)).map(review),
      },
    },
  },
};

for (const service of Object.values(services)) {
  service.schema = buildSubgraphSchema([{ typeDefs: parse(`${LINK}\n${service.sdl}`), resolvers: service.resolvers }]);
}

http.createServer(async (request, response) => {
  const service = services[request.url.slice(1)];
  if (!service) {
    response.end('ready');
    return;
  }

  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString());
  const result = await execute({ schema: service.schema, document: parse(query), variableValues: variables, operationName });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(result));
}).listen(Number(process.argv[2]), '127.0.0.1');
