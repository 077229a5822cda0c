using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Operations of the platform over its committed execution schema: how many fetches they take, and of which subgraphs.</summary>
public sealed class PlatformPlanTests
{
    private static readonly FusionSchema s_schema = FusionSchemaReader.Read(File.ReadAllText(Path.Combine(Repository(), "schema", "lucky.fusion.graphql")));

    [Fact]
    public void Products_with_category_variants_and_availability_take_two_fetches()
        => Fetches(["root catalog", "lookup orders"], """
            { products(first: 50) { nodes { id title category { name } variants { id sku price { amount } availability { inStock } } } pageInfo { hasNextPage } } }
            """);

    [Fact]
    public void A_viewer_with_cart_takes_two_fetches()
        => Fetches(["root accounts", "lookup orders"], "{ viewer { id email cart { id version } } }");

    [Fact]
    public void A_cart_line_leads_to_its_product()
        => Fetches(["root accounts", "lookup orders", "lookup catalog"], "{ viewer { cart { lines { quantity variant { sku product { title } } } } } }");

    [Fact]
    public void Business_errors_stay_in_the_subgraph_that_reports_them()
        => Fetches(["root orders"], """
            mutation($input: CheckoutStartInput!) { checkoutStart(input: $input) { checkout { __typename } errors { __typename ... on UserError { code message path } ... on InsufficientStockError { message } } } }
            """);

    [Fact]
    public void An_order_event_is_completed_by_the_catalog()
        => Fetches(["event orders", "lookup catalog"], "subscription($id: ID!) { orderUpdated(orderId: $id) { status version lines { quantity variant { product { title } } } } }");

    private static void Fetches(string[] expected, string document)
    {
        var plan = Plans.Of(s_schema, document);
        Assert.True(
            expected.SequenceEqual(plan.Fetches.Select(f => $"{f.Kind.ToString().ToLowerInvariant()} {f.Service}")),
            plan.ToString());
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
