// The platform of the public gateway benchmark: accounts, inventory, products, reviews.
import { byKey, link } from '../federation.mjs';

const users = [
  { id: '1', name: 'Uri Goldshtein', username: 'urigo', birthday: 1234567890 },
  { id: '2', name: 'Dotan Simha', username: 'dotansimha', birthday: 1234567890 },
  { id: '3', name: 'Kamil Kisiela', username: 'kamilkisiela', birthday: 1234567890 },
];
const products = [
  { upc: '1', name: 'Table', price: 899, weight: 100 },
  { upc: '2', name: 'Couch', price: 1299, weight: 1000 },
  { upc: '3', name: 'Glass', price: 15, weight: 20 },
  { upc: '4', name: 'Chair', price: 499, weight: 100 },
];
const inventory = { 1: { inStock: true }, 2: { inStock: false }, 3: { inStock: false }, 4: { inStock: true } };
const reviews = [
  { id: '1', body: 'Love it!', author: '1', product: '1' },
  { id: '2', body: 'Too expensive.', author: '1', product: '2' },
  { id: '3', body: 'Could be better.', author: '2', product: '3' },
  { id: '4', body: 'Prefer something else.', author: '2', product: '1' },
];

export default {
  accounts: {
    typeDefs: `${link()}
      type Query { me: User user(id: ID!): User users: [User] }
      type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }`,
    resolvers: {
      Query: { me: () => users[0], user: (_, { id }) => users.find(u => u.id === id), users: () => users },
      User: { __resolveReference: byKey(users, 'id') },
    },
  },
  inventory: {
    typeDefs: `${link()}
      type Product @key(fields: "upc") {
        upc: String! weight: Int @external price: Int @external inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight")
      }`,
    resolvers: {
      Product: {
        __resolveReference: p => ({ ...p, ...inventory[p.upc] }),
        shippingEstimate: p => p.price > 1000 ? 0 : Math.floor(p.weight * 0.5),
      },
    },
  },
  products: {
    typeDefs: `${link()}
      type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    resolvers: {
      Query: { topProducts: (_, { first }) => products.slice(0, first) },
      Product: { __resolveReference: byKey(products, 'upc') },
    },
  },
  reviews: {
    typeDefs: `${link()}
      type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
      type User @key(fields: "id") { id: ID! username: String @external numberOfReviews: Int! reviews: [Review] }
      type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
    resolvers: {
      Review: {
        __resolveReference: byKey(reviews, 'id'),
        author: r => ({ id: r.author, username: users.find(u => u.id === r.author).username }),
        product: r => ({ upc: r.product }),
      },
      User: { reviews: u => reviews.filter(r => r.author === u.id), numberOfReviews: u => reviews.filter(r => r.author === u.id).length },
      Product: { reviews: p => reviews.filter(r => r.product === p.upc) },
    },
  },
};
export const yoga = ['accounts', 'reviews'];
