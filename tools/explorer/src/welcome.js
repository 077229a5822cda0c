// What a first visitor sees and can run at once.
export const welcome = `# Welcome to LuckyGraph.
#
# Press the play button, or Ctrl-Enter.
# Sign in with sessionCreate and put
#   {"Authorization": "Bearer <accessToken>"}
# into Headers to see what is yours.
#   {"GraphQL-Plan": "1"}
# shows how the gateway fetches a query.

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
