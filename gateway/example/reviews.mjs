// Another Apollo Federation 2 subgraph: it adds reviews to products, and streams new ones.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createPubSub } from 'graphql-yoga';
import { parse } from 'graphql';
import { serve } from './serve.mjs';

const reviews = [
  { id: '1', upc: 'table', body: 'Love it!' },
  { id: '2', upc: 'table', body: 'Too expensive.' },
  { id: '3', upc: 'chair', body: 'Could be better.' },
];
const added = createPubSub();

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])

  type Query {
    review(id: ID!): Review
  }

  type Mutation {
    addReview(upc: ID!, body: String!): Review!
  }

  type Subscription {
    reviewAdded: Review!
  }

  type Review @key(fields: "id") {
    id: ID!
    body: String!
    product: Product!
  }

  type Product @key(fields: "upc") {
    upc: ID!
    reviews: [Review!]!
  }
`);

serve('reviews', 5002, buildSubgraphSchema({
  typeDefs,
  resolvers: {
    Query: { review: (_, { id }) => reviews.find(r => r.id === id) },
    Mutation: {
      addReview: (_, { upc, body }) => {
        const review = { id: String(reviews.length + 1), upc, body };
        reviews.push(review);
        added.publish('added', review);
        return review;
      },
    },
    Subscription: {
      reviewAdded: { subscribe: () => added.subscribe('added'), resolve: review => review },
    },
    Review: {
      __resolveReference: ({ id }) => reviews.find(r => r.id === id),
      product: ({ upc }) => ({ upc }),
    },
    Product: { reviews: ({ upc }) => reviews.filter(r => r.upc === upc) },
  },
}));
