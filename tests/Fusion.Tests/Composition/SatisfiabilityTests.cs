using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Composition;

public sealed class SatisfiabilityTests
{
    private const string Owner = "type Query { productById(id: ID!): Product @lookup } type Product { id: ID! name: String weight: Float }";

    [Fact]
    public void A_field_of_another_schema_needs_a_lookup_there()
    {
        Compose.Passes(Owner, "type Query { reviewed(id: ID!): Product @lookup @internal } type Product { id: ID! reviews: [String] }");
        var error = Compose.Fails(CompositionCodes.UnsatisfiableQueryPath, Owner, "type Query { top: [Product] } type Product @key(fields: \"id\") { id: ID! reviews: [String] }");
        Assert.Equal("Product.reviews", error.Coordinate);
        Assert.Equal(
            "The field \"Product.reviews\" cannot be resolved on the path Query.productById.reviews. The path leads to \"A\". Schema \"B\" has no lookup for \"Product\": add one, such as productById(id: ID!): Product @lookup @internal.",
            error.Message);
    }

    [Fact]
    public void A_lookup_whose_key_is_not_there_does_not_help()
    {
        var error = Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath, Owner,
            "type Query { bySku(sku: String!): Product @lookup @internal } type Product { sku: String! reviews: [String] }");
        Assert.Contains("needs the key { sku }, of which \"sku\" cannot be resolved from there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_may_come_from_a_third_schema()
        => Compose.Passes(
            Owner,
            "type Query { bySku(sku: String!): Product @lookup @internal } type Product { sku: String! reviews: [String] }",
            "type Query { skuById(id: ID!): Product @lookup @internal skuBySku(sku: String!): Product @lookup @internal } type Product { id: ID! sku: String! }");

    [Fact]
    public void Keys_that_need_each_other_satisfy_nothing()
    {
        var error = Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath, Owner,
            "type Query { b(y: ID!): Product @lookup @internal } type Product { y: ID! @shareable x: ID! @shareable }",
            "type Query { c(x: ID!): Product @lookup @internal } type Product { y: ID! @shareable x: ID! @shareable }");
        Assert.Contains(error.Coordinate, new[] { "Product.x", "Product.y" });
    }

