using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Plans that are divided by <c>@defer</c>, or by what the caller may see.</summary>
public sealed class DividedPlanTests
{
    private static readonly PlannerOptions s_incremental = new() { Incremental = true };

    private static readonly FusionSchema s_guarded = Plans.Compose(
        ("people", """
            directive @authenticated on FIELD_DEFINITION | OBJECT
            directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
            type Query { me: Person people: [Person] personById(id: ID!): Person @lookup @internal }
            type Person @key(fields: "id") { id: ID! name: String email: String @requiresScopes(scopes: [["mail"]]) }
            """),
        ("wallets", """
            directive @authenticated on FIELD_DEFINITION | OBJECT
            type Query { personById(id: ID!): Person @lookup @internal }
            type Person @key(fields: "id") { id: ID! wallet: Wallet city: String }
            type Wallet @authenticated { balance: Int }
            """));

    [Fact]
    public void What_is_deferred_is_fetched_apart_also_from_the_same_schema() => Plans.Equal(
        """
        query
          1 root products
            query{topProducts{name upc}}
          2 lookup reviews after 1
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){reviews{id}}}
          3 lookup inventory after 1 deferred by stock
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){inStock}}
          4 lookup products after 1 deferred by stock
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){price}}
        """,
        Plans.Of(ExampleSchemas.Shop, """{ topProducts { name reviews { id } ... @defer(label: "stock") { inStock price } } }""", s_incremental));

    [Fact]
    public void A_variable_decides_on_a_defer_and_what_lies_inside_waits_for_both() => Plans.Equal(
        """
        query
          1 root products
            query{topProducts{name upc}}
          2 lookup reviews after 1 deferred by outer ($d)
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){reviews{id}}}
          3 lookup reviews after 2 deferred by #2
            at topProducts[].reviews[] with $k_id = id
            query($k_id:ID!){reviewById(id:$k_id){author{id}}}
          4 lookup accounts after 3 deferred by #2
            at topProducts[].reviews[].author with $k_id = id
            query($k_id:ID!){userById(id:$k_id){name}}
        """,
        Plans.Of(ExampleSchemas.Shop, """query($d: Boolean!) { topProducts { name ... @defer(if: $d, label: "outer") { reviews { id ... @defer { author { name } } } } } }""", s_incremental));

    [Fact]
    public void What_is_selected_undeferred_too_is_not_fetched_twice() => Plans.Equal(
        """
        query
          1 root products
            query{topProducts{name upc}}
          2 lookup inventory after 1
            at topProducts[] with $k_upc = upc
            query($k_upc:String!){productByUpc(upc:$k_upc){inStock}}
        """,
        Plans.Of(ExampleSchemas.Shop, "{ topProducts { name inStock ... @defer { name inStock } } }", s_incremental));

    [Fact]
    public void Nobody_is_asked_for_what_the_caller_may_not_see() => Plans.Equal(
        """
        query
          1 root people
            query{people{name id}}
          2 lookup wallets after 1
            at people[] with $k_id = id
            query($k_id:ID!){personById(id:$k_id){city}}
        """,
        Plans.Of(s_guarded, "{ people { name email wallet { balance } city } }", WithoutRights()));

    [Fact]
    public void A_schema_that_could_only_bring_what_is_denied_is_not_asked() => Plans.Equal(
        """
        query
          1 root people
            query{me{name}}
        """,
        Plans.Of(s_guarded, "{ me { name wallet { balance } } }", WithoutRights()));

    private static PlannerOptions WithoutRights() => new() { Denied = [.. Enumerable.Range(0, s_guarded.Access.All.Length)] };
}
