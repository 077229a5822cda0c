// Schemas at the edges of what Federation allows: without queries, with a node field of their own, with interfaces nobody implements.
import { byKey, link } from '../federation.mjs';

const flower = { __typename: 'Flower', id: 'f1', colour: 'red' };
const herb = { __typename: 'Herb', id: 'h1' };
const bed = { __typename: 'Bed', id: 'b1', area: 12, cover: { __typename: 'Mulch', kind: 'bark', depth: 5 } };
const covers = `interface Cover { kind: String }
      type Mulch implements Cover @inaccessible @shareable { kind: String depth: Int }
      type Straw implements Cover @shareable { kind: String }`;
const asked = name => () => { throw new Error(`${name} was asked`); };

export default {
  beds: {
    typeDefs: `${link()}
      type Query { node(id: ID!): Node growing: [Growth] @shareable }
      interface Node { id: ID! }
      type Bed implements Node @key(fields: "id") { id: ID! area: Int cover: Cover }
      ${covers}
      union Growth = Flower | Herb
      type Flower @key(fields: "id") { id: ID! }
      type Herb @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { node: (_, { id }) => byKey([bed], 'id')({ id }), growing: () => [flower, herb] },
      Bed: { __resolveReference: byKey([bed], 'id') },
    },
  },
  colours: {
    typeDefs: `${link()}
      type Flower @key(fields: "id") { id: ID! colour: String @shareable }
      type Visitor @key(fields: "id") @interfaceObject { id: ID! busy: Boolean! @shareable }`,
    resolvers: {
      Flower: { __resolveReference: asked('colours') },
      Visitor: { busy: () => false },
    },
  },
  plants: {
    typeDefs: `${link()}
      type Query { growing: [Growth] @shareable @provides(fields: "... on Flower { colour }") visitors: [Visitor] ghost: Ghost }
      interface Node { id: ID! }
      type Pond implements Node @key(fields: "id") { id: ID! depth: Int }
      union Growth = Flower | Herb
      type Flower @key(fields: "id") { id: ID! colour: String @external }
      type Herb @key(fields: "id") { id: ID! }
      type Visitor @key(fields: "id") @interfaceObject { id: ID! }
      type Ghost @key(fields: "id", resolvable: false) @interfaceObject { id: ID! mood: String }`,
    resolvers: {
      Query: { growing: () => [flower, herb], visitors: () => [{ id: 'v1' }, { id: 'v2' }], ghost: () => ({ id: 'g1', mood: 'grey' }) },
    },
  },
  tools: {
    typeDefs: `${link()}
      type Mutation { sharpen(tool: String!): Int }
      type Bed @key(fields: "id") { id: ID! cover: Cover @external tool: String @requires(fields: "cover { kind ... on Mulch { depth } }") }
      ${covers}`,
    resolvers: {
      Bed: { tool: ({ cover }) => `fork for ${cover.kind} ${cover.depth}` },
      Mutation: { sharpen: (_, { tool }) => tool.length } },
  },
  visits: {
    typeDefs: `${link()}
      interface Visitor @key(fields: "id") { id: ID! }
      type Bee implements Visitor @key(fields: "id") { id: ID! busy: Boolean! @shareable }
      type Wasp implements Visitor @key(fields: "id") { id: ID! }
      interface Ghost @key(fields: "id") { id: ID! }`,
    resolvers: {
      Visitor: { __resolveReference: ({ id }) => ({ __typename: id === 'v1' ? 'Bee' : 'Wasp', id, busy: true }) },
    },
  },
};