    [Fact]
    public void Requirements_that_need_each_other_satisfy_nothing()
        => Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath,
            "type Query { a(id: ID!): Product @lookup } type Product { id: ID! f(g: Int @require(field: \"g\")): Int }",
            "type Query { b(id: ID!): Product @lookup @internal } type Product { id: ID! g(f: Int @require(field: \"f\")): Int }");

    [Fact]
    public void A_requirement_needs_a_way_to_its_schema()
    {
        Compose.Passes(Owner, "type Query { costs(id: ID!): Product @lookup @internal } type Product { id: ID! cost(weight: Float @require(field: \"weight\")): Float }");
        var error = Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath,
            "type Query { heavy: [Product] } type Product @key(fields: \"id\") { id: ID! weight: Float }",
            "type Query { costs(id: ID!): Product @lookup } type Product { id: ID! cost(weight: Float @require(field: \"weight\")): Float }");
        Assert.Contains("cannot be resolved on the path Query.costs.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Product.", error.Coordinate, StringComparison.Ordinal);
    }

    [Fact]
    public void Requirements_may_chain_back_and_forth()
        => Compose.Passes(
            "type Query { a(id: ID!): T @lookup } type T { id: ID! h: Int f(g: Int @require(field: \"g\")): Int }",
            "type Query { b(id: ID!): T @lookup @internal } type T { id: ID! g(h: Int @require(field: \"h\")): Int }");

    [Fact]
    public void A_requirement_is_not_fetched_from_the_requiring_schema_even_further_down()
    {
        const string requiring = "type Query { a(id: ID!): T @lookup } type T { id: ID! h: Int f(g: Int @require(field: \"next.h\")): Int }";
        Compose.Fails(CompositionCodes.UnsatisfiableQueryPath, requiring, "type Query { b(id: ID!): T @lookup @internal } type T { id: ID! next: T }");
        Compose.Passes(requiring.Replace(" h: Int", "", StringComparison.Ordinal), "type Query { b(id: ID!): T @lookup @internal } type T { id: ID! next: T h: Int }");
    }

    [Fact]
    public void Required_values_need_a_lookup_that_brings_them()
    {
        const string owner = "type Query { v: V @shareable } type V { a: Int }";
        var error = Compose.Fails(CompositionCodes.UnsatisfiableQueryPath, owner, "type Query { v: V @shareable } type V { b(a: Int @require(field: \"a\")): Int }");
        Assert.Contains("which only a lookup can bring", error.Message, StringComparison.Ordinal);
        Compose.Passes(owner, "type Query { v: V @shareable } type V { b: Int }");
    }

    [Fact]
    public void The_query_root_can_be_entered_below_a_payload()
        => Compose.Passes("type Query { a: Int } type Mutation { act: Payload } type Payload { query: Query! }", "type Query { b: Int }");

    [Fact]
    public void Every_type_an_interface_can_be_is_checked()
    {
        const string media = "type Query { media: [Media] bookById(id: ID!): Book @lookup } interface Media { id: ID! } type Book implements Media { id: ID! } type Movie implements Media @key(fields: \"id\") { id: ID! }";
        Compose.Passes(media, "type Query { b(id: ID!): Book @lookup @internal } type Book { id: ID! pages: Int }");
        var error = Compose.Fails(CompositionCodes.UnsatisfiableQueryPath, media, "type Movie @key(fields: \"id\") { id: ID! length: Int }");
        Assert.Contains("on the path Query.media<Movie>.length", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shortest_path_explains_the_failure()
    {
        var error = Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath,
            "type Query { a: A } type A { b: B c: C } type B { c: C } type C { d: D } type D @key(fields: \"id\") { id: ID! }",
            "type D @key(fields: \"id\") { id: ID! lost: Int }");
        Assert.Contains("on the path Query.a.c.d.lost.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_value_is_completed_by_every_schema_that_holds_its_parent()
    {
        const string a = "type Query { a(id: ID!): Product @lookup } type Product { id: ID! size: Size @shareable } type Size { width: Int }";
        Compose.Passes(a, "type Query { b(id: ID!): Product @lookup @internal } type Product { id: ID! size: Size @shareable } type Size { height: Int }");
        var error = Compose.Fails(CompositionCodes.UnsatisfiableQueryPath, a, "type Query { unit: Size } type Size { height: Int }");
        Assert.Contains(error.Coordinate, new[] { "Size.height", "Size.width" });
    }

    [Fact]
    public void Mutations_and_subscriptions_are_checked_too()
    {
        var error = Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath,
            "type Mutation { create: Product } type Product @key(fields: \"id\") { id: ID! }", "type Product @key(fields: \"id\") { id: ID! lost: Int }");
        Assert.Contains("Mutation.create.lost", error.Message, StringComparison.Ordinal);
        error = Compose.Fails(
            CompositionCodes.UnsatisfiableQueryPath,
            "type Subscription { created: Product } type Product @key(fields: \"id\") { id: ID! }", "type Product @key(fields: \"id\") { id: ID! lost: Int }");
        Assert.Contains("Subscription.created.lost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_the_schemas_that_share_a_mutation_must_do_for_all_below_it()
    {
        const string a = "type Mutation { done: Result @shareable } type Result { both: Int @shareable a: Int }";
        const string b = "type Mutation { done: Result @shareable } type Result { both: Int @shareable b: Int }";
        var error = Compose.Fails(CompositionCodes.UnsatisfiableQueryPath, a, b);
        Assert.Contains("on the path Mutation.done.b.", error.Message, StringComparison.Ordinal);

        Compose.Passes("type Mutation { done: Result @shareable } type Result { both: Int @shareable }", b);
        Compose.Passes(a.Replace("Mutation", "Query", StringComparison.Ordinal), b.Replace("Mutation", "Query", StringComparison.Ordinal));
    }

    [Fact]
    public void Fields_that_clients_do_not_see_need_not_be_reachable()
        => Compose.Passes(Owner, "type Product @key(fields: \"id\") { id: ID! secret: Int @inaccessible }");

    [Fact]
    public void Long_chains_and_wide_cycles_are_no_blow_up()
    {
        // Sixty types that all refer to each other: paths are countless, positions are few.
        const int count = 60;
        string Types(string own) => string.Join(' ', Enumerable.Range(0, count).Select(i =>
            $"type T{i} @key(fields: \"id\") {{ id: ID! {own}{i}: Int {string.Join(' ', Enumerable.Range(0, own == "a" ? count : 0).Select(j => $"to{j}: T{j}"))} }}"));
        string Lookups(string own) => $"type Query {{ {string.Join(' ', Enumerable.Range(0, count).Select(i => $"{own}T{i}(id: ID!): T{i} @lookup"))} }} ";
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Compose.Passes(Lookups("a") + Types("a"), Lookups("b") + Types("b"), Lookups("c") + Types("c"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }
}
