using System.Text.Json;
using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>Unlike <c>_entities</c> fetches of one depth in one subgraph are one request, and what befalls one of them is not the other's matter.</summary>
public sealed class MergedEntitiesTests
{
    [Fact]
    public async Task Unlike_fetches_are_one_request_with_an_alias_for_each()
    {
        var (result, requests) = await RunAsync("query Both($upper: Boolean!) { books(ids: [\"1\", \"2\"]) { id note } films(ids: [\"3\"]) { note(upper: $upper) } }", """{"upper":true}""");
        Assert.Equal("{'data':{'books':[{'id':'1','note':'note of 1'},{'id':'2','note':'note of 2'}],'films':[{'note':'NOTE OF 3'}]}}", result);
        var body = Assert.Single(requests);
        Assert.Equal(
            "query Both($representations_0:[_Any!]!,$upper:Boolean!,$representations_1:[_Any!]!){_0:_entities(representations:$representations_0){... on Book{note}} _1:_entities(representations:$representations_1){... on Film{note(upper:$upper)}}}",
            body.GetProperty("query").GetString());
        Assert.Equal(
            """{"upper":true,"representations_0":[{"__typename":"Book","id":"1"},{"__typename":"Book","id":"2"}],"representations_1":[{"__typename":"Film","id":"3"}]}""",
            body.GetProperty("variables").GetRawText());
    }

    [Fact]
    public async Task A_fetch_without_entities_is_not_in_the_request()
    {
        var (result, requests) = await RunAsync("{ books(ids: [null]) { title note } films(ids: [\"3\"]) { note } }");
        Assert.Equal("{'data':{'books':[{'title':'Book null','note':null}],'films':[{'note':'note of 3'}]}}", result);
        Assert.Equal("query($representations:[_Any!]!){_entities(representations:$representations){... on Film{note}}}", Assert.Single(requests).GetProperty("query").GetString());
    }

    [Fact]
    public async Task A_null_key_leaves_its_own_entity_null()
    {
        var (result, requests) = await RunAsync("{ books(ids: [null, \"2\"]) { note } films(ids: [\"3\", null]) { note } }");
        Assert.Equal("{'data':{'books':[{'note':null},{'note':'note of 2'}],'films':[{'note':'note of 3'},{'note':null}]}}", result);
        Assert.Single(requests);
    }

    [Theory]
    [InlineData("gone", "note", "{'note':null}", "")]
    [InlineData("rejected", "note", "{'note':null}", "rejected books/1/note")]
    [InlineData("noteless", "note", "{'note':null}", "no note books/1/note")]
    [InlineData("unrated", "title note rating", "null", "no rating books/1/rating")]
    public async Task What_befalls_an_entity_stays_with_it(string id, string selection, string expected, string error)
    {
        var (result, requests) = await RunAsync($$"""{ books(ids: ["1", "{{id}}", "2"]) { {{selection}} } films(ids: ["3"]) { note } }""");
        using var json = JsonDocument.Parse(result.Replace('\'', '"'));
        var data = json.RootElement.GetProperty("data");
        Assert.Equal(expected, data.GetProperty("books")[1].GetRawText().Replace('"', '\''));
        Assert.Equal("note of 1", data.GetProperty("books")[0].GetProperty("note").GetString());
        Assert.Equal("note of 2", data.GetProperty("books")[2].GetProperty("note").GetString());
        Assert.Equal("note of 3", data.GetProperty("films")[0].GetProperty("note").GetString());
        Assert.Equal(error, string.Join(';', Errors(json)));
        Assert.Single(requests);
    }

    [Fact]
    public async Task A_field_that_fails_as_a_whole_does_not_take_the_others_with_it()
    {
        var (result, requests) = await RunAsync("{ books(ids: [\"1\", \"thrown\"]) { title note } films(ids: [\"3\"]) { note } }");
        Assert.Equal(
            "{'data':{'books':[{'title':'Book 1','note':null},{'title':'Book thrown','note':null}],'films':[{'note':'note of 3'}]},'errors':["
            + "{'message':'thrown','path':['books',0,'note'],'extensions':{'code':'SUBGRAPH_ERROR','service':'notes'}},{'message':'thrown','path':['books',1,'note'],'extensions':{'code':'SUBGRAPH_ERROR','service':'notes'}}]}",
            result);
        Assert.Equal(
            ["query($representations:[_Any!]!){_entities(representations:$representations){... on Film{note}}}"],
            requests.Skip(1).Select(r => r.GetProperty("query").GetString()));
    }

