using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Subgraphs.Tests.Shop;

/// <summary>Somebody who calls the subgraphs, or nobody in particular.</summary>
public sealed class Caller(ShopFixture shop, Guid id, string? token, Guid? sellerId = null)
{
    public Guid Id { get; } = id;

    public Guid? SellerId { get; } = sellerId;

    public Task<Answer> CatalogAsync(string query, object? variables = null) => SendAsync(shop.CatalogUrl, query, variables);

    public Task<Answer> OrdersAsync(string query, object? variables = null) => SendAsync(shop.OrdersUrl, query, variables);

    /// <summary>A mutation's payload: <c>field</c> is the result, <c>errors</c> its business errors.</summary>
    public async Task<JsonElement> MutateAsync(string url, string name, string input, object variables, string selection)
    {
        var answer = await SendAsync(url, $"mutation($input: {input}!) {{ {name}(input: $input) {{ {selection} errors {{ __typename ... on UserError {{ code message path }} }} }} }}", new { input = variables });
        return answer.Data.GetProperty(name);
    }

    public HttpRequestMessage Request(string url, string query, object? variables)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{url}/graphql") { Content = JsonContent.Create(new { query, variables }) };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private async Task<Answer> SendAsync(string url, string query, object? variables)
    {
        using var request = Request(url, query, variables);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await shop.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var statements = response.Headers.TryGetValues("X-Sql-Statements", out var values) ? int.Parse(values.First()) : -1;
        return new Answer(text, statements);
    }
}

/// <summary>A GraphQL response.</summary>
public sealed class Answer(string text, int sqlStatements)
{
    private readonly JsonElement root = JsonDocument.Parse(text).RootElement;

    public string Text { get; } = text;

    public int SqlStatements { get; } = sqlStatements;

    /// <summary>The data of a response that must have no errors.</summary>
    public JsonElement Data
    {
        get
        {
            Assert.False(root.TryGetProperty("errors", out _), Text);
            return root.GetProperty("data");
        }
    }

    /// <summary>The data, whatever the errors.</summary>
    public JsonElement PartialData => root.GetProperty("data");

    /// <summary>The code of the first error.</summary>
    public string? ErrorCode => root.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;

    public string? ErrorMessage => root.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("message").GetString() : null;
}

internal static class JsonReading
{
    public static JsonElement At(this JsonElement json, params string[] path)
    {
        foreach (var name in path)
        {
            json = int.TryParse(name, out var index) ? json[index] : json.GetProperty(name);
        }

        return json;
    }

    public static string Text(this JsonElement json, params string[] path) => json.At(path).GetString()!;

    public static bool IsNull(this JsonElement json) => json.ValueKind == JsonValueKind.Null;

    /// <summary>The type of a payload's first business error, or null without errors.</summary>
    public static string? Error(this JsonElement payload)
        => payload.GetProperty("errors") is { ValueKind: JsonValueKind.Array } errors ? errors[0].Text("__typename") : null;

    public static string Id(string type, Guid id) => GlobalId.Encode(type, id);

    public static Guid Uuid(this string globalId, string type) => GlobalId.DecodeGuid(type, globalId);
}
