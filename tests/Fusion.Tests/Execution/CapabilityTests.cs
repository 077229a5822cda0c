using System.Text.Json;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Entities are asked for as the subgraph's server understands: lists of variables, lists of requests, or aliases.</summary>
public sealed class CapabilityTests
{
    private const string Query = "{ topProducts(first: 5) { name inStock shippingEstimate reviews { author { name } } } users { reviews { id } } }";

    private static readonly SourceCapabilities[] s_capabilities =
        [SourceSchema.DefaultCapabilities, SourceCapabilities.VariableBatching, SourceCapabilities.RequestBatching, SourceCapabilities.None];

    [Fact]
    public async Task Answers_do_not_depend_on_capabilities()
    {
        var answers = new HashSet<string>();
        foreach (var capabilities in s_capabilities)
        {
            await using var gateway = await ShopServers.StartAsync(capabilities: capabilities);
            answers.Add(await gateway.RunAsync(Query));
        }

        Assert.DoesNotContain("errors", Assert.Single(answers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_takes_lists_of_requests_gets_a_plain_one_per_entity()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.RequestBatching);
        await gateway.RunAsync("{ topProducts(first: 3) { inStock } }");
        using var body = JsonDocument.Parse(Assert.Single(gateway["inventory"].Bodies));
        Assert.Equal(3, body.RootElement.GetArrayLength());
        Assert.All(body.RootElement.EnumerateArray(), r => Assert.Equal(JsonValueKind.Object, r.GetProperty("variables").ValueKind));
    }

    [Fact]
    public async Task Unlike_fetches_of_one_depth_are_one_list_of_requests()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.RequestBatching);
        await gateway.RunAsync("{ topProducts(first: 3) { reviews { id } } users { reviews { id } } }");
        using var body = JsonDocument.Parse(Assert.Single(gateway["reviews"].Bodies));
        Assert.Equal(5, body.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Unlike_fetches_of_one_depth_are_one_operation_for_any_other_server()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        Assert.Equal(
            """{"data":{"topProducts":[{"reviews":[{"id":"11"},{"id":"21"}]},{"reviews":[{"id":"12"},{"id":"22"}]},{"reviews":[{"id":"13"},{"id":"23"}]}],"me":{"r":[{"id":"11"},{"id":"12"}]}}}""",
            await gateway.RunAsync("query($first: Int) { topProducts(first: $first) { reviews { id } } me { r: reviews { id } } }", """{"first":3}"""));
        Assert.Equal(
            """{"query":"query($k_upc_0_0:String!,$k_upc_0_1:String!,$k_upc_0_2:String!,$k_upc_0_3:String!,$if_0_3:Boolean!,$k_id_1_0:ID!){_0_0:productByUpc(upc:$k_upc_0_0){reviews{id}} _0_1:productByUpc(upc:$k_upc_0_1){reviews{id}} _0_2:productByUpc(upc:$k_upc_0_2){reviews{id}} ...@include(if:$if_0_3){_0_3:productByUpc(upc:$k_upc_0_3){reviews{id}}} _1_0:userById(id:$k_id_1_0){r:reviews{id}}}","variables":{"k_upc_0_0":"1","k_upc_0_1":"2","k_upc_0_2":"3","k_upc_0_3":"3","if_0_3":false,"k_id_1_0":"1"}}""",
            Assert.Single(gateway["reviews"].Bodies));
    }

