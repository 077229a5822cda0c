// What the peers without loaders of their own share: the executable schema, and a DataLoader per kind and request.
import DataLoader from 'dataloader';
import { BRANDS, brands, products, reviews, users } from './data.mjs';

// One hop before every batch, standing for a round trip to a database.
const hop = () => new Promise((resolve) => setImmediate(resolve));

const loader = (find) => new DataLoader(async (keys) => {
  await hop();
  return keys.map(find);
});

export const loaders = () => ({
  brand: loader((index) => brands[index]),
  reviews: loader((number) => reviews[number - 1]),
  user: loader((number) => users[number - 1]),
});

export const resolvers = {
  Query: {
    hello: () => 'world',
    products: (_, { first }) => products.slice(0, first),
    product: (_, { id }) => products[Number(id) - 1],
  },
  Product: {
    brand: (product, _, context) => context.brand.load(product.number % BRANDS),
    reviews: async (product, { first }, context) => (await context.reviews.load(product.number)).slice(0, first),
  },
  Review: {
    author: (review, _, context) => context.user.load(review.authorNumber),
  },
};
