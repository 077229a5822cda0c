// The data set of the server benchmark: the same numbers as in Server/Catalog.cs.
export const PRODUCTS = 100_000;
export const BRANDS = 50;
export const REVIEWS = 5;
export const USERS = 1_000;

const pad = (n, width) => String(n).padStart(width, '0');

export const products = Array.from({ length: PRODUCTS }, (_, k) => {
  const i = k + 1;
  return {
    number: i,
    id: `${i}`,
    sku: `SKU-${pad(i, 6)}`,
    name: `Product ${i}`,
    price: (i % 1000) + 0.25,
    currency: 'KRW',
    weight: (i % 50) / 4,
    inStock: i % 3 !== 0,
    createdAt: `2025-${pad((i % 12) + 1, 2)}-${pad((i % 28) + 1, 2)}T08:30:00Z`,
    rating: (i % 41) / 8,
    description: `Product ${i} is built to last, ships within ${(i % 5) + 1} days and comes with a warranty.`,
  };
});

export const brands = Array.from({ length: BRANDS }, (_, k) => ({
  id: `${k + 1}`,
  name: `Brand ${k + 1}`,
  country: (k + 1) % 2 === 0 ? 'KR' : 'DE',
}));

export const users = Array.from({ length: USERS }, (_, k) => ({ id: `${k + 1}`, name: `User ${k + 1}` }));

export const reviews = products.map((product) =>
  Array.from({ length: REVIEWS }, (_, k) => {
    const id = (product.number - 1) * REVIEWS + k + 1;
    return { id: `${id}`, rating: (id % 5) + 1, body: `Review ${id}: does what it says.`, authorNumber: (id % USERS) + 1 };
  }));

export const sdl = `
  type Query { hello: String!  products(first: Int! = 10): [Product!]!  product(id: ID!): Product }
  type Product {
    id: ID!  sku: String!  name: String!  price: Float!  currency: String!  weight: Float!  inStock: Boolean!
    createdAt: String!  rating: Float!  description: String!  brand: Brand!  reviews(first: Int! = 5): [Review!]!
  }
  type Brand { id: ID!  name: String!  country: String! }
  type Review { id: ID!  rating: Int!  body: String!  author: User! }
  type User { id: ID!  name: String! }
`;
