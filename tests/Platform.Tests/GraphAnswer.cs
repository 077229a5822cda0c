using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.Platform.Tests;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record GraphAnswer(HttpStatusCode Status, JsonElement Body)
{
    public JsonElement Data => Body.GetProperty("data");

    public IReadOnlyList<JsonElement> Errors => Body.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray()] : [];

    /// <summary>The code of the first error.</summary>
    public string? Code => Errors.Count == 0 ? null : Errors[0].GetProperty("extensions").GetProperty("code").GetString();

    public override string ToString() => $"{(int)Status} {Body.GetRawText()}";
}

/// <summary>Asks an endpoint as somebody, or as nobody.</summary>
internal sealed class GraphCaller(string url, string? token = null)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(40) };

    public Task<GraphAnswer> AskAsync(string query, object? variables = null, string? plan = null)
        => SendAsync(JsonSerializer.Serialize(new { query, variables }), plan);

    public async Task<GraphAnswer> SendAsync(string body, string? plan = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{url}/graphql")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/graphql-response+json"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (plan is not null)
        {
            request.Headers.Add("GraphQL-Plan", plan);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("   at ", text);
        return new GraphAnswer(response.StatusCode, JsonDocument.Parse(text).RootElement);
    }
}
