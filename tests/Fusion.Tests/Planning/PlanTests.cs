using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Tests.Planning;

public sealed class PlanTests
{
    [Fact]
    public void The_benchmark_query_takes_seven_fetches_in_six_requests() => Plans.Equal(
        """
        query TestQuery
          1 root accounts
            query TestQuery{users{id username name}}
          2 root products
            query TestQuery{topProducts(first:5){name price upc weight}}
          3 lookup reviews after 1, 2 in batch 1
            at users[] with $k_id = id
            query TestQuery($k_id:ID!){userById(id:$k_id){reviews{id body product{upc reviews{id body author{id username reviews{id body product{upc}}}}}}}}
          4 lookup reviews after 1, 2 in batch 1
            at topProducts[] with $k_upc = upc
            query TestQuery($k_upc:String!){productByUpc(upc:$k_upc){reviews{id body author{id username reviews{id body product{upc}}}}}}
          5 lookup products after 3, 4
            at users[].reviews[].product.reviews[].author.reviews[].product with $k_upc = upc
            at users[].reviews[].product with $k_upc = upc
            at topProducts[].reviews[].author.reviews[].product with $k_upc = upc
            query TestQuery($k_upc:String!){productByUpc(upc:$k_upc){name price weight}}
          6 lookup accounts after 3, 4
            at users[].reviews[].product.reviews[].author with $k_id = id
            at topProducts[].reviews[].author with $k_id = id
            query TestQuery($k_id:ID!){userById(id:$k_id){name}}
          7 lookup inventory after 2, 3, 4, 5
            at users[].reviews[].product.reviews[].author.reviews[].product with $k_upc = upc, $r_shippingEstimate_price = price, $r_shippingEstimate_weight = weight
            at users[].reviews[].product with $k_upc = upc, $r_shippingEstimate_price = price, $r_shippingEstimate_weight = weight
            at topProducts[] with $k_upc = upc, $r_shippingEstimate_price = price, $r_shippingEstimate_weight = weight
            at topProducts[].reviews[].author.reviews[].product with $k_upc = upc, $r_shippingEstimate_price = price, $r_shippingEstimate_weight = weight
            query TestQuery($k_upc:String!,$r_shippingEstimate_price:Int,$r_shippingEstimate_weight:Int){productByUpc(upc:$k_upc){inStock shippingEstimate(price:$r_shippingEstimate_price,weight:$r_shippingEstimate_weight)}}
        """,
        Plans.Of(ExampleSchemas.Shop, ExampleSchemas.ShopQuery));

    [Fact]
    public void Lookups_of_one_entity_are_grouped_by_schema() => Plans.Equal(
        """
        query
          1 root products
            query{topProducts{name upc price weight}}
          2 lookup inventory after 1
            at topProducts[] with $k_upc = upc, $r_shippingEstimate_price = price, $r_shippingEstimate_weight = weight
            query($k_upc:String!,$r_shippingEstimate_price:Int,$r_shippingEstimate_weight:Int){productByUpc(upc:$k_upc){inStock shippingEstimate(price:$r_shippingEstimate_price,weight:$r_shippingEstimate_weight)}}
          3 lookup reviews after 1
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){reviews{id body}}}
        """,
        Plans.Of(ExampleSchemas.Shop, "{ topProducts { name inStock shippingEstimate reviews { id body } } }"));

    [Fact]
    public void A_mutation_that_several_schemas_share_goes_to_one_from_which_all_is_reached()
    {
        // The first resolves more at once, but nothing leads from it to the last field.
        var schema = Plans.Compose(
            ("a", "type Query { a: Int } type Mutation { done: Result @shareable } type Result { x: Int @shareable y: Int @shareable item: Item @shareable } type Item @key(fields: \"id\") { id: ID! @shareable p: Int @shareable q: Int @shareable }"),
            ("b", "type Query { byId(id: ID!): Item @lookup @internal } type Mutation { done: Result @shareable } type Result { x: Int @shareable y: Int @shareable item: Item @shareable z: Int } type Item @key(fields: \"id\") { id: ID! @shareable }"),
            ("c", "type Query { byId(id: ID!): Item @lookup @internal } type Item @key(fields: \"id\") { id: ID! @shareable p: Int @shareable q: Int @shareable }"));
        Plans.Equal(
            """
            mutation
              1 root b
                mutation{one:done{x z item{id}}}
              2 lookup c after 1
                at one.item with $k_id = id
                query($k_id:ID!){byId(id:$k_id){p q}}
              3 root b after 1, 2
                mutation{two:done{z item{id}}}
              4 lookup c after 3
                at two.item with $k_id = id
                query($k_id:ID!){byId(id:$k_id){p q}}
            """,
            Plans.Of(schema, "mutation { one: done { x z item { p q } } two: done { z item { p q } } }"));
    }

