// An Apollo Federation 2 subgraph: it owns products.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { serve } from './serve.mjs';

const products = [
  { upc: 'table', name: 'Table', price: 899 },
  { upc: 'couch', name: 'Couch', price: 1299 },
  { upc: 'chair', name: 'Chair', price: 54 },
];

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])

  type Query {
    topProducts(first: Int = 5): [Product!]!
  }

  type Product @key(fields: "upc") {
    upc: ID!
    name: String!
    price: Int!
  }
`);

serve('products', 5001, buildSubgraphSchema({
  typeDefs,
  resolvers: {
    Query: { topProducts: (_, { first }) => products.slice(0, first) },
    Product: { __resolveReference: ({ upc }) => products.find(p => p.upc === upc) },
  },
}));
