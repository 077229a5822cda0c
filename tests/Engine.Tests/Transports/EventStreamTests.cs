using System.Net;
using System.Text;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Transports;

public sealed class EventStreamTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly ScriptedExecutor _executor = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_event_is_a_next_and_the_end_a_complete(bool byPost)
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var response = await SubscribeAsync(host, byPost);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var stream = _executor.Streams[""];

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoCache);
        stream.Send("""{"data":{"a":1}}""");
        Assert.Equal(["event: next", "data: {\"data\":{\"a\":1}}", ""], await LinesAsync(reader, 3));
        stream.Send("{\"data\":\n{\"a\":2}}");
        Assert.Equal(["event: next", "data: {\"data\":", "data: {\"a\":2}}", ""], await LinesAsync(reader, 4));
        stream.End();
        Assert.Equal(["event: complete", "data:", ""], await LinesAsync(reader, 3));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_request_error_is_a_response_inside_the_stream()
    {
        await using var host = await TestHost.StartAsync(_executor);

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ unknown }"}""", "text/event-stream");
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("event: next\ndata: {\"errors\":[", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\nevent: complete\ndata:\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mutation_over_a_GET_stream_is_refused()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query=mutation%7Ba%7D");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");

        using var response = await host.Http.SendAsync(request);

        Assert.Contains("not allowed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(Assert.Single(_executor.Requests).ReadOnly);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_source()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var response = await SubscribeAsync(host, byPost: true);
        await _executor.Streams[""].Read.WaitAsync(s_patience);

        response.Dispose();

        await _executor.Streams[""].Cancelled.WaitAsync(s_patience);
    }

    [Fact]
    public async Task An_idle_stream_is_kept_alive_by_comments()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.KeepAliveInterval = TimeSpan.FromMilliseconds(50));
        using var response = await SubscribeAsync(host, byPost: true);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal([":", "", ":", ""], await LinesAsync(reader, 4));
    }

    [Fact]
    public async Task A_stopping_server_ends_its_streams()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var response = await SubscribeAsync(host, byPost: true);
        await _executor.Streams[""].Read.WaitAsync(s_patience);

        await host.StopAsync().WaitAsync(s_patience);

        await _executor.Streams[""].Cancelled.WaitAsync(s_patience);
    }

    private static async Task<HttpResponseMessage> SubscribeAsync(TestHost host, bool byPost)
    {
        using var request = byPost
            ? new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent("""{"query":"subscription { a }"}""", Encoding.UTF8, "application/json") }
            : new HttpRequestMessage(HttpMethod.Get, "/graphql?query=subscription%20%7B%20a%20%7D");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<List<string?>> LinesAsync(StreamReader reader, int count)
    {
        var lines = new List<string?>();
        while (lines.Count < count)
        {
            lines.Add(await reader.ReadLineAsync().WaitAsync(s_patience));
        }

        return lines;
    }
}
