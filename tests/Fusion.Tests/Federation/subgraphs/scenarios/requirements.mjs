// @requires with arguments that differ, nested selections, fragments on interfaces and unions, lists, and chains through schemas.
import { byKey, link } from '../federation.mjs';

const items = [
  { id: '1', price: 10, box: { size: { width: 2, depth: 3 } }, media: { __typename: 'Photo', url: 'p', pixels: 7 }, parts: [{ name: 'a', grams: 1 }, { name: 'b', grams: 2 }] },
  { id: '2', price: 20, box: null, media: { __typename: 'Film', url: 'f', seconds: 9 }, parts: [] },
];

export default {
  goods: {
    typeDefs: `${link()}
      type Query { items: [Item] }
      type Item @key(fields: "id") { id: ID! price(currency: String!): Int box: Box media: Media parts: [Part!] owner: Owner base: Int }
      type Box { size: Size } type Size { width: Int depth: Int }
      interface Media { url: String } type Photo implements Media { url: String pixels: Int } type Film implements Media { url: String seconds: Int }
      type Part { name: String grams: Int }
      type Owner @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { items: () => items },
      Item: {
        __resolveReference: byKey(items, 'id'),
        price: (i, { currency }) => i.price * (currency === 'EUR' ? 2 : 1), owner: i => ({ id: `o${i.id}` }), base: i => Number(i.id),
      },
    },
  },
  people: {
    typeDefs: `${link()} type Owner @key(fields: "id") { id: ID! years: Int }`,
    resolvers: { Owner: { years: o => Number(o.id.slice(1)) * 10 } },
  },
  shipping: {
    typeDefs: `${link()}
      type Item @key(fields: "id") {
        id: ID! price(currency: String!): Int @external box: Box @external media: Media @external parts: [Part!] @external owner: Owner @external
        inEuro: String @requires(fields: "price(currency: \\"EUR\\")")
        inDollar: String @requires(fields: "price(currency: \\"USD\\")")
        volume: Int @requires(fields: "box { size { width depth } }")
        medium: String @requires(fields: "media { url ... on Photo { pixels } ... on Film { seconds } }")
        grams: Int @requires(fields: "parts { grams }")
        ageClass: Int @requires(fields: "owner { years }")
      }
      type Box { size: Size @external } type Size { width: Int @external depth: Int @external }
      interface Media { url: String } type Photo implements Media { url: String @external pixels: Int @external } type Film implements Media { url: String @external seconds: Int @external }
      type Part { grams: Int @external }
      type Owner @key(fields: "id") { id: ID! years: Int @external }`,
    resolvers: {
      Item: {
        inEuro: i => `€${i.price}`,
        inDollar: i => `$${i.price}`,
        volume: i => i.box === null ? 0 : i.box.size.width * i.box.size.depth,
        medium: i => `${i.media.__typename} ${i.media.url} ${i.media.pixels ?? i.media.seconds}`,
        grams: i => i.parts.reduce((sum, p) => sum + p.grams, 0),
        ageClass: i => i.owner.years + 1,
      },
    },
  },
  chain: {
    typeDefs: `${link()}
      type Item @key(fields: "id") { id: ID! base: Int @external first: Int @requires(fields: "base") third: Int @requires(fields: "second") second: Int @external }`,
    resolvers: { Item: { first: i => i.base + 1, third: i => i.second + 100 } },
  },
  chained: {
    typeDefs: `${link()}
      type Item @key(fields: "id") { id: ID! first: Int @external second: Int @requires(fields: "first") }`,
    resolvers: { Item: { second: i => i.first * 2 } },
  },
};
