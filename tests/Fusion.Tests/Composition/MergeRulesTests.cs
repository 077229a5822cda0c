using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>Pre-merge and post-merge validation: each rule with what satisfies it and what breaks it.</summary>
public sealed class MergeRulesTests
{
    [Fact]
    public void A_type_has_one_kind()
    {
        Compose.Passes("type User @key(fields: \"id\") { id: ID! name: String }", "type User @key(fields: \"id\") { id: ID! email: String }");
        var error = Compose.Fails(CompositionCodes.TypeKindMismatch, "type User { id: ID! name: String }", "interface User { id: ID! friends: [User!]! }");
        Assert.Contains("an object type in \"A\", an interface in \"B\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Enums_have_the_same_values_or_hide_the_difference()
    {
        Compose.Passes("enum Genre { FANTASY }", "enum Genre { FANTASY }");
        Compose.Passes("enum Genre { FANTASY SCIENCE_FICTION @inaccessible }", "enum Genre { FANTASY }");
        Compose.Fails(CompositionCodes.EnumValuesMismatch, "enum Genre { FANTASY }", "enum Genre { SCIENCE_FICTION }");
    }

    [Fact]
    public void Output_types_differ_by_nullability_only()
    {
        Compose.Passes("type User { birthdate: String! @shareable }", "type User { birthdate: String @shareable }");
        Compose.Passes("type User { tags: [String!] @shareable }", "type User { tags: [String]! @shareable }", "type User { tags: [String] @shareable }");
        Compose.Fails(CompositionCodes.OutputFieldTypesNotMergeable, "type User { birthdate: String! @shareable }", "scalar DateTime type User { birthdate: DateTime! @shareable }");
        Compose.Fails(CompositionCodes.OutputFieldTypesNotMergeable, "type User { tags: [String] @shareable }", "type User { tags: String @shareable }");
    }

    [Fact]
    public void An_abstract_output_type_covers_the_others()
    {
        const string featured = "type Query @shareable { featured: FeaturedItem } union FeaturedItem = Product type Product @shareable { id: ID }";
        Compose.Passes(featured, "type Query @shareable { featured: Product } type Product @shareable { id: ID }");
        Compose.Fails(CompositionCodes.OutputFieldTypesNotMergeable, featured, "type Query @shareable { featured: Review } type Review @shareable { id: ID }");
    }

    [Fact]
    public void Argument_types_differ_by_nullability_only()
    {
        Compose.Passes("type User { field(argument: String!): String @shareable }", "type User { field(argument: String): String @shareable }");
        Compose.Fails(
            CompositionCodes.FieldArgumentTypesNotMergeable,
            "type User { field(argument: [String]): String @shareable }", "scalar DateTime type User { field(argument: [DateTime]): String @shareable }");
    }

    [Fact]
    public void A_required_argument_is_everywhere()
    {
        Compose.Passes("type Query { books(author: String!): [String] @shareable }", "type Query { books(author: String!): [String] @shareable }");
        Compose.Fails(CompositionCodes.FieldWithMissingRequiredArgument, "type Query { books(author: String!): [String] @shareable }", "type Query { books: [String] @shareable }");
        const string author = "type Collection @key(fields: \"id\") { id: ID! author: String! }";
        const string requiring = "type Collection @key(fields: \"id\") { id: ID! books(author: String! @require(field: \"author\")): [String] @shareable }";
        Compose.Passes(requiring, "type Collection @key(fields: \"id\") { id: ID! books(author: String): [String] @shareable }", author);
        Compose.Fails(CompositionCodes.FieldWithMissingRequiredArgument, requiring, "type Collection @key(fields: \"id\") { id: ID! books(author: String!): [String] @shareable }", author);
        Compose.Fails(CompositionCodes.FieldWithMissingRequiredArgument, "type Query { books(author: String! @inaccessible): [String] }");
    }

    [Fact]
    public void Input_defaults_agree()
    {
        Compose.Passes("input BookFilter { minPageCount: Int = 10 }", "input BookFilter { minPageCount: Int }");
        Compose.Fails(CompositionCodes.InputFieldDefaultMismatch, "input BookFilter { minPageCount: Int = 10 }", "input BookFilter { minPageCount: Int = 20 }");
    }

    [Fact]
    public void Input_types_differ_by_nullability_only()
    {
        Compose.Passes("input AuthorInput { tags: [String!] }", "input AuthorInput { tags: [String]! }");
        Compose.Fails(CompositionCodes.InputFieldTypesNotMergeable, "input AuthorInput { birthdate: String! }", "scalar DateTime input AuthorInput { birthdate: DateTime! }");
    }

    [Fact]
    public void A_required_input_field_is_everywhere()
    {
        Compose.Passes("input BookFilter { title: String! author: String }", "input BookFilter { title: String! yearPublished: Int }");
        Compose.Fails(CompositionCodes.InputWithMissingRequiredFields, "input BookFilter { title: String! author: String }", "input BookFilter { author: String yearPublished: Int }");
    }

    [Fact]
    public void An_external_field_looks_like_its_base()
    {
        static string Base(string field) => $"type Product @key(fields: \"id\") {{ id: ID! {field} }} type Query {{ productById(id: ID!): Product @lookup }}";
        static string External(string field) => $"type Product @key(fields: \"id name\") {{ id: ID! {field} @external }}";
        Compose.Passes(Base("name(language: String = \"en\"): String"), External("name(language: String = \"en\"): String"));
        Compose.Fails(CompositionCodes.ExternalArgumentDefaultMismatch, Base("name(language: String = \"en\"): String"), External("name(language: String = \"de\"): String"));
        Compose.Fails(CompositionCodes.ExternalArgumentDefaultMismatch, Base("name(language: String = \"en\"): String"), External("name(language: String): String"));
        Compose.Fails(CompositionCodes.ExternalArgumentMissing, Base("name(language: String): String"), External("name: String"));
        Compose.Fails(CompositionCodes.ExternalTypeMismatch, Base("name: String"), External("name: String!"));
        Compose.Fails(CompositionCodes.ExternalMissingOnBase, "type Product @key(fields: \"id\") { id: ID! }", External("name: String"));
        Compose.Fails(CompositionCodes.ExternalArgumentTypeMismatch, Base("name(max: [Int]): String"), External("name(max: [Int!]): String"));
    }

    [Fact]
    public void A_field_is_overridden_once()
    {
        Compose.Passes("type Bill { amount: Int }", "type Bill { amount: Int @override(from: \"A\") }");
        Compose.Fails(CompositionCodes.OverrideSourceHasOverride, "type Bill { amount: Int @override(from: \"B\") }", "type Bill { amount: Int @override(from: \"A\") }");
        Compose.Fails(
            CompositionCodes.OverrideSourceHasOverride,
            "type Bill { amount: Int @override(from: \"C\") }", "type Bill { amount: Int @override(from: \"C\") }", "type Bill { amount: Int }");
    }

    [Fact]
    public void Only_shareable_fields_and_keys_have_several_owners()
    {
        Compose.Passes("type User @key(fields: \"id\") { id: ID! fullName: String @shareable }", "type User @key(fields: \"id\") { id: ID! fullName: String @shareable }");
        Compose.Passes("type User @key(fields: \"id\") { id: ID! fullName: String @override(from: \"B\") }", "type User @key(fields: \"id\") { id: ID! fullName: String }");
        var error = Compose.Fails(CompositionCodes.InvalidFieldSharing, "type User @key(fields: \"id\") { id: ID! fullName: String }", "type User @key(fields: \"id\") { id: ID! fullName: String @shareable }");
        Assert.Contains("not @shareable in \"A\".", error.Message, StringComparison.Ordinal);
        Assert.Equal("User.fullName", error.Coordinate);
        Compose.Fails(CompositionCodes.InvalidFieldSharing, "type Subscription { newOrderPlaced: Int }", "type Subscription { newOrderPlaced: Int }");
    }

    [Fact]
    public void What_a_lookup_finds_by_is_a_key_without_saying_so()
        => Compose.Passes(
            "type Query { productById(id: ID!): Product @lookup } type Product { id: ID! name: String }",
            "type Query { productReviews(id: ID!): Product @lookup @internal } type Product { id: ID! reviews: [String] }",
            "type Query { featured: Product } type Product { id: ID! }");

    [Fact]
    public void There_is_a_query_field()
    {
        Assert.True(Compose.Raw("type Query { a: Int @inaccessible }", "type Query { b: Int }").Success);
        var result = Compose.Raw("type Query { a: Int @inaccessible }", "type Query { b: Int @inaccessible }");
        Assert.Equal([CompositionCodes.NoQueries], result.Findings.Select(f => f.Code));
    }

    [Fact]
    public void What_clients_see_refers_only_to_what_they_see()
    {
        Compose.Passes("input Input1 { field1: String! field2: Input2 @inaccessible } input Input2 @inaccessible { field3: String } type Query { a(i: Input1): Int }");
        Compose.Fails(CompositionCodes.ReferenceToInaccessibleType, "input Input1 { field1: String! field2: Input2! } input Input2 @inaccessible { field3: String } type Query { a(i: Input1): Int }");
        Compose.Fails(CompositionCodes.ReferenceToInaccessibleType, "type Query { a: Secret } type Secret @inaccessible { b: Int }");
        Compose.Passes("type Object1 { field1: String! field2: Object2 @internal } type Object2 @internal { field3: String }");
        Compose.Fails(CompositionCodes.ReferenceToInternalType, "type Object1 { field1: String! field2: Object2! } type Object2 @internal { field3: String }");
    }

    [Theory]
    [InlineData(CompositionCodes.EmptyMergedObjectType, "type Author { name: String @inaccessible registered: Boolean @shareable }", "type Author { name: String @shareable registered: Boolean @inaccessible }", "type Author { age: Int }")]
    [InlineData(CompositionCodes.EmptyMergedInterfaceType, "interface Product { name: String price: Int @inaccessible }", "interface Product { name: String @inaccessible price: Int }", "interface Product { stock: Int }")]
    [InlineData(CompositionCodes.EmptyMergedInputObjectType, "input BookFilter { name: String @inaccessible paperback: Boolean }", "input BookFilter { name: String paperback: Boolean @inaccessible }", "")]
    [InlineData(CompositionCodes.EmptyMergedEnumType, "enum DeliveryStatus { PENDING @inaccessible DELIVERED }", "enum DeliveryStatus { PENDING DELIVERED @inaccessible }", "")]
    [InlineData(CompositionCodes.EmptyMergedUnionType, "union SearchResult = User | Product type User @inaccessible { id: ID! @shareable } type Product @shareable { id: ID! }", "union SearchResult = User | Product type User { id: ID! @shareable } type Product @inaccessible @shareable { id: ID! }", "union SearchResult = Order type Order { id: ID! }")]
    public void No_visible_type_is_empty(string code, string a, string b, string filling)
    {
        a = a.Replace("name: String @inaccessible registered", "name: String @inaccessible @shareable registered", StringComparison.Ordinal);
        b = b.Replace("registered: Boolean @inaccessible", "registered: Boolean @inaccessible @shareable", StringComparison.Ordinal);
        Compose.Fails(code, a, b);
        if (filling.Length > 0)
        {
            Compose.Passes(a, b, filling);
        }
    }

    [Fact]
    public void Inputs_without_a_common_field_are_empty()
    {
        Compose.Passes("input BookFilter { name: String }", "input BookFilter { name: String paperback: Boolean }");
        Compose.Fails(CompositionCodes.EmptyMergedInputObjectType, "input BookFilter { paperback: Boolean }", "input BookFilter { name: String }");
    }

    [Fact]
    public void A_visible_interface_field_is_not_implemented_by_a_hidden_one()
    {
        Compose.Passes("interface Auditable @inaccessible { lastAudit: String! } type Order implements Auditable { lastAudit: String! @inaccessible orderNumber: String }");
        Compose.Fails(CompositionCodes.ImplementedByInaccessible, "interface Node { id: ID! } type User implements Node { id: ID! @inaccessible name: String }");
    }

    [Fact]
    public void Merged_types_implement_their_merged_interfaces()
    {
        const string registered = "interface User { id: ID! email: String } type RegisteredUser implements User { id: ID! email: String lastLogin: String }";
        Compose.Passes(registered, "interface User { id: ID! email: String } type GuestUser implements User { id: ID! email: String cart: String }");
        var error = Compose.Fails(CompositionCodes.InterfaceFieldNoImplementation, registered, "interface User { id: ID! } type GuestUser implements User { id: ID! cart: String }");
        Assert.Equal("GuestUser.email", error.Coordinate);
    }

    [Fact]
    public void Merging_keeps_the_interface_contract_of_types_and_arguments()
    {
        const string user = "type Query { userById(id: ID!): User @lookup } interface Account { id: ID! displayName(locale: String): String } type User implements Account @key(fields: \"id\") { id: ID! displayName(locale: String): String @shareable preferredLocale: String }";
        Compose.Passes(user, "type User @key(fields: \"id\") { id: ID! displayName(locale: String): String @shareable }");
        Compose.Fails(CompositionCodes.InterfaceFieldArgumentNoImplementation, user, "type User @key(fields: \"id\") { id: ID! displayName(locale: String @require(field: \"preferredLocale\")): String @shareable }");
        Compose.Fails(CompositionCodes.InterfaceFieldArgumentTypeMismatch, user, "type User @key(fields: \"id\") { id: ID! displayName(locale: String!): String @shareable }");
        Compose.Fails(
            CompositionCodes.InterfaceFieldTypeMismatch,
            "interface Labelled { label: String! } type Chair implements Labelled { label: String! @shareable }", "type Chair { label: String @shareable }");
    }

    [Fact]
    public void Required_input_fields_are_not_hidden()
    {
        Compose.Passes("input BookFilter { author: String! age: Int @inaccessible }", "input BookFilter { author: String! age: Int }");
        Compose.Fails(CompositionCodes.NonNullInputFieldIsInaccessible, "input BookFilter { author: String! age: Int! }", "input BookFilter { author: String! age: Int @inaccessible }");
    }

    [Fact]
    public void Defaults_name_visible_enum_values()
    {
        Compose.Passes("type Query { field(arg: Enum1 = FOO): Int } enum Enum1 { FOO BAR }");
        Compose.Fails(CompositionCodes.EnumTypeDefaultValueInaccessible, "type Query { field(arg: Enum1 = FOO): Int } enum Enum1 { FOO @inaccessible BAR }");
        Compose.Fails(CompositionCodes.EnumTypeDefaultValueInaccessible, "type Query { field(arg: Input1 = { field1: [FOO] }): Int } input Input1 { field1: [Enum1] } enum Enum1 { FOO @inaccessible BAR }");
    }

    [Fact]
    public void A_requirement_is_a_field_of_another_schema()
    {
        const string user = "type User @key(fields: \"id\") { id: ID! name: String } type Query { userById(id: ID!): User @lookup }";
        Compose.Passes("type Query { profiled(id: ID!): User @lookup @internal } type User @key(fields: \"id\") { id: ID! profile(name: String @require(field: \"name\")): String }", user);
        Compose.Fails(CompositionCodes.RequireInvalidFields, "type Book { id: ID! pages(pageSize: Int @require(field: \"unknownField\")): Int }");
        var self = Compose.Fails(CompositionCodes.RequireInvalidFields, "type Book { id: ID! size: Int pages(pageSize: Int @require(field: \"size\")): Int }");
        Assert.Contains("a field of the same schema", self.Message, StringComparison.Ordinal);
        Compose.Fails(CompositionCodes.RequireInvalidFields, "type User @key(fields: \"id\") { id: ID! profile(name: Int @require(field: \"name\")): String }", user);
    }

    [Theory]
    [InlineData("dimension: DimensionInput @require(field: \"dimension.{ width height }\")")]
    [InlineData("dimension: DimensionInput @require(field: \"{ width: dimension.width, height: dimension.height }\")")]
    [InlineData("weights: [Float!] @require(field: \"parts[weight]\")")]
    [InlineData("parts: [PartInput!] @require(field: \"parts[{ id weight }]\")")]
    [InlineData("tags: [String!] @require(field: \"tags\")")]
    [InlineData("isbn: String @require(field: \"media<Book>.isbn | media<Movie>.upc\")")]
    public void Requirements_take_the_whole_selection_language(string argument)
        => Compose.Passes(Requiring(argument), RequiredSchema);

    [Theory]
    [InlineData("dimension: DimensionInput @require(field: \"dimension\")", "Go on to one of its fields")]
    [InlineData("dimension: DimensionInput @require(field: \"dimension.{ width }\")", "needs the input field \"height\"")]
    [InlineData("dimension: DimensionInput @require(field: \"dimension.{ width height depth: width }\")", "has no input field \"depth\"")]
    [InlineData("dimension: DimensionInput @require(field: \"dimension.{ width height width }\")", "given twice")]
    [InlineData("weights: [Float!] @require(field: \"parts.weight\")", "Select its items in brackets")]
    [InlineData("weight: Float @require(field: \"parts[weight]\")", "Drop the brackets")]
    [InlineData("isbn: String @require(field: \"media.isbn\")", "\"Media\" has no field \"isbn\"")]
    [InlineData("isbn: String @require(field: \"media<Product>.id\")", "never a \"Product\"")]
    [InlineData("tag: String @require(field: \"tags\")", "Give both the same type")]
    public void Requirements_that_do_not_fit_say_why(string argument, string reason)
    {
        var error = Compose.Fails(CompositionCodes.RequireInvalidFields, Requiring(argument), RequiredSchema);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_map_fits_the_entity()
    {
        Compose.Passes("type Query { personById(id: ID! @is(field: \"address.id\")): Person @lookup } type Person { address: Address } type Address { id: ID! }");
        Compose.Fails(CompositionCodes.IsInvalidFields, "type Query { personById(id: ID! @is(field: \"unknownField\")): Person @lookup } type Person { id: ID! }");
        Compose.Fails(CompositionCodes.IsInvalidFields, "type Query { storeById(id: ID! @is(field: \"id\")): Store @lookup } type Store { id: Int }");
        Compose.Fails(CompositionCodes.IsInvalidFields, "type Query { storeById(id: ID!): Store @lookup } type Store { id: Int }");
    }

    [Fact]
    public void Types_that_contradict_each_other_only_together_are_invalid_merged_graphql()
        => Compose.Fails(
            CompositionCodes.InvalidMergedGraphQL,
            "interface Product { id: ID! } interface Physical implements Product { id: ID! } type Chair implements Product & Physical { id: ID! @shareable }",
            "interface Physical { id: ID! } interface Product implements Physical { id: ID! } type Table implements Product & Physical { id: ID! }");

    private const string RequiredSchema = """
        type Query { productById(id: ID!): Product @lookup }
        type Product @key(fields: "id") { id: ID! dimension: Dimension! parts: [Part!]! tags: [String!] media: Media }
        type Dimension { width: Int! height: Int! }
        type Part { id: ID! weight: Float! }
        interface Media { id: ID! }
        type Book implements Media { id: ID! isbn: String! }
        type Movie implements Media { id: ID! upc: String! }
        """;

    private static string Requiring(string argument) => $$"""
        type Query { shipped(id: ID!): Product @lookup @internal }
        type Product @key(fields: "id") { id: ID! shippingCost({{argument}}): Int }
        input DimensionInput { width: Int! height: Int! }
        input PartInput { id: ID! weight: Float }
        """;
}
