using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Tests.Types;

public sealed class SchemaBuilderTests
{
    [Fact]
    public void Types_from_sdl_and_from_code_merge()
    {
        var builder = new SchemaBuilder().AddSdl("type Query { a: Int } extend type Query { b: [Thing!] } type Thing { at: DateTime! }");
        builder.Object("Thing", typeof(Uri)).Field("name", "String!").Argument("short", "Boolean", "false").Argument("as", "Form", "LONG");
        builder.Enum("Form").Value("LONG").Value("SHORT", deprecated: "Nobody asked.");
        builder.Object("Thing").Directive("@key(fields: \"name\")").Directive("@key(fields: \"name\")");
        var schema = builder.Build();

        Assert.Equal(["a", "b"], schema.QueryType.Fields.Select(f => f.Name));
        var thing = Assert.IsType<ObjectType>(schema.Type("Thing"));
        Assert.Equal(["name", "at"], thing.Fields.Select(f => f.Name));
        Assert.Same(thing, schema.ObjectTypeOf(typeof(Uri)));
        Assert.Single(thing.AppliedDirectives);
        Assert.Equal("[Thing!]", schema.QueryType.Field("b")!.Type.ToString());
        Assert.Same(schema.QueryType.Field("b")!.Type, thing.NonNull.List);
        Assert.Equal("https://scalars.graphql.org/andimarek/date-time.html", ((ScalarType)schema.Type("DateTime")!).SpecifiedByUrl);
        Assert.Equal("LONG", thing.Field("name")!.Argument("as")!.CoercedDefault);
        Assert.NotNull(schema.Directives["key"]);
        Assert.IsType<ScalarType>(schema.Type("FieldSelectionSet"));
        Assert.Equal("Nobody asked.", ((EnumType)schema.Type("Form")!).Value("SHORT")!.DeprecationReason);
        Assert.All(schema.TypesById, (type, index) => Assert.Equal(index, type.Id));
    }

    [Fact]
    public void An_unknown_type_is_named_with_a_suggestion()
    {
        var builder = new SchemaBuilder();
        builder.Object("Query").Field("a", "Strin");
        var error = Assert.Throws<SchemaException>(builder.Build);
        Assert.Equal("Unknown type \"Strin\" at Query.a. Did you mean \"String\"?", Assert.Single(error.Errors).Message);
    }

    [Fact]
    public void Every_error_of_a_schema_is_listed_with_its_place()
    {
        var error = Assert.Throws<SchemaException>(() => new SchemaBuilder().AddSdl("""
            type Query { a: In, b(c: Query): Int }
            input In { d: In!, e: Int = "no" }
            union U
            """).Build());
        Assert.Equal(
            [
                "The type of Query.a must be Output Type but got: In. (1:17)",
                "The type of Query.b(c:) must be Input Type but got: Query. (1:26)",
                "In.e has invalid default value: Int cannot represent non-integer value: \"no\" (2:29)",
                "Input Object In cannot be provided a finite value because it references itself through fields: In.d. (2:12)",
                "Union type U must define one or more member types. (3:1)",
            ],
            error.Errors.Select(e => e.ToString()));
    }

    [Fact]
    public void Errors_of_code_name_the_element()
    {
        var builder = new SchemaBuilder();
        builder.Object("Query").Field("a", "Int");
        builder.Object("Query").Field("a", "String");
        builder.Interface("Query");
        builder.Object("Thing").Implements("Node").Field("id", "ID!");
        builder.Interface("Node").Field("id", "ID!");
        var error = Assert.Throws<SchemaException>(builder.Build);
        Assert.Equal(
            [
                "Field \"Query.a\" is defined more than once; mark the one that should win as the member's replacement.",
                "Type \"Query\" is defined as Object and as Interface; give one of them another name.",
            ],
            error.Errors.Select(e => e.Message));
    }

    [Fact]
    public void A_replacing_field_takes_the_place_of_the_member()
    {
        var builder = new SchemaBuilder();
        builder.Object("Query").Field("a", "Int");
        builder.Object("Query").Field("b", "Int");
        builder.Object("Query").Field("a", "String", replace: true);
        Assert.Equal(["a: String", "b: Int"], builder.Build().QueryType.Fields.Select(f => $"{f.Name}: {f.Type}"));
    }