    [Fact]
    public void Every_mutation_waits_for_the_subtree_of_the_one_before() => Plans.Equal(
        """
        mutation M
          1 root reviews
            mutation M($u:String!){a:reviewAdd(upc:$u,body:"x"){body} b:reviewAdd(upc:$u,body:"y"){product{upc}}}
          2 lookup products after 1
            at b.product with $k_upc = upc
            query M($k_upc:String!){productByUpc(upc:$k_upc){name}}
          3 root reviews after 1, 2
            mutation M($u:String!){c:reviewAdd(upc:$u,body:"z"){id}}
        """,
        Plans.Of(ExampleSchemas.Shop, "mutation M($u: String!) { a: reviewAdd(upc: $u, body: \"x\") { body } b: reviewAdd(upc: $u, body: \"y\") { product { name } } c: reviewAdd(upc: $u, body: \"z\") { id } }"));

    [Fact]
    public void Conditions_become_masks_of_fetches_and_directives_of_operations() => Plans.Equal(
        """
        query Q
          1 root products
            query Q($b:Boolean=true){topProducts{upc name@skip(if:$b)}}
          2 root accounts if $a, or not $b
            query Q($a:Boolean!,$b:Boolean=true){me@include(if:$a){name@include(if:$a) birthday@skip(if:$b)} me@skip(if:$b){name@include(if:$a) birthday@skip(if:$b)}}
          3 lookup inventory after 1 if $a and not $b
            at topProducts[] with $k_upc = upc
            query Q($a:Boolean!,$b:Boolean=true,$k_upc:String!){productByUpc(upc:$k_upc){inStock@include(if:$a)@skip(if:$b)}}
          4 lookup reviews after 1 if $b
            at topProducts[] with $k_upc = upc
            query Q($b:Boolean=true,$k_upc:String!){productByUpc(upc:$k_upc){reviews@include(if:$b){id}}}
        """,
        Plans.Of(ExampleSchemas.Shop, "query Q($a: Boolean!, $b: Boolean = true) { topProducts { upc @include(if: $a) name @skip(if: $b) inStock @include(if: $a) @skip(if: $b) ... @include(if: $b) { reviews { id } } } me @include(if: $a) { name } me @skip(if: $b) { birthday } }"));

    [Fact]
    public void Subscriptions_start_with_their_event() => Plans.Equal(
        """
        subscription
          1 event reviews
            subscription{reviewAdded{body author{id} product{upc}}}
          2 lookup accounts after 1
            at reviewAdded.author with $k_id = id
            query($k_id:ID!){userById(id:$k_id){name}}
          3 lookup products after 1
            at reviewAdded.product with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){name price weight}}
          4 lookup inventory after 1, 3
            at reviewAdded.product with $k_upc = upc, $r_shippingEstimate_price = price, $r_shippingEstimate_weight = weight
            query($k_upc:String!,$r_shippingEstimate_price:Int,$r_shippingEstimate_weight:Int){productByUpc(upc:$k_upc){shippingEstimate(price:$r_shippingEstimate_price,weight:$r_shippingEstimate_weight)}}
        """,
        Plans.Of(ExampleSchemas.Shop, "subscription { reviewAdded { body author { name } product { name shippingEstimate } } }"));

    [Fact]
    public void Introspection_stays_in_the_gateway() => Plans.Equal(
        """
        query
          1 introspection gateway
            query($n:String!){__type(name:$n){name}}
          2 root products
            query{topProducts{__typename}}
        """,
        Plans.Of(ExampleSchemas.Shop, "query($n: String!) { __typename ...F topProducts { __typename } } fragment F on Query { __type(name: $n) { name } }"));

    [Fact]
    public void A_key_under_a_taken_name_gets_an_alias() => Plans.Equal(
        """
        query
          1 root products
            query{topProducts{upc:name upc_1:upc}}
          2 lookup inventory after 1
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){inStock}}
        """,
        Plans.Of(ExampleSchemas.Shop, "{ topProducts { upc: name inStock } }"));

    [Fact]
    public void A_shared_field_is_resolved_where_the_object_comes_from() => Plans.Equal(
        """
        query
          1 root accounts
            query{me{username}}
          2 root products
            query{topProducts{upc}}
          3 lookup reviews after 2
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){reviews{author{username}}}}
        """,
        Plans.Of(ExampleSchemas.Shop, "{ me { username } topProducts { reviews { author { username } } } }"));

