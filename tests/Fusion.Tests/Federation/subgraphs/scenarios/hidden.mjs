// Members that clients must not see, also where another subgraph needs them, and @provides below a union.
import { byKey, link } from '../federation.mjs';

const things = [
  { __typename: 'Book', id: 't1', title: 'Book at hand' },
  { __typename: 'Movie', id: 't2', title: 'Movie at hand', code: 'c2' },
  { __typename: 'Draft', id: 't3' },
];

export default {
  shelf: {
    typeDefs: `${link()}
      type Query {
        things: [Thing] @provides(fields: "... on Book { title } ... on Movie { title }")
        plain: [Thing]
        greeting(name: String = "you", mood: Mood @inaccessible): String
        internal: Int @inaccessible
      }
      union Thing = Book | Movie | Draft
      enum Mood { GOOD BAD @inaccessible }
      type Book @key(fields: "id") { id: ID! title: String @external }
      type Movie @key(fields: "id") { id: ID! title: String @external code: String @inaccessible }
      type Draft @inaccessible { id: ID! }`,
    resolvers: {
      Query: {
        things: () => things,
        plain: () => things.slice(0, 2).map(({ title, ...thing }) => thing),
        greeting: (_, { name, mood }) => `Hello ${name} ${mood}`,
        internal: () => 1,
      },
      Book: { __resolveReference: byKey(things, 'id') }, Movie: { __resolveReference: byKey(things, 'id') },
    },
  },
  titles: {
    typeDefs: `${link()}
      type Book @key(fields: "id") { id: ID! title: String @shareable }
      type Movie @key(fields: "id") { id: ID! title: String @shareable code: String @external label: String @requires(fields: "code") }`,
    resolvers: {
      Book: { title: ({ id }) => `Book ${id}` },
      Movie: { title: ({ id }) => `Movie ${id}`, label: ({ code }) => `label ${code}` },
    },
  },
};
