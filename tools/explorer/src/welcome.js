// What a first visitor sees and can run at once.
export const welcome = `# Welcome to LuckyGraph.
#
# Press the play button, or Ctrl-Enter, to run this query.
# Sign in with sessionCreate and put {"Authorization": "Bearer …"} into Headers
# to see what is yours. {"GraphQL-Plan": "1"} shows how the gateway fetches it.

query Products {
  products(first: 5) {
    nodes {
      title
      category {
        name
      }
      variants {
        sku
        price {
          amount
          currencyCode
        }
        availability {
          available
          inStock
        }
      }
    }
  }
}
`;
