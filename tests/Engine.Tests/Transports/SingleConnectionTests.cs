using System.Net;
using System.Net.Http.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>GraphQL over SSE, single connection mode.</summary>
public sealed class SingleConnectionTests
{
    private const string TokenHeader = "X-GraphQL-Event-Stream-Token";
    private readonly ScriptedExecutor _executor = new();

    [Fact]
    public async Task One_stream_carries_operations_by_their_id()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var token = await ReserveAsync(host);
        using var stream = await OpenAsync(host, token);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(host, token, "{ a }", "first"));

        Assert.Equal("next", await EventAsync(reader));
        Assert.StartsWith("data: {\"id\":\"first\",\"payload\":{\"data\":{\"document\":\"{ a }\"", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("complete", await EventAsync(reader));
        Assert.Equal("data: {\"id\":\"first\"}", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Results_wait_for_a_reserved_stream_to_be_opened()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var token = await ReserveAsync(host);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(host, token, "{ a }", "early"));

        using var stream = await OpenAsync(host, token);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());

        Assert.Equal("next", await EventAsync(reader));
    }

    [Fact]
    public async Task Delete_ends_an_operation_and_its_source()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var token = await ReserveAsync(host);
        using var stream = await OpenAsync(host, token);
        await PostAsync(host, token, "subscription { a }", "sub");
        var source = await SourceAsync();

        using var delete = new HttpRequestMessage(HttpMethod.Delete, "/graphql?operationId=sub") { Headers = { { TokenHeader, token } } };
        using var deleted = await host.Http.SendAsync(delete);

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await source.Cancelled.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Leaving_the_stream_ends_its_operations()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var token = await ReserveAsync(host);
        var stream = await OpenAsync(host, token);
        await PostAsync(host, token, "subscription { a }", "sub");
        var source = await SourceAsync();

        stream.Dispose();

        await source.Cancelled.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_running_id_is_a_conflict_and_so_is_opening_twice()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var token = await ReserveAsync(host);
        using var stream = await OpenAsync(host, token);
        await PostAsync(host, token, "subscription { a }", "sub");

        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(host, token, "subscription { a }", "sub"));
        using var again = await OpenAsync(host, token);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Unknown_tokens_missing_ids_and_forgeable_content_types_are_refused()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var token = await ReserveAsync(host);

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(host, "guess", "{ a }", "1"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(host, token, "{ a }", null));
        using var text = new HttpRequestMessage(HttpMethod.Post, $"/graphql?token={token}") { Content = new StringContent("{\"query\":\"{ a }\",\"extensions\":{\"operationId\":\"1\"}}") };
        using var refused = await host.Http.SendAsync(text);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
    }

    [Fact]
    public async Task Interceptors_decide_before_an_operation_starts()
    {
        await using var host = await TestHost.StartAsync(_executor, services: services => services.AddKeyedSingleton<IHttpRequestInterceptor>("", new Refusal()));
        var token = await ReserveAsync(host);

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(host, token, "{ a }", "1"));
        Assert.Empty(_executor.Requests);
    }

    [Fact]
    public async Task A_reservation_that_nobody_opens_expires()
    {
        await using var host = await TestHost.StartAsync(_executor, options => options.StreamReservationTimeout = TimeSpan.FromMilliseconds(1));
        var token = await ReserveAsync(host);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await PostAsync(host, token, "{ a }", Guid.NewGuid().ToString()) != HttpStatusCode.NotFound)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private sealed class Refusal : IHttpRequestInterceptor
    {
        public ValueTask<OperationRequest> OnCreateAsync(HttpContext context, OperationRequest request, CancellationToken cancellationToken)
            => throw new GraphQLException("Not here.", "REFUSED");
    }

    private static async Task<string> ReserveAsync(TestHost host)
    {
        using var response = await host.Http.PutAsync("/graphql", null);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<HttpResponseMessage> OpenAsync(TestHost host, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql") { Headers = { { TokenHeader, token }, { "Accept", "text/event-stream" } } };
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<HttpStatusCode> PostAsync(TestHost host, string token, string query, string? id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Headers = { { TokenHeader, token } },
            Content = JsonContent.Create(new { query, operationName = "sub", extensions = id is null ? null : new { operationId = id } }),
        };
        using var response = await host.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string> EventAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                return line["event: ".Length..];
            }
        }

        return "";
    }

    private async Task<ScriptedStream> SourceAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        ScriptedStream? stream;
        while (!_executor.Streams.TryGetValue("sub", out stream))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await stream.Read.WaitAsync(limit.Token);
        return stream;
    }
}
