// Arguments that take values of enclosing objects (@context, @fromContext): of types, of an interface and of a union; nested,
// missing, and from another schema.
import { byKey } from '../federation.mjs';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external", "@shareable", "@context", "@fromContext"])\n';
const products = [{ id: 'p1', sku: 's1', cost: 10 }, { id: 'p2', sku: 's2', cost: 20 }];
const [p1, p2] = products;
const shops = [{ id: 'a', currency: 'GBP', products: [p1] }, { id: 'b', currency: null, products: [p2, p1] }];
const regions = [
  { id: 'r1', currency: 'EUR', products: [p1, p2], best: p2, shops: [shops[0]] },
  { id: 'r2', currency: 'USD', products: [p1, p1], best: p1, shops: [shops[1]] },
  { id: 'r3', currency: null, products: [p2], best: p2, shops: [] },
  { id: 'r4', currency: 'EUR', products: [p2], best: null, shops },
  { id: 'r5', currency: 'XXX', products: [p1], best: p1, shops: [] },
];
const works = [{ id: 'w1' }, { id: 'w2' }];
const stops = [{ id: 's1' }, { id: 's2' }];

export default {
  shop: {
    typeDefs: `${link}
      type Query { regions(count: Int = 4): [Region] broken: Region found: [Found] places: [Place] }
      type Region @key(fields: "id") @context(name: "money") @context(name: "tax") { id: ID! currency: String rate: Int @external products: [Product] best: Product shops: [Shop] }
      type Shop @key(fields: "id") @context(name: "money") @context(name: "tax") { id: ID! currency: String rate: Int @external products: [Product] }
      type Product @key(fields: "id") {
        id: ID! cost: Int
        price(in: String @fromContext(field: "$money { currency }"), digits: Int = 0): String
        taxed(rate: Int @fromContext(field: "$tax { rate }"), in: String @fromContext(field: "$money { currency }")): String
      }
      union Found @context(name: "owner") = Person | Company
      type Person { name: String works: [Work] }
      type Company { title: Title work: Work }
      type Title { text: String }
      type Work @key(fields: "id") { id: ID! by(owner: String @fromContext(field: "$owner ... on Person { name } ... on Company { title { text } }")): String }
      interface Place @context(name: "place") { label: String people: [Person] stop: Stop }
      type City implements Place { label: String people: [Person] stop: Stop }
      type Village implements Place { label: String people: [Person] stop: Stop }
      type Stop @key(fields: "id") { id: ID! at(place: String @fromContext(field: "$place { label }"), people: [String] @fromContext(field: "$place { people { name } }")): String }`,
    resolvers: {
      Query: {
        regions: (_, { count }) => regions.slice(0, count),
        broken: () => regions[4],
        found: () => [
          { __typename: 'Person', name: 'Ada', works },
          { __typename: 'Company', title: { text: 'Acme' }, work: works[0] },
          { __typename: 'Company', title: null, work: works[1] },
        ],
        places: () => [
          { __typename: 'City', label: 'Rome', people: [{ name: 'Leo' }, { name: null }], stop: stops[0] },
          { __typename: 'Village', label: 'Orta', people: [], stop: stops[0] },
          { __typename: 'City', label: null, people: null, stop: stops[1] },
        ],
      },
      Region: { __resolveReference: byKey(regions, 'id') },
      Shop: { __resolveReference: byKey(shops, 'id') },
      Product: {
        __resolveReference: byKey(products, 'id'),
        price: ({ cost }, { in: currency, digits }) => {
          if (currency === 'XXX') {
            throw new Error('no such currency');
          }

          return `${cost.toFixed(digits)} ${currency}`;
        },
        taxed: ({ cost }, { rate, in: currency }) => `${cost} + ${rate}% ${currency}`,
      },
      Work: { __resolveReference: byKey(works, 'id'), by: ({ id }, { owner }) => `${id} by ${owner}` },
      Stop: { __resolveReference: byKey(stops, 'id'), at: ({ id }, { place, people }) => `${id} at ${place} of ${JSON.stringify(people)}` },
    },
  },
  rates: {
    typeDefs: `${link}
      type Query { rates: Int }
      type Region @key(fields: "id") { id: ID! rate: Int }
      type Shop @key(fields: "id") { id: ID! rate: Int }`,
    resolvers: {
      Region: { __resolveReference: r => r, rate: ({ id }) => (id === 'r3' ? null : Number(id.slice(1)) * 5) },
      Shop: { __resolveReference: r => r, rate: () => 1 },
    },
  },
  catalog: {
    typeDefs: `${link}
      type Query { catalogs: Int }
      type Region @key(fields: "id") { id: ID! featured: [Product] }
      type Product @key(fields: "sku") { sku: ID! title: String }`,
    resolvers: {
      Region: { __resolveReference: r => r, featured: ({ id }) => (id === 'r2' ? [] : [{ sku: 's2' }, { sku: 's1' }]) },
      Product: { __resolveReference: r => r, title: ({ sku }) => `Title ${sku}` },
    },
  },
  ids: {
    typeDefs: `${link}
      type Query { ids: Int }
      type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }`,
    resolvers: { Product: { __resolveReference: byKey(products, 'id', 'sku') } },
  },
};
