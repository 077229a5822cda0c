// A composite subgraph: plain GraphQL with the directives of the Composite Schemas specification. It says what is in stock.
import { readFileSync } from 'node:fs';
import { createSchema } from 'graphql-yoga';
import { serve } from './serve.mjs';

serve('stock', 5003, createSchema({
  typeDefs: readFileSync(new URL('stock.graphql', import.meta.url), 'utf8'),
  resolvers: {
    Query: { productByUpc: (_, { upc }) => ({ upc, inStock: upc !== 'couch' }) },
  },
}));