    [Fact]
    public async Task Variables_of_the_client_go_with_unlike_fetches_under_names_of_their_own()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        Assert.Equal(
            """{"data":{"topProducts":[{"reviews":[{"id":"11"},{"id":"21"}]}],"me":{"reviews":[{},{}]}}}""",
            await gateway.RunAsync(
                "query($k_upc_0_0: Int, $if_: Boolean!, $no: Boolean!) { topProducts(first: $k_upc_0_0) { reviews { id @include(if: $if_) } } me { reviews { id @skip(if: $if_) body @include(if: $no) } } }",
                """{"k_upc_0_0":1,"if_":true,"no":false}"""));
        Assert.Single(gateway["reviews"].Bodies);
    }

    [Fact]
    public async Task Unlike_fetches_with_more_entities_than_aliases_travel_apart()
    {
        await using var gateway = await ShopServers.StartAsync(o => o with { MaxAliasedFields = 3 }, capabilities: SourceCapabilities.None);
        Assert.DoesNotContain("errors", await gateway.RunAsync("{ topProducts(first: 3) { reviews { id } } me { reviews { id } } }"), StringComparison.Ordinal);
        Assert.Equal(2, gateway["reviews"].Bodies.Count);
    }

    [Theory]
    [InlineData(
        """{"data":{"_0_0":{"reviews":[]},"_1_0":null},"errors":[{"message":"gone","path":["_1_0","reviews",3,"id"]}]}""",
        """{"topProducts":[{"reviews":[]},{"reviews":null}],"me":{"reviews":null}}""", "SUBGRAPH_INVALID_RESPONSE topProducts/1/reviews;SUBGRAPH_ERROR me/reviews/3/id")]
    [InlineData(
        """{"data":{"_1_0":{"reviews":[]},"_0_1":{"reviews":[]},"_0_0":null},"errors":[{"message":"gone","path":["_0_0"]}]}""",
        """{"topProducts":[{"reviews":null},{"reviews":[]}],"me":{"reviews":[]}}""", "SUBGRAPH_ERROR topProducts/0/reviews")]
    [InlineData(
        """{"errors":[{"message":"no","extensions":{"code":"NO"}}]}""",
        """{"topProducts":[{"reviews":null},{"reviews":null}],"me":{"reviews":null}}""", "NO topProducts/0/reviews;NO topProducts/1/reviews;NO me/reviews")]
    [InlineData(
        """{"data":{"_0_0":{"reviews":[]},"_0_1":{"reviews":[]},"_1_0":{"reviews":3}}}""",
        """{"topProducts":[{"reviews":[]},{"reviews":[]}],"me":{"reviews":null}}""", "SUBGRAPH_INVALID_RESPONSE me/reviews")]
    [InlineData(
        "{",
        """{"topProducts":[{"reviews":null},{"reviews":null}],"me":{"reviews":null}}""", "SUBGRAPH_INVALID_RESPONSE topProducts/0/reviews;SUBGRAPH_INVALID_RESPONSE topProducts/1/reviews;SUBGRAPH_INVALID_RESPONSE me/reviews")]
    public async Task What_befalls_one_of_several_unlike_fetches_is_not_the_others_matter(string answer, string data, string errors)
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        gateway["reviews"].Answer = (context, _) => FailureTests.Json(context, answer);
        var result = await gateway.RunAsync("{ topProducts(first: 2) { reviews { id } } me { reviews { id } } }");
        Assert.Contains(data, result, StringComparison.Ordinal);
        Assert.Equal(errors.Split(';'), FailureTests.Codes(result).Zip(FailureTests.ErrorPaths(result), (code, path) => $"{code} {path}"));
        Assert.Single(gateway["reviews"].Bodies);
    }

    [Fact]
    public async Task An_entity_that_may_not_be_null_takes_its_own_fetch_down_alone()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        gateway["reviews"].Answer = (context, body) => FailureTests.Json(context, body.Contains("_1_0", StringComparison.Ordinal)
            ? """{"data":null,"errors":[{"message":"gone","path":["_1_0"],"extensions":{"code":"GONE"}}]}"""
            : """{"data":{"_0":{"reviews":[]},"_1":{"reviews":[]}}}""");
        var result = await gateway.RunAsync("{ topProducts(first: 2) { reviews { id } } me { reviews { id } } }");
        Assert.Contains("""{"topProducts":[{"reviews":[]},{"reviews":[]}],"me":{"reviews":null}}""", result, StringComparison.Ordinal);
        Assert.Equal(["me/reviews"], FailureTests.ErrorPaths(result));
        Assert.Equal(["GONE"], FailureTests.Codes(result));
        Assert.Equal(2, gateway["reviews"].Bodies.Count);
    }

    [Fact]
    public async Task Any_other_server_gets_one_operation_with_a_field_per_entity()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        await gateway.RunAsync("query Q($first: Int) { topProducts(first: $first) { inStock } }", """{"first":3}""");
        Assert.Equal(
            """{"query":"query Q($k_upc_0:String!,$k_upc_1:String!,$k_upc_2:String!,$k_upc_3:String!,$if_3:Boolean!){_0:productByUpc(upc:$k_upc_0){inStock} _1:productByUpc(upc:$k_upc_1){inStock} _2:productByUpc(upc:$k_upc_2){inStock} ...@include(if:$if_3){_3:productByUpc(upc:$k_upc_3){inStock}}}","variables":{"k_upc_0":"1","k_upc_1":"2","k_upc_2":"3","k_upc_3":"3","if_3":false}}""",
            Assert.Single(gateway["inventory"].Bodies));
    }

    [Fact]
    public async Task Texts_with_aliases_are_the_same_for_numbers_up_to_a_power_of_two()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        foreach (var first in (int[])[5, 6, 7, 8, 9])
        {
            Assert.DoesNotContain("errors", await gateway.RunAsync("query($first: Int) { topProducts(first: $first) { inStock } }", $$"""{"first":{{first}}}"""), StringComparison.Ordinal);
        }

        Assert.Equal(2, gateway["inventory"].Bodies.Select(b => JsonDocument.Parse(b).RootElement.GetProperty("query").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Requirements_and_variables_of_the_client_go_with_aliases()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        Assert.Equal(
            """{"data":{"topProducts":[{"shippingEstimate":10,"k":true},{"shippingEstimate":10,"k":false},{"shippingEstimate":0,"k":true}]}}""",
            await gateway.RunAsync("query($k_upc: Int, $if_1: Boolean!, $x: Boolean!) { topProducts(first: $k_upc) { shippingEstimate k: inStock @include(if: $if_1) name @skip(if: $x) } }", """{"k_upc":3,"if_1":true,"x":true}"""));
    }

    [Fact]
    public async Task Numbers_beyond_the_limit_of_aliases_are_several_operations()
    {
        await using var gateway = await ShopServers.StartAsync(o => o with { MaxAliasedFields = 3 }, capabilities: SourceCapabilities.None);
        Assert.DoesNotContain("errors", await gateway.RunAsync("{ topProducts(first: 8) { inStock } }"), StringComparison.Ordinal);
        Assert.Equal(3, gateway["inventory"].Bodies.Count);
    }

    [Fact]
    public async Task Errors_of_an_aliased_field_stand_at_its_entity()
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        gateway["inventory"].Answer = (context, _) => FailureTests.Json(context,
            """{"data":{"_0":{"inStock":true},"_1":null},"errors":[{"message":"gone","path":["_1","inStock"],"extensions":{"code":"GONE"}}]}""");
        var result = await gateway.RunAsync("{ topProducts(first: 2) { inStock } }");
        Assert.Contains("""{"topProducts":[{"inStock":true},{"inStock":null}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["topProducts/1/inStock"], FailureTests.ErrorPaths(result));
        Assert.Equal(["GONE"], FailureTests.Codes(result));
    }

    [Theory]
    [InlineData("""{"data":{"_1":{"inStock":false}}}""")]
    [InlineData("""{"data":{"_7":{"inStock":true},"_1":{"inStock":false},"_-1":{"inStock":true}}}""")]
    public async Task An_aliased_field_left_out_fails_alone(string answer)
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.None);
        gateway["inventory"].Answer = (context, _) => FailureTests.Json(context, answer);
        var result = await gateway.RunAsync("{ topProducts(first: 2) { inStock } }");
        Assert.Contains("""{"topProducts":[{"inStock":null},{"inStock":false}]}""", result, StringComparison.Ordinal);
        Assert.Equal(["topProducts/0/inStock"], FailureTests.ErrorPaths(result));
    }

    [Theory]
    [InlineData("""{"errors":[{"message":"no","extensions":{"code":"NO"}}]}""", "NO", 2)]
    [InlineData("""[{"data":{"productByUpc":{"inStock":true}}}]""", "SUBGRAPH_INVALID_RESPONSE", 1)]
    [InlineData("""[{"data":{"productByUpc":null}},{"data":{"productByUpc":null}},{"data":{"productByUpc":null}}]""", "SUBGRAPH_INVALID_RESPONSE", 2)]
    public async Task A_list_of_answers_of_the_wrong_length_fails_what_has_no_answer(string answer, string code, int count)
    {
        await using var gateway = await ShopServers.StartAsync(capabilities: SourceCapabilities.RequestBatching);
        gateway["inventory"].Answer = (context, _) => FailureTests.Json(context, answer);
        var result = await gateway.RunAsync("{ topProducts(first: 2) { inStock } }");
        Assert.Equal(Enumerable.Repeat(code, count), FailureTests.Codes(result));
    }

    [Fact]
    public async Task Many_entities_are_told_apart_and_equal_ones_asked_for_once()
    {
        foreach (var capabilities in s_capabilities)
        {
            var a = await SourceServer.StartAsync("a", "type Query { list: [T] } type T @key(fields: \"id\") { id: ID! }", new()
            {
                ["Query.list"] = (_, _) => Enumerable.Range(0, 900).Select(i => ShopServers.Map(("id", $"{i % 300}"))).ToArray(),
            });
            var b = await SourceServer.StartAsync("b", "type Query { t(id: ID!): T @lookup @internal } type T @key(fields: \"id\") { id: ID! own: String }", new()
            {
                ["Query.t"] = (_, args) => ShopServers.Map(("id", args["id"]), ("own", $"<{args["id"]}>")),
            });
            b.Capabilities = capabilities;
            await using var gateway = TestGateway.Over(a, b);
            using var result = JsonDocument.Parse(await gateway.RunAsync("{ list { id own } }"));
            var list = result.RootElement.GetProperty("data").GetProperty("list").EnumerateArray().ToArray();
            Assert.Equal(900, list.Length);
            Assert.All(list, t => Assert.Equal($"<{t.GetProperty("id").GetString()}>", t.GetProperty("own").GetString()));
            Assert.Equal(capabilities == SourceCapabilities.None ? 5 : 1, b.Bodies.Count);
        }
    }
}