    [Fact]
    public void Equal_fetches_of_one_level_are_one() => Plans.Equal(
        """
        query
          1 root products
            query{a:topProducts(first:1){upc} b:topProducts(first:2){upc}}
          2 lookup inventory after 1
            at a[] with $k_upc = upc
            at b[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){inStock}}
        """,
        Plans.Of(ExampleSchemas.Shop, "{ a: topProducts(first: 1) { inStock } b: topProducts(first: 2) { inStock } }"));

    [Fact]
    public void Requirements_of_requirements_form_a_chain() => Plans.Equal(
        """
        query
          1 root a
            query{one{id base}}
          2 lookup b after 1
            at one with $k_id = id, $r_doubled_x = base
            query($k_id:ID!,$r_doubled_x:Int){byId(id:$k_id){plain doubled(x:$r_doubled_x)}}
          3 lookup c after 1, 2
            at one with $k_id = id, $r_squared_x = doubled, $r_squared_y = base
            query($k_id:ID!,$r_squared_x:Int!,$r_squared_y:Int){byId(id:$k_id){squared(x:$r_squared_x,y:$r_squared_y)}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! base: Int }"),
        ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! doubled(x: Int @require(field: \"base\")): Int plain: Int }"),
        ("c", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! squared(x: Int! @require(field: \"doubled\"), y: Int @require(field: \"base\")): Int }")), "{ one { squared plain } }"));

    [Fact]
    public void A_requirement_on_the_schema_that_yields_the_object_looks_it_up_again() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1
            at one with $k_id = id
            query($k_id:ID!){byId(id:$k_id){weight}}
          3 lookup a after 1, 2
            at one with $k_id = id, $r_cost_weight = weight
            query($k_id:ID!,$r_cost_weight:Int){byId(id:$k_id){cost(weight:$r_cost_weight)}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! cost(weight: Int @require(field: \"weight\")): Int }"),
        ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! weight: Int }")), "{ one { cost } }"));

    [Fact]
    public void Objects_and_lists_are_required_by_field_selection_maps() => Plans.Equal(
        """
        query
          1 root a
            query{one{size{w h} parts{sku} id}}
          2 lookup b after 1
            at one with $k_id = id, $r_volume_s = { width: size.w height: size.h }, $r_volume_skus = parts[sku]
            query($k_id:ID!,$r_volume_s:SizeInput,$r_volume_skus:[String!]){byId(id:$k_id){volume(s:$r_volume_s,skus:$r_volume_skus)}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! size: Size parts: [Part!]! } type Size { w: Int h: Int } type Part { sku: String! n: Int }"),
        ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! volume(s: SizeInput @require(field: \"{ width: size.w height: size.h }\"), skus: [String!] @require(field: \"parts[sku]\")): Int } input SizeInput { width: Int height: Int }")), "{ one { volume } }"));

    [Fact]
    public void A_schema_without_the_key_is_reached_by_way_of_a_third() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1
            at one with $k_id = id
            query($k_id:ID!){byId(id:$k_id){sku}}
          3 lookup c after 2
            at one with $k_sku = sku
            query($k_sku:String!){bySku(sku:$k_sku){price}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! }"),
        ("b", "type Query { byId(id: ID!): T @lookup @internal bySku(sku: String!): T @lookup @internal } type T @key(fields: \"id\") @key(fields: \"sku\") { id: ID! sku: String! }"),
        ("c", "type Query { bySku(sku: String!): T @lookup @internal } type T @key(fields: \"sku\") { sku: String! price: Int }")), "{ one { price } }"));

    [Fact]
    public void Keys_may_be_nested() => Plans.Equal(
        """
        query
          1 root a
            query{one{seller{name id} sku}}
          2 lookup b after 1
            at one with $k_sku = sku, $k_seller = seller.id
            query($k_sku:String!,$k_seller:ID!){find(sku:$k_sku,seller:$k_seller){price}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T } type T @key(fields: \"sku seller { id }\") { sku: String! seller: Seller! } type Seller { id: ID! @shareable name: String }"),
        ("b", "type Query { find(sku: String!, seller: ID! @is(field: \"seller.id\")): T @lookup @internal } type T @key(fields: \"sku seller { id }\") { sku: String! @shareable seller: Seller! @shareable price: Int } type Seller { id: ID! @shareable }")), "{ one { price seller { name } } }"));

    [Fact]
    public void Objects_without_key_are_fetched_again_through_their_parents() => Plans.Equal(
        """
        query
          1 root a
            query{viewer{name}}
          2 root b
            query{viewer{cart}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { viewer: Viewer @shareable } type Viewer { name: String }"),
        ("b", "type Query { viewer: Viewer @shareable } type Viewer { cart: Int }")), "{ viewer { name cart } }"));

    [Fact]
    public void Lookups_may_lie_below_other_fields() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1
            at one with $k_id = id
            query($k_id:ID!){lookups{byId(id:$k_id){price}}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! }"),
        ("b", "type Query { lookups: Lookups! @internal } type Lookups @internal { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! price: Int }")), "{ one { price } }"));

    [Fact]
    public void A_lookup_may_return_an_interface() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1
            at one with $k_id = id
            query($k_id:ID!){node(id:$k_id){__typename ... on T{price}}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! }"),
        ("b", "type Query { node(id: ID!): Node @lookup @internal } interface Node @key(fields: \"id\") { id: ID! } type T implements Node @key(fields: \"id\") { id: ID! price: Int } type U implements Node @key(fields: \"id\") { id: ID! }")), "{ one { price } }"));

    [Fact]
    public void Interfaces_stay_whole_where_the_schema_has_all_fields_and_split_where_not() => Plans.Equal(
        """
        query
          1 root media
            query{whole:all{title} split:all{__typename ... on Book{title pages id} ... on Film{title}}}
          2 lookup prices after 1
            at split[]<Book> with $k_id = id
            query($k_id:ID!){bookById(id:$k_id){price}}
        """,
        Plans.Of(Plans.Compose(
        ("media", "type Query { all: [Media] bookById(id: ID!): Book @lookup filmById(id: ID!): Film @lookup } interface Media { id: ID! title: String } type Book implements Media @key(fields: \"id\") { id: ID! title: String pages: Int } type Film implements Media @key(fields: \"id\") { id: ID! title: String }"),
        ("prices", "type Query { bookById(id: ID!): Book @lookup @internal } type Book @key(fields: \"id\") { id: ID! price: Int }")), "{ whole: all { title } split: all { __typename title ... on Book { pages price } } }"));

    [Fact]
    public void Equal_operations_get_equal_plans()
    {
        var schema = Plans.Compose(("reviews", ExampleSchemas.Reviews), ("products", ExampleSchemas.Products), ("inventory", ExampleSchemas.Inventory), ("accounts", ExampleSchemas.Accounts));
        Assert.Equal(Plans.Of(ExampleSchemas.Shop, ExampleSchemas.ShopQuery).ToString(), Plans.Of(schema, ExampleSchemas.ShopQuery).ToString());
        Assert.Equal(Plans.Of(ExampleSchemas.Shop, ExampleSchemas.ShopQuery).ToJson(), Plans.Of(schema, ExampleSchemas.ShopQuery).ToJson());
    }

    [Fact]
    public void Plans_print_as_JSON() => Assert.Equal(
        """{"operation":"query","name":"Q","fetches":[{"id":1,"kind":"root","service":"products","after":[],"targets":[{"path":"","variables":{}}],"document":"query Q{topProducts{upc price weight}}"},{"id":2,"kind":"lookup","service":"inventory","after":[1],"if":"$a","targets":[{"path":"topProducts[]","variables":{"k_upc":"upc","r_shippingEstimate_price":"price","r_shippingEstimate_weight":"weight"}}],"document":"query Q($a:Boolean!,$k_upc:String!,$r_shippingEstimate_price:Int,$r_shippingEstimate_weight:Int){productByUpc(upc:$k_upc){shippingEstimate(price:$r_shippingEstimate_price,weight:$r_shippingEstimate_weight)@include(if:$a)}}"}]}""",
        System.Text.Encoding.UTF8.GetString(Plans.Of(ExampleSchemas.Shop, "query Q($a: Boolean!) { topProducts { upc shippingEstimate @include(if: $a) } }").ToJson()));

    [Fact]
    public void Planning_ends_at_its_budget()
    {
        var selections = Assert.Throws<PlanningException>(() => Plans.Of(ExampleSchemas.Shop, ExampleSchemas.ShopQuery, new PlannerOptions { MaxSelections = 50 }));
        Assert.Equal("LIMIT_EXCEEDED", selections.Code);
        var fetches = Assert.Throws<PlanningException>(() => Plans.Of(ExampleSchemas.Shop, ExampleSchemas.ShopQuery, new PlannerOptions { MaxFetches = 3 }));
        Assert.Equal("LIMIT_EXCEEDED", fetches.Code);
    }
}
