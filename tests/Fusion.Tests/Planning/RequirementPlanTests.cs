using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Arguments that the gateway fills: with arguments of their own, conditions, lists, chains.</summary>
public sealed class RequirementPlanTests
{
    private const string Catalog = """
        type Query { one: T byId(id: ID!): T @lookup }
        type T @key(fields: "id") { id: ID! price(currency: String = "EUR"): Int media: Media parts: [[Part!]!] }
        interface Media { title: String }
        type Book implements Media { title: String isbn: String }
        type Film implements Media { title: String minutes: Int }
        type Part { sku: String! size: Size } type Size { w: Int }
        """;

    [Fact]
    public void Requirements_with_arguments_do_not_clash_with_the_clients_fields() => Plans.Equal(
        """
        query
          1 root a
            query{one{price(currency:"USD") price_1:price(currency:"CHF") id}}
          2 lookup b after 1
            at one with $k_id = id, $r_tax_p = price(currency:"CHF")
            query($k_id:ID!,$r_tax_p:Int){byId(id:$k_id){tax(p:$r_tax_p)}}
        """,
        Plans.Of(Plans.Compose(("a", Catalog), ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! tax(p: Int @require(field: \"price(currency: \\\"CHF\\\")\")): Int }")),
        "{ one { price(currency: \"USD\") tax } }"));

    [Fact]
    public void A_requirement_with_the_clients_arguments_is_the_clients_field() => Plans.Equal(
        """
        query
          1 root a
            query{one{p:price(currency:"CHF") id}}
          2 lookup b after 1
            at one with $k_id = id, $r_tax_p = price(currency:"CHF")
            query($k_id:ID!,$r_tax_p:Int){byId(id:$k_id){tax(p:$r_tax_p)}}
        """,
        Plans.Of(Plans.Compose(("a", Catalog), ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! tax(p: Int @require(field: \"price(currency: \\\"CHF\\\")\")): Int }")),
        "{ one { p: price(currency: \"CHF\") tax } }"));

    [Fact]
    public void Requirements_select_by_type_in_lists_of_lists_and_type_names() => Plans.Equal(
        """
        query
          1 root a
            query{one{media{__typename ... on Book{isbn} ... on Film{minutes}} parts{size{w}} id}}
          2 lookup b after 1
            at one with $k_id = id, $r_x_m = { code: media<Book>.isbn length: media<Film>.minutes type: media.__typename }, $r_x_w = parts[[size.w]]
            query($k_id:ID!,$r_x_m:M,$r_x_w:[[Int]]){byId(id:$k_id){x(m:$r_x_m,w:$r_x_w)}}
        """,
        Plans.Of(Plans.Compose(("a", Catalog), ("b", """
            type Query { byId(id: ID!): T @lookup @internal }
            input M { code: String length: Int type: String }
            type T @key(fields: "id") { id: ID! x(m: M @require(field: "{ code: media<Book>.isbn length: media<Film>.minutes type: media.__typename }"), w: [[Int]] @require(field: "parts[[size.w]]")): Int }
            """)),
        "{ one { x } }"));

    private static OperationPlan ConditionalPlan(string operation) => Plans.Of(
        Plans.Compose(
            ("a", Catalog),
            ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! weight: Int }"),
            ("c", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! stock: Int freight(w: Int @require(field: \"weight\")): Int }")),
        operation);

    [Fact]
    public void What_only_a_requirement_needs_is_fetched_when_the_field_that_has_it_is() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1 if $f
            at one with $k_id = id
            query($k_id:ID!){byId(id:$k_id){weight}}
          3 lookup c after 1, 2 if $f
            at one with $k_id = id, $r_freight_w = weight
            query($f:Boolean!,$k_id:ID!,$r_freight_w:Int){byId(id:$k_id){freight(w:$r_freight_w)@include(if:$f)}}
        """,
        ConditionalPlan("query($f: Boolean!) { one { id freight @include(if: $f) } }"));

    [Fact]
    public void What_a_requirement_and_the_client_need_is_fetched_for_either() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1 if not $s, or $f
            at one with $k_id = id
            query($k_id:ID!){byId(id:$k_id){weight}}
          3 lookup c after 1, 2 if $f
            at one with $k_id = id, $r_freight_w = weight
            query($f:Boolean!,$k_id:ID!,$r_freight_w:Int){byId(id:$k_id){freight(w:$r_freight_w)@include(if:$f)}}
        """,
        ConditionalPlan("query($f: Boolean!, $s: Boolean!) { one { id freight @include(if: $f) weight @skip(if: $s) } }"));

    [Fact]
    public void A_key_may_be_put_together_of_two_schemas() => Plans.Equal(
        """
        query
          1 root a
            query{one{id}}
          2 lookup b after 1
            at one with $k_id = id
            query($k_id:ID!){byId(id:$k_id){x}}
          3 lookup c after 1
            at one with $k_id = id
            query($k_id:ID!){byId(id:$k_id){y}}
          4 lookup d after 2, 3
            at one with $k_x = x, $k_y = y
            query($k_x:Int!,$k_y:Int!){byXY(x:$k_x,y:$k_y){z}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { one: T byId(id: ID!): T @lookup } type T @key(fields: \"id\") { id: ID! }"),
        ("b", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! x: Int! @shareable }"),
        ("c", "type Query { byId(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! y: Int! @shareable }"),
        ("d", "type Query { byXY(x: Int!, y: Int!): T @lookup @internal } type T @key(fields: \"x y\") { x: Int! @shareable y: Int! @shareable z: Int }")),
        "{ one { z } }"));

    [Fact]
    public void A_key_in_parts_is_taken_where_the_parent_is_farther_away()
    {
        const string Link = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"]) """;
        var plan = Plans.Of(
            Plans.Compose(
                ("boxes", Link + """type Shelf @key(fields: "items { id code }") { items: [Item!]! lid: Lid @shareable } type Item @key(fields: "id code") { id: ID! code: String } type Lid { name: String @shareable }"""),
                ("catalog", Link + """type Query { shelf: Shelf } type Shelf @key(fields: "items { id }") { items: [Item!]! } type Item @key(fields: "id") { id: ID! group: Group @shareable } type Group { tag: String @shareable }"""),
                ("codes", Link + """type Item @key(fields: "id") @key(fields: "id code") { id: ID! code: String }"""),
                ("prices", Link + """type Shelf @key(fields: "items { id code group { tag } } lid { name }") { items: [Item!]! lid: Lid @shareable } type Item @key(fields: "id code group { tag }") { id: ID! code: String group: Group @shareable price: Int } type Group { tag: String @shareable } type Lid { name: String @shareable colour: String }""")),
            "{ shelf { items { price } } }");
        Assert.Equal("catalog codes prices", string.Join(' ', plan.Fetches.Select(f => f.Source!.Name)));
    }

    [Fact]
    public void Lists_of_values_that_two_schemas_share_are_fetched_from_both() => Plans.Equal(
        """
        query
          1 root a
            query{all{a}}
          2 root b
            query{all{b}}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { all: [V!] @shareable } type V { a: Int }"),
        ("b", "type Query { all: [V!] @shareable } type V { b: Int }")), "{ all { a b } }"));

    [Fact]
    public void The_query_root_is_entered_again_below_a_payload() => Plans.Equal(
        """
        mutation
          1 root a
            mutation{act{query{mine}}}
          2 lookup b after 1
            at act.query
            query{other}
        """,
        Plans.Of(Plans.Compose(
        ("a", "type Query { mine: Int } type Mutation { act: Payload } type Payload { query: Query! }"),
        ("b", "type Query { other: Int }")), "mutation { act { query { mine other } } }"));
}
