// @interfaceObject: schemas that add to an interface without knowing its implementations.
import { byKey, link } from '../federation.mjs';

const nodes = [
  { __typename: 'User', id: 'u1', name: 'Ada', age: 36 },
  { __typename: 'Bot', id: 'b1', name: 'Hal', model: '9000' },
];

export default {
  actors: {
    typeDefs: `${link()}
      type Query { actors: [Actor] }
      interface Actor @key(fields: "id") { id: ID! name: String! }
      type User implements Actor @key(fields: "id") { id: ID! name: String! age: Int }
      type Bot implements Actor @key(fields: "id") { id: ID! name: String! model: String }`,
    resolvers: {
      Query: { actors: () => nodes },
      Actor: { __resolveReference: byKey(nodes, 'id'), __resolveType: n => n.__typename },
      User: { __resolveReference: byKey(nodes, 'id') }, Bot: { __resolveReference: byKey(nodes, 'id') },
    },
  },
  handles: {
    typeDefs: `${link()}
      type Query { recent: [Actor] }
      type Actor @key(fields: "id") @interfaceObject { id: ID! name: String! @external handle: String! @requires(fields: "name") posts: Int }`,
    resolvers: {
      Query: { recent: () => [{ id: 'b1' }, { id: 'u1' }] },
      Actor: { handle: a => `@${a.name.toLowerCase()}`, posts: a => a.id.length },
    },
  },
};
