// Unions and interfaces whose members only some schemas know, @provides on them, enums and input objects that differ.
import { byKey, link } from '../federation.mjs';

const media = [
  { __typename: 'Book', id: 'm1', title: 'Book 1', animals: [{ __typename: 'Dog', id: 'a1' }, { __typename: 'Cat', id: 'a2' }] },
  { __typename: 'Movie', id: 'm2', title: 'Movie 2', animals: [] },
];
const animals = { a1: 'Rex', a2: 'Tom' };

export default {
  library: {
    typeDefs: `${link()}
      type Query { feed: [Media] search: [Found] provided: [Media] @provides(fields: "... on Book { title } animals { ... on Dog { name } ... on Cat { name } }") sort(by: Order!, filter: Filter): String status: Status }
      interface Media { id: ID! animals: [Animal] }
      type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable title: String @external }
      type Movie implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
      interface Animal { id: ID! name: String }
      type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
      type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }
      union Found = Book | Movie
      enum Order { NAME PRICE } enum Status { OPEN CLOSED }
      input Filter { name: String max: Int }`,
    resolvers: {
      Book: { __resolveReference: byKey(media, 'id') }, Movie: { __resolveReference: byKey(media, 'id') },
      Query: {
        feed: () => media.map(({ title, ...m }) => m),
        search: () => media.map(({ title, ...m }) => m),
        provided: () => media.map(m => ({ ...m, animals: m.animals.map(a => ({ ...a, name: animals[a.id] })) })),
        sort: (_, { by, filter }) => `${by} ${JSON.stringify(filter)}`, status: () => 'OPEN',
      },
    },
  },
  titles: {
    typeDefs: `${link()}
      type Query { found: [Found] news: [Found] other: Status sorted(by: Order!, filter: Filter): String }
      union Found = Book | Movie | Song
      type Book @key(fields: "id") { id: ID! title: String @shareable }
      type Movie @key(fields: "id") { id: ID! title: String }
      type Song { text: String }
      type Dog @key(fields: "id") { id: ID! name: String @shareable }
      type Cat @key(fields: "id") { id: ID! name: String @shareable }
      enum Order { PRICE DATE } enum Status { CLOSED LOST }
      input Filter { name: String min: Int }`,
    resolvers: {
      Query: {
        found: () => [...media, { __typename: 'Song', text: 'La' }], news: () => [media[1]],
        other: () => 'LOST', sorted: (_, { by, filter }) => `${by} ${JSON.stringify(filter)}`,
      },
      Book: { __resolveReference: byKey(media, 'id') }, Movie: { __resolveReference: byKey(media, 'id') },
      Dog: { name: a => animals[a.id] }, Cat: { name: a => animals[a.id] },
    },
  },
};
