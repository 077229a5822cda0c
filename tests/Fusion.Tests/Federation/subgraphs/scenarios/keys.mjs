// Keys of every form: several, compound, nested, of lists, only known to others, null, and entities that are missing or fail.
import { byKey, link } from '../federation.mjs';

const books = [
  { id: '1', upc: 'b1', isbn: { group: 'x', number: 1 }, title: 'One' },
  { id: '2', upc: 'b2', isbn: { group: 'x', number: 2 }, title: 'Two' },
  { id: '3', upc: 'b3', isbn: null, title: 'Three' },
  { id: '4', upc: 'b4', isbn: { group: 'y', number: 4 }, title: 'Four' },
];

export default {
  catalog: {
    typeDefs: `${link()}
      type Query { books: [Book] shelf: Shelf }
      type Book @key(fields: "upc") { upc: ID! shelfMark: String }
      type Shelf @key(fields: "books { upc }") @key(fields: "room floor") { room: Int! floor: Int! books: [Book!]! }`,
    resolvers: {
      Query: { books: () => books.map(({ upc }) => ({ upc })), shelf: () => ({ room: 1, floor: 2 }) },
      Book: { __resolveReference: r => r, shelfMark: b => `mark ${b.upc}` },
      Shelf: { books: () => [{ upc: 'b1' }, { upc: 'b2' }] },
    },
  },
  bridge: {
    typeDefs: `${link()}
      type Book @key(fields: "id") @key(fields: "upc") @key(fields: "isbn { group number }") { id: ID! upc: ID! isbn: Isbn }
      type Isbn { group: String! @shareable number: Int! @shareable }`,
    resolvers: {
      Book: {
        async __resolveReference(r) {
          const book = byKey(books, 'id', 'upc')(r);
          if (book?.id === '4') throw new Error('book 4 is broken');
          return book?.id === '2' ? null : book;
        },
      },
    },
  },
  titles: {
    typeDefs: `${link()}
      type Book @key(fields: "id") { id: ID! title: String! }`,
    resolvers: { Book: { __resolveReference: byKey(books, 'id') } },
  },
  isbns: {
    typeDefs: `${link()}
      type Book @key(fields: "isbn { group number }") { isbn: Isbn label: String }
      type Isbn { group: String! @shareable number: Int! @shareable }`,
    resolvers: { Book: { label: b => `${b.isbn.group}-${b.isbn.number}` } },
  },
  shelves: {
    typeDefs: `${link()}
      type Shelf @key(fields: "books { upc }") { books: [Book!]! height: Int }
      type Book @key(fields: "upc", resolvable: false) { upc: ID! }`,
    resolvers: { Shelf: { height: s => s.books.length * 10 } },
  },
  rooms: {
    typeDefs: `${link()}
      type Shelf @key(fields: "room floor") { room: Int! floor: Int! light: String }`,
    resolvers: { Shelf: { light: s => `${s.floor}.${s.room}` } },
  },
};
