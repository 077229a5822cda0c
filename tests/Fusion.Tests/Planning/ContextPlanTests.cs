using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Where the values of enclosing objects come from (<c>@context</c>, <c>@fromContext</c>): fetched first, the field by key after them.</summary>
public sealed class ContextPlanTests
{
    private const string Link = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external", "@shareable", "@context", "@fromContext"])""";

    private static FusionSchema Schema { get; } = Plans.Compose(
        ("a", $$"""
            {{Link}}
            type Query { ts: [T] any: [Any] }
            union Any = T | S | N
            type T @key(fields: "id") @context(name: "c") { id: ID! text: String s: S u: U list: [U] }
            type S @key(fields: "id") @context(name: "c") { id: ID! text: String @external u: U }
            type N { id: ID! }
            type U @key(fields: "id") { id: ID! f(n: Int, a: String @fromContext(field: "$c { text }")): Int g(a: String @fromContext(field: "$c { text }")): Int h: Int }
            """),
        ("b", $$"""{{Link}} type S @key(fields: "id") { id: ID! text: String }"""),
        ("c", $$"""{{Link}} type Query { c: Int } type U @key(fields: "id") { id: ID! name: String }"""));

    [Fact]
    public void A_value_of_the_same_schema_comes_along() => Plans.Equal(
        """
        query
          1 root a
            query{ts{u{h id} text}}
          2 lookup a after 1
            at ts[].u with $representations = id, $r_f_a = text of ts[]
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(n:1,a:$r_f_a)}}}
        """,
        Plans.Of(Schema, "{ ts { u { f(n: 1) h } } }"));

    [Fact]
    public void Equal_fields_of_several_positions_are_one_fetch() => Plans.Equal(
        """
        query
          1 root a
            query{ts{text u{id} list{id}}}
          2 lookup a after 1
            at ts[].u with $representations = id, $r_f_a = text of ts[]
            at ts[].list[] with $representations = id, $r_f_a = text of ts[]
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a)}}}
        """,
        Plans.Of(Schema, "{ ts { text u { f } list { f } } }"));

    [Fact]
    public void The_nearest_object_has_the_value_wherever_that_is_resolved() => Plans.Equal(
        """
        query
          1 root a
            query{ts{s{u{id} id}}}
          2 lookup c after 1
            at ts[].s.u with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on U{name}}}
          3 lookup b after 1
            at ts[].s with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on S{text}}}
          4 lookup a after 1, 3
            at ts[].s.u with $representations = id, $r_f_a = text of ts[].s, $r_g_a = text of ts[].s
            query($r_f_a:String,$r_g_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a) g(a:$r_g_a)}}}
        """,
        Plans.Of(Schema, "{ ts { s { u { f g name } } } }"));

    [Fact]
    public void Types_that_set_the_context_are_told_apart() => Plans.Equal(
        """
        query
          1 root a
            query{any{__typename ... on N{id} ... on S{id u{id}} ... on T{id u{id} text}}}
          2 lookup b after 1
            at any[]<S> with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on S{text}}}
          3 lookup a after 1, 2
            at any[]<S>.u with $representations = id, $r_f_a = text of any[]<S>
            at any[]<T>.u with $representations = id, $r_f_a = text of any[]<T>
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a)}}}
        """,
        Plans.Of(Schema, "{ any { ... on T { id u { f } } ... on S { id u { f } } ... on N { id } } }"));

    [Fact]
    public void The_root_may_set_a_context_and_a_value_may_lie_below_the_field_itself() => Plans.Equal(
        """
        query
          1 root a
            query{u{id}}
          2 lookup b after 1
            at u with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on U{text}}}
          3 lookup a after 1, 2
            at u with $representations = id, $r_f_a = u.text of the root
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a)}}}
        """,
        Plans.Of(
            Plans.Compose(
                ("a", $$"""{{Link}} type Query @context(name: "c") { u: U } type U @key(fields: "id") { id: ID! text: String @external f(a: String @fromContext(field: "$c { u { text } }")): Int }"""),
                ("b", $$"""{{Link}} type U @key(fields: "id") { id: ID! text: String }""")),
            "{ u { f } }"));

    [Fact]
    public void Fields_of_interface_objects_take_values_too() => Plans.Equal(
        """
        query
          1 root b
            query{t{i{id} text}}
          2 lookup a after 1
            at t.i with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on I{__typename ... on A{id}}}}
          3 lookup b after 1, 2
            at t.i with $representations = id, $r_f_a = text of t
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on I{f(a:$r_f_a)}}}
        """,
        Plans.Of(
            Plans.Compose(
                ("a", $$"""{{Link}} type Query { x: Int } interface I @key(fields: "id") { id: ID! } type A implements I @key(fields: "id") { id: ID! x: Int } type T @key(fields: "id") { id: ID! } """),
                ("b", $$"""extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@interfaceObject", "@context", "@fromContext"]) type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! i: I text: String } type I @interfaceObject @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }""")),
            "{ t { i { __typename f } } }"));

    [Fact]
    public void What_is_deferred_takes_values_with_it() => Plans.Equal(
        """
        query
          1 root a
            query{ts{id s{id}}}
          2 lookup a after 1 deferred by #2
            at ts[].s with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on S{u{h id}}}}
          3 lookup b after 1 deferred by #2
            at ts[].s with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on S{text}}}
          4 lookup a after 1 deferred by #1
            at ts[] with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on T{u{id} text}}}
          5 lookup a after 2, 3 deferred by #2
            at ts[].s.u with $representations = id, $r_f_a = text of ts[].s
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a)}}}
          6 lookup a after 4 deferred by #1
            at ts[].u with $representations = id, $r_f_a = text of ts[]
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a)}}}
        """,
        Plans.Of(Schema, "{ ts { id ... @defer { u { f } } s { id ... @defer { u { h f } } } } }", new PlannerOptions { Incremental = true }));

    [Fact]
    public void A_payload_sets_a_context_like_any_object() => Plans.Equal(
        """
        mutation
          1 root a
            mutation{m{u{id} text}}
          2 lookup b after 1
            at m.u with $representations = id
            query($representations:[_Any!]!){_entities(representations:$representations){... on U{x}}}
          3 lookup a after 1
            at m.u with $representations = id, $r_f_a = text of m
            query($r_f_a:String,$representations:[_Any!]!){_entities(representations:$representations){... on U{f(a:$r_f_a)}}}
          4 root a after 1, 2, 3
            mutation{n:m{text}}
        """,
        Plans.Of(
            Plans.Compose(
                ("a", $$"""{{Link}} type Query { q: Int } type Mutation { m: P } type P @context(name: "c") { text: String u: U } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { text }")): Int }"""),
                ("b", $$"""{{Link}} type U @key(fields: "id") { id: ID! x: Int }""")),
            "mutation { m { u { x f } } n: m { text } }"));
}
