// Two kinds of entities that one subgraph adds to: what an entity's id says is what befalls it there.
import { link } from '../federation.mjs';

const refer = reference => {
  if (reference.id === 'gone') return null;
  if (reference.id === 'rejected') return Promise.reject(new Error('rejected'));
  if (reference.id === 'thrown') throw new Error('thrown');
  return reference;
};
const note = item => {
  if (item.id === 'noteless') throw new Error('no note');
  return `note of ${item.id}`;
};
const rating = item => {
  if (item.id === 'unrated') throw new Error('no rating');
  return 5;
};

export default {
  catalog: {
    typeDefs: `${link()}
      type Query { books(ids: [ID]!): [Book] films(ids: [ID]!): [Film] }
      type Book @key(fields: "id") { id: ID title: String }
      type Film @key(fields: "id") { id: ID title: String }`,
    resolvers: {
      Query: {
        books: (_, { ids }) => ids.map(id => ({ id, title: `Book ${id}` })),
        films: (_, { ids }) => ids.map(id => ({ id, title: `Film ${id}` })),
      },
    },
  },
  notes: {
    typeDefs: `${link()}
      type Book @key(fields: "id") { id: ID note(upper: Boolean): String rating: Int! }
      type Film @key(fields: "id") { id: ID note(upper: Boolean): String rating: Int! }`,
    resolvers: {
      Book: { __resolveReference: refer, note, rating },
      Film: { __resolveReference: refer, note: (film, { upper }) => upper ? note(film).toUpperCase() : note(film), rating },
    },
  },
};
