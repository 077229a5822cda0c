using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>Validate Source Schemas: each rule with what satisfies it and what breaks it.</summary>
public sealed class SourceSchemaRulesTests
{
    [Fact]
    public void Syntax_errors_are_invalid_graphql_with_their_place()
    {
        var error = Compose.Fails(CompositionCodes.InvalidGraphQL, "type Query {\n  a: \n}");
        Assert.Equal(3, error.Location!.Value.Line);
        Assert.Equal(["A"], error.Schemas.ToArray());
    }

    [Fact]
    public void Unknown_types_and_wrong_defaults_are_invalid_graphql()
    {
        Compose.Fails(CompositionCodes.InvalidGraphQL, "type Query { user: User }");
        Compose.Fails(CompositionCodes.InvalidGraphQL, "enum Role { ADMIN USER } type Query { users(role: Role = \"INVALID_VALUE\"): [String] }");
        Compose.Passes("enum Role { ADMIN USER } type Query { users(role: Role = USER): [String] }");
    }

    [Fact]
    public void Operations_do_not_belong_into_a_source_schema()
        => Compose.Fails(CompositionCodes.InvalidGraphQL, "type Query { a: Int } query { a }");

    [Fact]
    public void Built_in_types_and_directives_stay_accessible()
    {
        Compose.Passes("type Product { price: Float name: String }");
        Compose.Fails(CompositionCodes.DisallowedInaccessible, "scalar String @inaccessible type Product { name: String }");
        Compose.Fails(CompositionCodes.DisallowedInaccessible, "type __Type @inaccessible { name: String } type Product { name: String }");
    }

    [Fact]
    public void The_selection_map_scalar_cannot_be_something_else()
    {
        Compose.Passes("scalar FieldSelectionMap type Query { a: Int }");
        Compose.Fails(CompositionCodes.TypeDefinitionInvalid, "input FieldSelectionMap { fields: [String!]! } type Query { a: Int }");
    }

    [Fact]
    public void The_query_root_stays_accessible()
    {
        Compose.Passes("schema { query: Query } type Query { allBooks: [Book] } type Book { id: ID! title: String }");
        Compose.Fails(CompositionCodes.QueryRootTypeInaccessible, "schema { query: Query } type Query @inaccessible { allBooks: [Book] } type Book { id: ID! }");
    }

    [Theory]
    [InlineData("schema { query: Query } type Query { product(id: ID!): Product } type Product { id: ID! }", "schema { query: RootQuery } type RootQuery { product: Int } type Query { deprecatedField: String }", CompositionCodes.RootQueryUsed)]
    [InlineData("schema { mutation: Mutation } type Mutation { createProduct(name: String): Int }", "schema { mutation: RootMutation } type RootMutation { createProduct: Int } type Mutation { deprecatedField: String }", CompositionCodes.RootMutationUsed)]
    [InlineData("schema { subscription: Subscription } type Subscription { productCreated: Int }", "schema { subscription: RootSubscription } type RootSubscription { productCreated: Int } type Subscription { a: String }", CompositionCodes.RootSubscriptionUsed)]
    public void Roots_have_their_usual_names(string valid, string invalid, string code)
    {
        Compose.Passes(valid);
        Compose.Fails(code, invalid);
    }

    [Fact]
    public void An_internal_field_overrides_nothing()
        => Compose.Fails(CompositionCodes.InternalOverrideCollision, "type Bill { id: ID! amount: Int @internal @override(from: \"B\") }", "type Bill { id: ID! @shareable amount: Int }");

    [Fact]
    public void External_fields_are_used_by_a_key_or_provided()
    {
        const string owner = "type Product @key(fields: \"id\") { id: ID! name: String sku: String! upc: String! } type Query { productById(id: ID!): Product @lookup }";
        Compose.Passes(owner, "type Product @key(fields: \"id\") { id: ID name: String @external } type Query { productByName(name: String): Product @provides(fields: \"name\") }");
        Compose.Passes(owner, "type Product @key(fields: \"sku\") @key(fields: \"upc\") { sku: String! @external upc: String! @external }");
        Compose.Fails(CompositionCodes.ExternalUnused, owner, "type Product @key(fields: \"id\") { id: ID! name: String @external }");
    }

