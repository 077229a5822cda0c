// A customer of its own orders one of anything; prints the order's id.
import { apollo, checkout, gql, newCustomer } from './graph.mjs';

const customer = await newCustomer('jun');
const { data } = await apollo().query({
  query: gql`query Any { products(first: 50) { nodes { variants { id availability { available } } } } }`,
});
const variant = data.products.nodes.map((p) => p.variants[0]).find((v) => v.availability.available > 0);
const { order } = await checkout(customer.client, variant.id, 1);
console.log(order.id);
