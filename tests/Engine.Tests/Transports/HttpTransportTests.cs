using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Transports;

public sealed class HttpTransportTests
{
    private const string ResponseJson = "application/graphql-response+json";
    private readonly ScriptedExecutor _executor = new();

    [Fact]
    public async Task A_request_reaches_the_executor_as_the_client_wrote_it()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var body = """{"query":"query Q {\n  a(s: \"é😀\")\n}","operationName":"Q","variables":{"a":[1,{"b":"\u00e9"}]},"extensions":{"x":1},"onError":"NULL","other":[{}]}""";

        using var response = await PostAsync(host, body);
        var data = await DataAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("query Q {\n  a(s: \"é😀\")\n}", data.GetProperty("document").GetString());
        Assert.Equal("Q", data.GetProperty("operationName").GetString());
        Assert.Equal("é", data.GetProperty("variables").GetProperty("a")[1].GetProperty("b").GetString());
        Assert.Equal(1, data.GetProperty("extensions").GetProperty("x").GetInt32());
        Assert.Equal("Null", data.GetProperty("onError").GetString());
        Assert.False(data.GetProperty("readOnly").GetBoolean());
    }

    [Fact]
    public async Task A_query_may_come_by_GET_and_is_read_only()
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await host.Http.GetAsync("/graphql?query=%7B%20a%20%7D&operationName=Q&variables=%7B%22x%22%3A1%7D");
        var data = await DataAsync(response);

        Assert.Equal("{ a }", data.GetProperty("document").GetString());
        Assert.Equal(1, data.GetProperty("variables").GetProperty("x").GetInt32());
        Assert.True(data.GetProperty("readOnly").GetBoolean());
    }

    [Fact]
    public async Task A_mutation_by_GET_is_answered_405_with_Allow()
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await host.Http.GetAsync("/graphql?query=mutation%20%7B%20a%20%7D");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData(ResponseJson, ResponseJson)]
    [InlineData("application/graphql-response+json, application/json;q=0.9", ResponseJson)]
    [InlineData("application/json;q=0.5, application/graphql-response+json;q=0.8", ResponseJson)]
    [InlineData("application/graphql-response+json;q=0, application/json", "application/json")]
    [InlineData("text/event-stream, application/json;q=0.1", "application/json")]
    [InlineData("application/xml, application/json; charset=utf-8", "application/json")]
    [InlineData("text/event-stream", "text/event-stream")]
    public async Task The_accepted_media_type_is_answered(string? accept, string expected)
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await PostAsync(host, """{"query":"{ a }"}""", accept);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("utf-8", response.Content.Headers.ContentType.CharSet);
        Assert.Contains("Accept", response.Headers.Vary);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml, image/*")]
    [InlineData("application/json;q=0")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Nothing_acceptable_is_answered_406(string accept)
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await PostAsync(host, """{"query":"{ a }"}""", accept);

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Equal(ErrorCodes.BadRequest, await CodeAsync(response));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonx")]
    [InlineData("nonsense")]
    public async Task Other_content_types_are_answered_415(string contentType)
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var content = new ByteArrayContent("""{"query":"{ a }"}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await host.Http.PostAsync("/graphql", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(ErrorCodes.BadRequest, await CodeAsync(response));
        Assert.Empty(_executor.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"query":1}""")]
    [InlineData("""{"query":"{ a }","variables":[]}""")]
    [InlineData("""{"query":"{ a }","variables":"x"}""")]
    [InlineData("""{"query":"{ a }","operationName":[]}""")]
    [InlineData("""{"query":"{ a }","extensions":0}""")]
    [InlineData("""{"query":"{ a }","onError":"LATER"}""")]
    [InlineData("""{"query":"{ a }"} {"query":"{ b }"}""")]
    [InlineData("""{"query":"{ a }",}""")]
    [InlineData("""{"query":"\ud800"}""")]
    [InlineData("""{"query":"{ a }","variables":{"x":["\udc00"]}}""")]
    [InlineData("""{"query":"{ a }","variables":{"\udc00":1}}""")]
    [InlineData("""[{"query":"{ a }"}]""")]
    public async Task Malformed_requests_are_answered_400_with_a_code(string body)
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await PostAsync(host, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(ErrorCodes.BadRequest, await CodeAsync(response));
        Assert.Empty(_executor.Requests);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_answered_400()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var content = new ByteArrayContent([.. "{\"query\":\"{ a \xff"u8, 0xFF, .. " }\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await host.Http.PostAsync("/graphql", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_answered_413(bool declaresLength)
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.MaxRequestBytes = 1000);
        var body = Encoding.UTF8.GetBytes($$"""{"query":"{{new string('a', 2000)}}"}""");
        using var content = declaresLength ? (HttpContent)new ByteArrayContent(body) : new StreamContent(new UnknownLengthStream(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await host.Http.PostAsync("/graphql", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(ErrorCodes.Limit, await CodeAsync(response));
    }

    [Theory]
    [InlineData("{", "application/json", StatusProfile.Compatible, 200)]
    [InlineData("{", ResponseJson, StatusProfile.Compatible, 400)]
    [InlineData("{ unknown }", "application/json", StatusProfile.Compatible, 200)]
    [InlineData("{ unknown }", ResponseJson, StatusProfile.Compatible, 400)]
    [InlineData("{ partial }", ResponseJson, StatusProfile.Compatible, 200)]
    [InlineData("{", ResponseJson, StatusProfile.Draft2026, 400)]
    [InlineData("{ unknown }", "application/json", StatusProfile.Draft2026, 422)]
    [InlineData("{ unknown }", ResponseJson, StatusProfile.Draft2026, 422)]
    [InlineData("{ partial }", ResponseJson, StatusProfile.Draft2026, 294)]
    [InlineData("{ a }", ResponseJson, StatusProfile.Draft2026, 200)]
    public async Task The_status_follows_the_profile(string document, string accept, StatusProfile profile, int expected)
    {
        await using var host = await TestHost.StartAsync(_executor, options => options.StatusProfile = profile);

        using var response = await PostAsync(host, JsonSerializer.Serialize(new { query = document }), accept);

        Assert.Equal(expected, (int)response.StatusCode);
        var expectedType = profile == StatusProfile.Draft2026 && expected >= 300 ? ResponseJson : accept;
        Assert.Equal(expectedType, response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("{", StatusProfile.Draft2026, 400)]
    [InlineData("{}", StatusProfile.Draft2026, 422)]
    [InlineData("""{"query":1}""", StatusProfile.Draft2026, 422)]
    [InlineData("""{"query":"{ a }","variables":"x"}""", StatusProfile.Draft2026, 422)]
    [InlineData("[]", StatusProfile.Draft2026, 400)]
    [InlineData("{}", StatusProfile.Compatible, 400)]
    public async Task The_status_of_what_is_no_request_follows_the_profile(string body, StatusProfile profile, int expected)
    {
        await using var host = await TestHost.StartAsync(_executor, options => options.StatusProfile = profile);

        using var response = await PostAsync(host, body, "application/json");

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(profile == StatusProfile.Draft2026 ? ResponseJson : "application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    public async Task Other_methods_are_answered_405(string method)
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/graphql"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_failing_executor_is_answered_500_without_details()
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await PostAsync(host, """{"query":"crash"}""");
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(ErrorCodes.Internal, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("GraphQL-Preflight", "1", true)]
    [InlineData("X-Requested-With", "x", true)]
    [InlineData("Authorization", "Basic x", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    public async Task With_preflight_required_a_GET_that_another_site_could_forge_is_refused(string? header, string? value, bool allowed)
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.RequirePreflight = true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query=%7Ba%7D");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var response = await host.Http.SendAsync(request);

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(allowed ? 1 : 0, _executor.Requests.Count);
    }

    [Fact]
    public async Task A_browser_that_opens_the_endpoint_gets_the_explorer()
    {
        await using var host = await TestHost.StartAsync(
            _executor, static options => options.Explorer = static context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<html>"));
        const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

        Assert.Equal("<html>", await GetAsync("/graphql"));
        Assert.StartsWith("{\"data\"", await GetAsync("/graphql?query=%7Ba%7D"), StringComparison.Ordinal);

        async Task<string> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", Browser);
            using var response = await host.Http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_subscription_is_refused_where_only_JSON_is_accepted()
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await PostAsync(host, """{"query":"subscription { a }"}""", "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    internal static async Task<HttpResponseMessage> PostAsync(TestHost host, string body, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await host.Http.SendAsync(request);
    }

    internal static async Task<JsonElement> DataAsync(HttpResponseMessage response)
        => JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("data");

    internal static async Task<string?> CodeAsync(HttpResponseMessage response)
        => JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement
            .GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();

    private sealed class UnknownLengthStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