    [Fact]
    public void Defaults_are_coerced_with_the_defaults_of_nested_fields()
    {
        var schema = new SchemaBuilder().AddSdl("""
            type Query { find(where: Where = {page: {size: 5}}): Int }
            input Where { page: Page = {}, tags: [String!] = "one" }
            input Page { size: Int = 10, from: Int = 1 }
            """).Build();
        var where = Assert.IsType<InputObjectValue>(schema.QueryType.Field("find")!.Argument("where")!.CoercedDefault);
        var page = Assert.IsType<InputObjectValue>(where[0]);
        Assert.Equal([5, 1], new[] { page[0], page[1] });
        Assert.Equal(["one"], Assert.IsType<object?[]>(where[1]));
    }

    [Fact]
    public void Incremental_delivery_is_defined_only_when_it_is_on()
    {
        Assert.False(new SchemaBuilder().AddSdl("type Query { a: Int }").Build().Directives.ContainsKey("defer"));
        Assert.True(new SchemaBuilder { IncrementalDelivery = true }.AddSdl("type Query { a: Int }").Build().Directives.ContainsKey("stream"));
    }

    [Fact]
    public void The_source_print_has_every_applied_directive_and_builds_the_same_schema()
    {
        var builder = new SchemaBuilder();
        builder.Object("Query").Field("productById", "Product").Directive("@lookup").Argument("id", "ID!", directives: "@is(field: \"id\")");
        builder.Object("Product").Description("What is sold.").Directive("@key(fields: \"id\")")
            .Field("id", "ID!");
        builder.Object("Product").Field("weight", "Int").Deprecated("Use mass.");
        builder.Object("Product").Field("since", "DateTime!");
        builder.Input("By").OneOf().Field("id", "ID").Field("sku", "String");
        builder.Object("Query").Field("by", "Product").Argument("by", "By!", description: "Which one.");
        var schema = builder.Build();

        var printed = SchemaPrinter.Print(schema, SchemaPrintOptions.Source);
        Assert.Contains("""
            input By @oneOf {
              id: ID
              sku: String
            }

            "An instant: date and time with offset, as RFC 3339 writes it."
            scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time.html")
            """.Replace("\"An instant: date and time with offset, as RFC 3339 writes it.\"", "\"\"\"An instant: date and time with offset, as RFC 3339 writes it.\"\"\"", StringComparison.Ordinal), printed, StringComparison.Ordinal);
        Assert.Contains("  productById(id: ID! @is(field: \"id\")): Product @lookup\n", printed, StringComparison.Ordinal);
        Assert.Contains("type Product @key(fields: \"id\") {\n  id: ID!\n  weight: Int @deprecated(reason: \"Use mass.\")\n", printed, StringComparison.Ordinal);
        Assert.Equal(printed, SchemaPrinter.Print(new SchemaBuilder().AddSdl(printed).Build(), SchemaPrintOptions.Source));
    }

    [SharedDataFact("graphql/github.schema.graphql")]
    public void A_large_schema_is_checked_built_and_printed_to_an_equal_schema()
    {
        var sdl = File.ReadAllText(SharedData.PathOf("graphql/github.schema.graphql"));
        var error = Assert.Throws<SchemaException>(() => new SchemaBuilder().AddSdl(sdl).Build());
        Assert.Equal(
            [
                "Field \"EnterpriseOwnerInfo.repositoryDeployKeySetting\" can only be defined once. (15003:3)",
                "Field \"EnterpriseOwnerInfo.repositoryDeployKeySettingOrganizations\" can only be defined once. (15008:3)",
            ],
            error.Errors.Select(e => e.ToString()));

        var schema = new SchemaBuilder().AddSdl(sdl).BuildUnchecked(validateSdl: false);
        // It deprecates fields that their interfaces do not, which section 3.6 forbids since September 2025.
        Assert.All(SchemaValidator.Validate(schema), e => Assert.Contains("is not deprecated, so implementation field", e.Message, StringComparison.Ordinal));
        var again = new SchemaBuilder().AddSdl(SchemaPrinter.Print(schema, SchemaPrintOptions.Source)).BuildUnchecked(validateSdl: false);
        Assert.Empty(SchemaDiff.Compare(schema, again));
        Assert.True(schema.Types.Count > 1_000);
        var node = schema.Type("Node")!;
        Assert.All(schema.TypesById.OfType<ObjectType>(), type => Assert.Equal(schema.PossibleTypes(node).Contains(type), schema.IsPossibleType(node, type)));
    }
}