    [Fact]
    public void External_fields_own_nothing()
    {
        const string owner = "type Book @key(fields: \"id\") { id: ID! title: String subtitle: String author: Author } type Author { name: String } type Query { bookById(id: ID!): Book @lookup }";
        Compose.Passes(owner, "type Query { bookB(id: ID!): Book @lookup @internal } type Book @key(fields: \"id\") { id: ID! upper(subtitle: String @require(field: \"subtitle\")): String }");
        Compose.Fails(CompositionCodes.ExternalRequireCollision, owner, "type Book @key(fields: \"id title\") { id: ID! title(subtitle: String @require(field: \"subtitle\")): String @external }");
        Compose.Fails(CompositionCodes.ExternalOverrideCollision, owner, "type Book @key(fields: \"id title\") { id: ID! title: String @external @override(from: \"A\") }");
        Compose.Fails(CompositionCodes.ExternalProvidesCollision, owner,
            "type Book @key(fields: \"id author { name }\") { id: ID! author: Author @external @provides(fields: \"name\") } type Author { name: String @external }");
    }

    [Fact]
    public void Interface_fields_are_neither_external_nor_overriding_nor_shareable()
    {
        Compose.Passes("interface Node { id: ID! } type User implements Node { id: ID! name: String }");
        Compose.Fails(CompositionCodes.ExternalOnInterface, "interface Node { id: ID! @external } type User implements Node { id: ID! }");
        Compose.Fails(CompositionCodes.OverrideOnInterface, "interface Bill { id: ID! amount: Int @override(from: \"B\") } type Paper implements Bill { id: ID! amount: Int }");
        Compose.Fails(CompositionCodes.InvalidShareableUsage, "interface InventoryItem { sku: ID! @shareable name: String } type Bolt implements InventoryItem { sku: ID! name: String }");
    }

    [Fact]
    public void Subscription_fields_are_not_shareable()
    {
        Compose.Passes("type Subscription { newOrderPlaced: Int }");
        Compose.Fails(CompositionCodes.InvalidShareableUsage, "type Subscription { newOrderPlaced: Int @shareable }");
    }

    [Fact]
    public void A_schema_does_not_override_itself()
    {
        Compose.Passes("type Bill @key(fields: \"id\") { id: ID! amount: Int }", "type Bill @key(fields: \"id\") { id: ID! amount: Int @override(from: \"A\") }");
        Compose.Fails(CompositionCodes.OverrideFromSelf, "type Bill { id: ID! amount: Int @override(from: \"A\") }");
    }

