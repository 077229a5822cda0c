using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>What the bounded search finds that the greedy plan misses.</summary>
public sealed class PlanImprovementTests
{
    private static readonly PlannerOptions s_greedy = new() { MaxExpansions = 0 };
    private static readonly PlannerOptions s_patient = new() { MaxImprovementTime = TimeSpan.FromSeconds(30) };

    // The largest set first needs three: x and y cover all six between them, the larger z leaves one of each.
    private static readonly Metadata.FusionSchema s_cover = Plans.Compose(
        ("x", "type Query { a: Int @shareable b: Int @shareable c: Int }".Replace("c: Int", "c: Int @shareable")),
        ("y", "type Query { d: Int @shareable e: Int @shareable f: Int @shareable }"),
        ("z", "type Query { a: Int @shareable b: Int @shareable d: Int @shareable e: Int @shareable }"),
        ("v", "type Query { c: Int @shareable }"),
        ("w", "type Query { f: Int @shareable }"));

    // Both know the seller; the one with more fields below leads to a third schema, two lookups deep.
    private static readonly Metadata.FusionSchema s_deep = Plans.Compose(
        ("a", "type Query { item: Item @shareable } type Item @shareable { seller: Seller note: String } type Seller @key(fields: \"id\") { id: ID! name: String @shareable city: String @shareable }"),
        ("b", "type Query { item: Item @shareable } type Item @shareable { seller: Seller } type Seller @key(fields: \"sku\") { sku: ID! rank: Int @shareable name: String @shareable }"),
        ("c", "type Query { byId(id: ID!): Seller @lookup @internal bySku(sku: ID!): Seller @lookup @internal } type Seller @key(fields: \"id\") @key(fields: \"sku\") { id: ID! sku: ID! rank: Int @shareable city: String @shareable }"));

    [Fact]
    public void Fewer_fetches_cover_the_root()
    {
        const string Document = "{ a b c d e f }";
        Assert.Equal(3, Plans.Of(s_cover, Document, s_greedy).Fetches.Length);
        Plans.Equal(
            """
            query
              1 root x
                query{a b c}
              2 root y
                query{d e f}
            """,
            Plans.Of(s_cover, Document, s_patient));
    }

    [Fact]
    public void Without_time_the_greedy_plan_is_the_answer()
        => Assert.Equal(3, Plans.Of(s_cover, "{ a b c d e f }", new PlannerOptions { MaxImprovementTime = TimeSpan.Zero }).Fetches.Length);

    [Fact]
    public void What_the_search_finds_is_never_worse()
    {
        foreach (var document in (string[])["{ item { seller { name city rank } note } }", "{ item { seller { rank name } } }", "{ item { seller { id sku } } }"])
        {
            var greedy = Plans.Of(s_deep, document, s_greedy);
            var improved = Plans.Of(s_deep, document, s_patient);
            Assert.True(Depth(improved) <= Depth(greedy), $"{greedy}\n{improved}");
            Assert.True(Depth(improved) < Depth(greedy) || improved.Fetches.Length <= greedy.Fetches.Length, $"{greedy}\n{improved}");
            Assert.Equal(improved.ToString(), Plans.Of(s_deep, document, s_patient).ToString());
        }
    }

    private static int Depth(OperationPlan plan)
    {
        var depths = new int[plan.Fetches.Length];
        foreach (var fetch in plan.Fetches)
        {
            depths[fetch.Id - 1] = fetch.Dependencies.IsEmpty ? 0 : fetch.Dependencies.Max(d => depths[d - 1]) + 1;
        }

        return depths.Max();
    }
}
