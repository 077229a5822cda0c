using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>Trusted documents and automatic persisted queries.</summary>
public sealed class PersistedOperationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("documents").FullName;
    private readonly ScriptedExecutor _executor = new();

    public PersistedOperationTests() => File.WriteAllText(Path.Combine(_folder, "known.graphql"), "{ stored }");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{\"documentId\":\"known\"}")]
    [InlineData("{\"documentId\":\"sha256:known\"}")]
    [InlineData("{\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"known\"}}}")]
    public async Task A_trusted_document_runs_by_its_id(string body)
    {
        await using var host = await StartTrustedAsync();

        Assert.Equal("{ stored }", (await PostAsync(host, body)).GetProperty("data").GetProperty("document").GetString());
    }

    [Fact]
    public async Task A_trusted_document_runs_by_get_and_in_a_batch()
    {
        await using var host = await TestHost.StartAsync(_executor, options =>
        {
            options.TrustedDocuments = TrustedDocuments.FromFolder(_folder);
            options.AllowBatching = true;
        });

        var got = JsonDocument.Parse(await host.Http.GetStringAsync("/graphql?documentId=known")).RootElement;
        var batch = await PostAsync(host, "[{\"documentId\":\"known\"},{\"documentId\":\"unknown\"}]");

        Assert.Equal("{ stored }", got.GetProperty("data").GetProperty("document").GetString());
        Assert.Equal("{ stored }", batch[0].GetProperty("data").GetProperty("document").GetString());
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", CodeOf(batch[1]));
    }

    [Theory]
    [InlineData("{\"documentId\":\"../known\"}", "PERSISTED_QUERY_NOT_FOUND")]
    [InlineData("{\"query\":\"{ a }\"}", "PERSISTED_QUERY_REQUIRED")]
    [InlineData("{\"query\":\"{ a }\",\"documentId\":\"unknown\"}", "PERSISTED_QUERY_NOT_FOUND")]
    [InlineData("{\"query\":\"{ a }\",\"extensions\":{\"persistedQuery\":1}}", "BAD_REQUEST")]
    public async Task Only_trusted_documents_run_where_nothing_else_may(string body, string code)
    {
        await using var host = await StartTrustedAsync(only: true);

        Assert.Equal(code, CodeOf(await PostAsync(host, body)));
        Assert.Empty(_executor.Requests);
    }

    [Fact]
    public async Task Text_beside_a_trusted_id_is_ignored()
    {
        await using var host = await StartTrustedAsync(only: true);

        var answer = await PostAsync(host, "{\"query\":\"{ evil }\",\"documentId\":\"known\"}");

        Assert.Equal("{ stored }", answer.GetProperty("data").GetProperty("document").GetString());
    }

    [Fact]
    public Task Only_trusted_documents_without_a_store_fail_the_start()
        => Assert.ThrowsAnyAsync<InvalidOperationException>(() => TestHost.StartAsync(_executor, options => options.OnlyTrustedDocuments = true));

    [Fact]
    public async Task A_query_is_registered_by_its_hash_and_found_again()
    {
        await using var host = await TestHost.StartAsync(_executor, options => options.AllowAutomaticPersistedQueries = true);
        const string Query = "{ automatic }";
        var extensions = new { persistedQuery = new { version = 1, sha256Hash = Hash(Query) } };

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", CodeOf(await PostAsync(host, JsonSerializer.Serialize(new { extensions }))));
        await PostAsync(host, JsonSerializer.Serialize(new { query = Query, extensions }));

        var found = await PostAsync(host, JsonSerializer.Serialize(new { extensions }));
        Assert.Equal(Query, found.GetProperty("data").GetProperty("document").GetString());
    }

    [Fact]
    public async Task A_wrong_hash_registers_nothing()
    {
        await using var host = await TestHost.StartAsync(_executor, options => options.AllowAutomaticPersistedQueries = true);
        var extensions = new { persistedQuery = new { version = 1, sha256Hash = Hash("{ other }") } };

        Assert.Equal("PERSISTED_QUERY_HASH_MISMATCH", CodeOf(await PostAsync(host, JsonSerializer.Serialize(new { query = "{ a }", extensions }))));
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", CodeOf(await PostAsync(host, JsonSerializer.Serialize(new { extensions }))));
    }

    [Fact]
    public async Task A_full_cache_forgets_the_oldest()
    {
        await using var host = await TestHost.StartAsync(_executor, options =>
        {
            options.AllowAutomaticPersistedQueries = true;
            options.MaxPersistedQueryBytes = 12;
        });
        foreach (var query in (string[])["{ first }", "{ next }"])
        {
            await PostAsync(host, JsonSerializer.Serialize(new { query, extensions = new { persistedQuery = new { version = 1, sha256Hash = Hash(query) } } }));
        }

        var first = await PostAsync(host, JsonSerializer.Serialize(new { extensions = new { persistedQuery = new { version = 1, sha256Hash = Hash("{ first }") } } }));
        var next = await PostAsync(host, JsonSerializer.Serialize(new { extensions = new { persistedQuery = new { version = 1, sha256Hash = Hash("{ next }") } } }));

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", CodeOf(first));
        Assert.True(next.TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData(StatusProfile.Compatible, "application/json", HttpStatusCode.OK)]
    [InlineData(StatusProfile.Compatible, "application/graphql-response+json", HttpStatusCode.BadRequest)]
    [InlineData(StatusProfile.Draft2026, "application/json", HttpStatusCode.UnprocessableEntity)]
    public async Task An_unknown_id_has_the_status_of_its_profile(StatusProfile profile, string accept, HttpStatusCode status)
    {
        await using var host = await TestHost.StartAsync(_executor, options =>
        {
            options.AllowAutomaticPersistedQueries = true;
            options.StatusProfile = profile;
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Headers = { { "Accept", accept } },
            Content = JsonContent.Create(new { extensions = new { persistedQuery = new { version = 1, sha256Hash = Hash("{ a }") } } }),
        };

        using var response = await host.Http.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    private Task<TestHost> StartTrustedAsync(bool only = false) => TestHost.StartAsync(_executor, options =>
    {
        options.TrustedDocuments = TrustedDocuments.FromFolder(_folder);
        options.OnlyTrustedDocuments = only;
    });

    private static async Task<JsonElement> PostAsync(TestHost host, string body)
    {
        using var response = await host.Http.PostAsync("/graphql", new StringContent(body, Encoding.UTF8, "application/json"));
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private static string? CodeOf(JsonElement response) => response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();

    private static string Hash(string query) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)));
}
