using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using LuckyGraph.AspNetCore;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>Compressed responses.</summary>
public sealed class CompressionTests
{
    private static readonly string s_long = "{ " + new string('a', 5_000) + " }";

    [Theory]
    [InlineData("gzip, br", "br")]
    [InlineData("gzip;q=1, br;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("deflate", null)]
    [InlineData("br;q=0", null)]
    public async Task The_coding_is_the_best_that_both_sides_know(string accepted, string? coding)
    {
        await using var host = await StartAsync();

        using var response = await PostAsync(host, s_long, accepted);

        Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.Contains(s_long, await ReadAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Short_responses_and_event_streams_are_not_compressed()
    {
        await using var host = await StartAsync();

        using var shortOne = await PostAsync(host, "{ a }", "br");
        using var stream = await PostAsync(host, s_long, "br", "text/event-stream");

        Assert.Empty(shortOne.Content.Headers.ContentEncoding);
        Assert.Empty(stream.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
    }

    [Fact]
    public async Task Batches_are_compressed_as_a_whole()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Headers = { { "Accept-Encoding", "gzip" } },
            Content = JsonContent.Create(new[] { new { query = s_long }, new { query = s_long } }),
        };

        using var response = await host.Http.SendAsync(request);

        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        Assert.StartsWith("[{\"data\"", await ReadAsync(response), StringComparison.Ordinal);
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(new ScriptedExecutor(), options =>
    {
        options.CompressResponses = true;
        options.AllowBatching = true;
    });

    private static async Task<HttpResponseMessage> PostAsync(TestHost host, string query, string accepted, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Headers = { { "Accept-Encoding", accepted }, { "Accept", accept } },
            Content = JsonContent.Create(new { query }),
        };
        return await host.Http.SendAsync(request);
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(response.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        });
        return await reader.ReadToEndAsync();
    }
}
