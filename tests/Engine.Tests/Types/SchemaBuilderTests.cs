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
}