    [Fact]
    public void Keys_are_strings_with_a_selection_set()
    {
        Compose.Passes("type User @key(fields: \"id uuid\") { id: ID! uuid: ID! name: String } type Query { users: [User] }");
        Compose.Fails(CompositionCodes.KeyInvalidFieldsType, "type User @key(fields: true) { id: ID }");
        Compose.Passes("type Product @key(fields: \"sku item { id }\") { sku: String! item: Item! } type Item { id: ID! }");
        var error = Compose.Fails(CompositionCodes.KeyInvalidSyntax, "type Product @key(fields: \"item { id\") { sku: String! item: Item! } type Item { id: ID! }");
        Assert.Contains("\"Product\" in schema \"A\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_select_scalars_enums_and_objects()
    {
        Compose.Passes("type Product @key(fields: \"sku\") { sku: String! name: String }");
        Compose.Fails(CompositionCodes.KeyFieldsSelectInvalidType, "type Product @key(fields: \"featuredItem { id }\") { featuredItem: Node! sku: String! } interface Node { id: ID! }");
        Compose.Fails(CompositionCodes.KeyFieldsSelectInvalidType, "type Product @key(fields: \"tags\") { tags: [String!]! sku: String! }");
        Compose.Fails(CompositionCodes.KeyFieldsSelectInvalidType, "type Product @key(fields: \"relatedItems\") { relatedItems: Related! sku: String! } union Related = Product | Service type Service { id: ID! }");
    }

    [Fact]
    public void Keys_contain_no_directives_and_no_unknown_fields()
    {
        Compose.Passes("type User @key(fields: \"id name\") { id: ID! name: String }");
        Compose.Fails(CompositionCodes.KeyDirectiveInFieldsArgument, "type User @key(fields: \"id name { firstName @lowercase }\") { id: ID! name: FullName } type FullName { firstName: String }");
        Compose.Fails(CompositionCodes.KeyInvalidFields, "type Product @key(fields: \"id\") { sku: String! }");
        Compose.Fails(CompositionCodes.KeyInvalidFields, "type Product @key(fields: \"item\") { item: Item } type Item { id: ID! }");
    }

    [Fact]
    public void Key_fields_need_no_arguments()
    {
        Compose.Passes("type User @key(fields: \"id name\") { id: ID! name(limit: Int = 10): String }");
        Compose.Fails(CompositionCodes.KeyInvalidArguments, "type User @key(fields: \"id name\") { id: ID! name(limit: Int!): String }");
        Compose.Fails(CompositionCodes.KeyInvalidArguments, "enum Scope { LOCAL } type User @key(fields: \"id(scope: LOCAL)\") { id(scope: Scope): ID! }");
    }

    [Fact]
    public void Lookups_take_a_key_and_return_one_object()
    {
        Compose.Passes("type Query { userById(id: ID!): User @lookup } type User { id: ID! name: String }");
        Compose.Fails(CompositionCodes.LookupMustHaveArguments, "type Query { product: Product @lookup } type Product { id: ID! }");
        Compose.Fails(CompositionCodes.LookupReturnsList, "type Query { usersByIds(id: ID!): [User!] @lookup } type User { id: ID! }");
    }

    [Fact]
    public void A_non_null_lookup_is_only_a_warning()
    {
        var result = Compose.With("type Query { userById(id: ID!): User! @lookup } type User { id: ID! name: String }");
        Assert.True(result.Success);
        var warning = Assert.Single(result.Findings);
        Assert.Equal(CompositionCodes.LookupReturnsNonNullableType, warning.Code);
        Assert.Equal(CompositionSeverity.Warning, warning.Severity);
        Assert.Empty(Compose.With("type Query { userById(id: ID!): User @lookup } type User { id: ID! }").Findings);
    }

    [Fact]
    public void A_lookup_covers_every_possible_type()
    {
        const string types = " interface Media { title: String } type Book implements Media { isbn: String! title: String } type Movie implements Media { upc: String! title: String }";
        const string input = " input MediaKey @oneOf { isbn: String upc: String }";
        Compose.Passes("type Query { mediaByKey(key: MediaKey! @is(field: \"{ isbn: <Book>.isbn } | { upc: <Movie>.upc }\")): Media @lookup }" + input + types);
        var error = Compose.Fails(CompositionCodes.LookupKeyMissingForType, "type Query { mediaByKey(key: MediaKey! @is(field: \"{ isbn: <Book>.isbn }\")): Media @lookup }" + input + types);
        Assert.Contains("\"Movie\"", error.Message, StringComparison.Ordinal);
        Compose.Fails(CompositionCodes.LookupKeyMissingForType,
            "type Query { product(id: ID!, categoryId: Int): Product @lookup } union Product = Electronics | Clothing type Electronics { id: ID! categoryId: Int } type Clothing { id: ID! }");
    }

    [Fact]
    public void Is_stands_on_lookups_and_holds_a_selection_map()
    {
        Compose.Passes("type Query { personById(personId: ID! @is(field: \"id\")): Person @lookup } type Person { id: ID! name: String }");
        Compose.Fails(CompositionCodes.IsInvalidUsage, "type Query { personById(id: ID! @is(field: \"id\")): Person } type Person { id: ID! }");
        Compose.Fails(CompositionCodes.IsInvalidFieldType, "type Query { personById(id: ID! @is(field: 123)): Person @lookup } type Person { id: ID! }");
        Compose.Fails(CompositionCodes.IsInvalidSyntax, "type Query { product(id: ID! @is(field: \"{ id \")): Product @lookup } type Product { id: ID! }");
    }

    [Fact]
    public void Require_holds_a_selection_map_and_stands_on_no_lookup()
    {
        const string names = "type User @key(fields: \"id\") { id: ID! name: String } type Query { userById(id: ID!): User @lookup }";
        Compose.Passes("type Query { profiled(id: ID!): User @lookup @internal } type User @key(fields: \"id\") { id: ID! profile(name: String @require(field: \"name\")): String }", names);
        Compose.Fails(CompositionCodes.RequireInvalidSyntax, "type User @key(fields: \"id\") { id: ID! profile(name: String! @require(field: \"{ name \")): String }", names);
        Compose.Fails(CompositionCodes.RequireInvalidFieldType, "type User @key(fields: \"id\") { id: ID! profile(name: String! @require(field: 123)): String }", names);
        Compose.Fails(CompositionCodes.RequireInvalidUsage, "type Query { otherUser(id: ID!, name: String @require(field: \"name\")): User @lookup } type User { id: ID! }", names);
    }

    [Fact]
    public void Require_is_on_the_interface_field_and_its_implementations_alike()
    {
        const string owner = "interface Account { id: ID! preferredLocale: String } type User implements Account @key(fields: \"id\") { id: ID! preferredLocale: String } type Query { userById(id: ID!): User @lookup }";
        Compose.Passes(
            "type Query { accountUser(id: ID!): User @lookup @internal } interface Account { id: ID! displayName(locale: String @require(field: \"preferredLocale\")): String } type User implements Account @key(fields: \"id\") { id: ID! displayName(locale: String @require(field: \"preferredLocale\")): String }",
            owner);
        Compose.Fails(
            CompositionCodes.RequireInconsistentOnImplementation,
            "interface Account { id: ID! displayName(locale: String): String } type User implements Account @key(fields: \"id\") { id: ID! displayName(locale: String @require(field: \"preferredLocale\")): String }",
            owner);
    }

    [Fact]
    public void Provides_selects_external_fields_of_an_object()
    {
        const string owner = "type User @key(fields: \"id\") { id: ID! name: String address: Address } type Address { street: String } type Query { userById(id: ID!): User @lookup }";
        const string user = " type User @key(fields: \"id\") { id: ID! name: String @external }";
        Compose.Passes(owner, "type Order { id: ID! customer: User @provides(fields: \"name\") }" + user);
        Compose.Passes(owner, "type Order { customer: User @provides(fields: \"address { street }\") } type User @key(fields: \"id\") { id: ID! address: Address @external } type Address { street: String @external }");
        Compose.Fails(CompositionCodes.ProvidesFieldsMissingExternal, owner, "type Order { customer: User @provides(fields: \"mail\") } type User @key(fields: \"id\") { id: ID! mail: String }");
        Compose.Fails(CompositionCodes.ProvidesInvalidFields, owner, "type Order { customer: User @provides(fields: \"unknown\") } type User @key(fields: \"id\") { id: ID! }");
        Compose.Fails(CompositionCodes.ProvidesOnNonCompositeField, owner, "type Order { email: String @provides(fields: \"length\") }");
    }

    [Fact]
    public void Provides_is_a_string_with_a_plain_selection_set()
    {
        const string order = "type User @key(fields: \"id\") { id: ID! } type Order { customer: User @provides(fields: ";
        Compose.Passes(
            "type User @key(fields: \"id\") { id: ID! name: String } type Query { userById(id: ID!): User @lookup }",
            "type User @key(fields: \"id\") { id: ID! name: String @external } type Order { customer: User @provides(fields: \"name\") }");
        Compose.Fails(CompositionCodes.ProvidesInvalidFieldsType, order + "123) }");
        Compose.Fails(CompositionCodes.ProvidesInvalidSyntax, order + "\"{ name \") }");
        Compose.Fails(CompositionCodes.ProvidesDirectiveInFieldsArgument, order + "\"name @lowercase\") }");
        Compose.Fails(
            CompositionCodes.ProvidesFieldsHasArguments,
            "type User @key(fields: \"id\") { id: ID! tags(limit: Int = 3): [String] @external } type Order { customer: User @provides(fields: \"tags\") }",
            "type User @key(fields: \"id\") { id: ID! tags(limit: Int = 3): [String] }");
    }
}