    [Fact]
    public async Task Every_field_that_fails_as_a_whole_is_reported()
    {
        var (result, requests) = await RunAsync("{ books(ids: [\"thrown\"]) { note } films(ids: [\"thrown\"]) { note } }");
        using var json = JsonDocument.Parse(result.Replace('\'', '"'));
        Assert.Equal("{'books':[{'note':null}],'films':[{'note':null}]}", json.RootElement.GetProperty("data").GetRawText().Replace('"', '\''));
        Assert.Equal(["thrown books/0/note", "thrown films/0/note"], Errors(json).Order(StringComparer.Ordinal));
        // The server ends at the first failure, so that the second shows when it is asked alone.
        Assert.Equal(2, requests.Length);
    }

    [Fact]
    public async Task A_subgraph_that_is_down_fails_what_was_asked_of_it()
    {
        var sources = await NodeSubgraphs.LoadAsync("merged", "catalog", "notes");
        sources[1] = sources[1] with { Url = "http://127.0.0.1:9" };
        using var gateway = FederatedGateway.Over(sources);
        using var json = JsonDocument.Parse((await gateway.RunAsync("{ books(ids: [\"1\", \"2\"]) { title note } films(ids: [\"3\"]) { title note rating } }")).Replace('\'', '"'));
        Assert.Equal(
            "{'books':[{'title':'Book 1','note':null},{'title':'Book 2','note':null}],'films':[null]}", json.RootElement.GetProperty("data").GetRawText().Replace('"', '\''));
        Assert.All(json.RootElement.GetProperty("errors").EnumerateArray(), e => Assert.Equal("SUBGRAPH_UNREACHABLE", e.GetProperty("extensions").GetProperty("code").GetString()));
        Assert.Equal(["books/0/note", "books/1/note", "films/0"], Errors(json).Select(e => e.Split(' ')[^1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_root_subgraph_that_is_down_fails_its_fields_and_nothing_is_asked_below()
    {
        var sources = await NodeSubgraphs.LoadAsync("merged", "catalog", "notes");
        sources[0] = sources[0] with { Url = "http://127.0.0.1:9" };
        using var gateway = FederatedGateway.Over(sources);
        await NodeSubgraphs.RequestsAsync("merged");
        using var json = JsonDocument.Parse((await gateway.RunAsync("{ books(ids: [\"1\"]) { note } films(ids: [\"3\"]) { note } }")).Replace('\'', '"'));
        Assert.Equal("{'books':null,'films':null}", json.RootElement.GetProperty("data").GetRawText().Replace('"', '\''));
        Assert.Equal(["books", "films"], Errors(json).Select(e => e.Split(' ')[^1]));
        Assert.Empty(await NodeSubgraphs.RequestsAsync("merged"));
    }

    /// <summary>The response, and the bodies that the subgraph "notes" got.</summary>
    private static async Task<(string Result, JsonElement[] Requests)> RunAsync(string operation, string? variables = null)
    {
        using var gateway = await FederatedGateway.OverAsync("merged", "catalog", "notes");
        await NodeSubgraphs.RequestsAsync("merged");
        var result = await gateway.RunAsync(operation, variables);
        return (result, [.. (await NodeSubgraphs.RequestsAsync("merged")).Where(r => r.Subgraph == "notes").Select(r => r.Body)]);
    }

    private static IEnumerable<string> Errors(JsonDocument response)
        => response.RootElement.TryGetProperty("errors", out var errors)
            ? errors.EnumerateArray().Select(e => $"{e.GetProperty("message").GetString()} {string.Join('/', e.GetProperty("path").EnumerateArray())}") : [];
}
