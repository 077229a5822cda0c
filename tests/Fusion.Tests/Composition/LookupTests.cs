using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>How lookups become keys, steps and argument maps.</summary>
public sealed class LookupTests
{
    private static string Describe(Lookup lookup)
        => $"{lookup.Source}: {string.Join('.', lookup.Steps.Select(s => s.Arguments.IsEmpty ? s.Field : $"{s.Field}({string.Join(", ", s.Arguments.Select(a => $"{a.Name}={a.Map}"))})"))}"
            + $" by {Printer.PrintCompact(lookup.Key)}{(lookup.ReturnType == lookup.EntityType ? "" : $" returns {lookup.ReturnType}")}{(lookup.IsInternal ? " internal" : "")}";

    private static string[] Lookups(FusionSchema schema, string type) => [.. schema.Type(type)!.Lookups.Select(Describe)];

    [Fact]
    public void Arguments_stand_for_the_fields_of_their_names()
    {
        var schema = Compose.Passes("type Query { productById(id: ID!): Product @lookup productByKey(sku: String!, region: String!): Product @lookup } type Product { id: ID! sku: String! region: String! }");
        Assert.Equal(["A: productById(id=id) by {id}", "A: productByKey(sku=sku, region=region) by {sku region}"], Lookups(schema, "Product"));
    }

    [Fact]
    public void Alternatives_become_a_lookup_each()
    {
        var schema = Compose.Passes(
            "type Query { person(by: PersonBy @is(field: \"{ id } | { addressId: address.id } | { name }\")): Person @lookup } input PersonBy @oneOf { id: ID addressId: ID name: String } type Person { id: ID! name: String address: Address } type Address { id: ID! }");
        Assert.Equal(["A: person(by={ id }) by {id}", "A: person(by={ addressId: address.id }) by {address{id}}", "A: person(by={ name }) by {name}"], Lookups(schema, "Person"));
    }

    [Fact]
    public void Alternatives_of_several_arguments_multiply()
    {
        var schema = Compose.Passes("type Query { a(x: String! @is(field: \"p | q\"), y: Int! @is(field: \"r | s\")): T @lookup } type T { p: String q: String r: Int s: Int }");
        Assert.Equal(["{p r}", "{p s}", "{q r}", "{q s}"], schema.Type("T")!.Lookups.Select(l => Printer.PrintCompact(l.Key).Replace(',', ' ')));
    }

    [Fact]
    public void A_lookup_of_an_interface_serves_its_types_each_by_its_own_alternative()
    {
        var schema = Compose.Passes(
            "type Query { media(key: MediaKey! @is(field: \"{ isbn: <Book>.isbn } | { upc: <Movie>.upc }\")): Media @lookup } input MediaKey @oneOf { isbn: String upc: String } interface Media { title: String } type Book implements Media { isbn: String! title: String } type Movie implements Media { upc: String! title: String }");
        Assert.Equal(["A: media(key={ isbn }) by {isbn} returns Media"], Lookups(schema, "Book"));
        Assert.Equal(["A: media(key={ upc }) by {upc} returns Media"], Lookups(schema, "Movie"));
        Assert.Empty(Lookups(schema, "Media"));
        var node = Compose.Passes("type Query { node(id: ID!): Node @lookup } interface Node { id: ID! } type A implements Node { id: ID! }");
        Assert.Equal(["A: node(id=id) by {id}"], Lookups(node, "Node"));
        Assert.Equal(["A: node(id=id) by {id} returns Node"], Lookups(node, "A"));
    }

    [Fact]
    public void Lookups_below_plain_fields_are_entered_on_their_path()
    {
        var schema = Compose.Passes("type Query { lookups: Lookups! @internal } type Lookups @internal { productBySku(sku: String!): Product @lookup } type Product { sku: String! }");
        Assert.Equal(["A: lookups.productBySku(sku=sku) by {sku} internal"], Lookups(schema, "Product"));
        Assert.Null(schema.Type("Lookups"));
    }

    [Fact]
    public void Nested_lookups_take_the_outer_key_from_the_inner_object()
    {
        var schema = Compose.Passes(
            "type Query { productById(id: ID!): Product @lookup } type Product @key(fields: \"id\") { id: ID! price(regionName: String!): ProductPrice @lookup } type ProductPrice @key(fields: \"regionName product { id }\") { regionName: String! product: Product value: Float! }");
        Assert.Equal(["A: productById(id=product.id).price(regionName=regionName) by {product{id}regionName}"], Lookups(schema, "ProductPrice"));
    }

    [Fact]
    public void Transitions_say_which_lookup_leads_from_where_to_where()
    {
        var schema = Compose.Passes(
            "type Query { a(id: ID!): T @lookup } type T { id: ID! x: Int }",
            "type Query { b(id: ID!): T @lookup @internal c(sku: ID!): T @lookup @internal } type T { id: ID! sku: ID! y: Int }",
            "type Query { d(sku: ID!): T @lookup @internal } type T { sku: ID! z: Int }");
        var t = schema.Type("T")!;
        var (a, b, c) = (schema.Source("A")!.Id, schema.Source("B")!.Id, schema.Source("C")!.Id);
        Assert.Equal(["B"], schema.Transitions.Direct(t, a, b).Select(l => l.Source.Name));
        Assert.Equal(["b"], schema.Transitions.Direct(t, a, b).Select(l => l.Steps[0].Field));
        Assert.Empty(schema.Transitions.Direct(t, a, c));
        Assert.Equal(["b", "d"], schema.Transitions.Path(t, a, c).Select(l => l.Steps[0].Field));
        Assert.Equal(SourceSet.Of(a).Add(b).Add(c), schema.Transitions.Reachable(t, a));
        Assert.Equal(["c", "a"], schema.Transitions.Path(t, c, a).Select(l => l.Steps[0].Field));
    }

    [Fact]
    public void Requirements_carry_their_map_and_what_it_reads()
    {
        var schema = Compose.Passes(
            "type Query { a(id: ID!): T @lookup @internal } type T { id: ID! cost(size: SizeInput! @require(field: \"dimension.{ w: width h: height }\"), zip: String): Int } input SizeInput { w: Int h: Int }",
            "type Query { b(id: ID!): T @lookup } type T { id: ID! dimension: Dimension } type Dimension { width: Int height: Int }");
        var requirement = Assert.Single(schema.Type("T")!.Field("cost")!.SourceFields[0].Requirements);
        Assert.Equal("size", requirement.Argument!.Name);
        Assert.Equal("dimension.{ w: width h: height }", requirement.Text);
        Assert.Equal("{dimension{width height}}", Printer.PrintCompact(requirement.Selection).Replace(',', ' '));
        Assert.True(schema.Type("T")!.Field("cost")!.UnconditionalSources.IsEmpty);
    }
}
