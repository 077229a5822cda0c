// Federation 1: extensions, shared value types, no links.
const users = [{ id: '1', name: 'Ada', email: 'ada@example.com' }, { id: '2', name: 'Bob', email: 'bob@example.com' }];

export default {
  accounts: {
    typeDefs: `
      type Query { me: User }
      type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String address: Address }
      type Address { city: String }`,
    resolvers: {
      Query: { me: () => users[0] },
      User: { __resolveReference: r => users.find(u => u.id === r.id || u.email === r.email), address: () => ({ city: 'Paris' }) },
    },
  },
  reviews: {
    typeDefs: `
      extend type Query { reviews: [Review] shop: Address }
      type Review { body: String author: User @provides(fields: "name") }
      type Address { city: String }
      extend type User @key(fields: "id") { id: ID! @external name: String @external email: String! @external reviews: [Review] contact: String @requires(fields: "email") }`,
    resolvers: {
      Query: { reviews: () => [{ body: 'good', author: { id: '2', name: 'Bob' } }], shop: () => ({ city: 'Rome' }) },
      User: { reviews: u => [{ body: `by ${u.id}` }], contact: u => `mail ${u.email}` },
    },
  },
};
