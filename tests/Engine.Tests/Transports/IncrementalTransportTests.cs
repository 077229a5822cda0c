using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>Incremental delivery from the engine through real sockets, in every form a client can ask for.</summary>
public sealed class IncrementalTransportTests
{
    private const string Deferred = """{"query":"{ fast ... @defer(label: \"late\") { slow } }"}""";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<object?> _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<TestHost> StartAsync() => TestHost.StartAsync(services => services.AddGraphQL()
        .ModifyRequestOptions(o => (o.EnableDefer, o.EnableStream) = (true, true))
        .ConfigureSchema(schema =>
        {
            var binding = new ScriptedBinding();
            var query = schema.Object("Query");
            binding.Effect(query, "fast", "Int", _ => new ValueTask<object?>(1));
            binding.Effect(query, "slow", "Int", async context =>
            {
                await using var registration = context.CancellationToken.Register(() =>
                {
                    _cancelled.TrySetResult();
                    _slow.TrySetCanceled();
                });
                return await _slow.Task;
            });
            binding.Effect(query, "numbers", "[Int]", _ => new ValueTask<object?>(new object?[] { 1, 2, 3 }));
        }));

    [Fact]
    public async Task A_multipart_client_has_the_first_part_before_the_deferred_fields_are_there()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, Deferred, "multipart/mixed;incrementalSpec=v0.2, application/json");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("multipart/mixed", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("---", await LineAsync(reader));
        Assert.Equal("Content-Type: application/json; charset=utf-8", await LineAsync(reader));
        Assert.Equal("", await LineAsync(reader));
        Assert.Equal("""{"data":{"fast":1},"pending":[{"id":"0","path":[],"label":"late"}],"hasNext":true}""", await LineAsync(reader));
        _slow.SetResult(2);
        Assert.Equal("---", await LineAsync(reader));
        Assert.Equal("Content-Type: application/json; charset=utf-8", await LineAsync(reader));
        Assert.Equal("", await LineAsync(reader));
        Assert.Equal("""{"incremental":[{"id":"0","data":{"slow":2}}],"completed":[{"id":"0"}],"hasNext":false}""", await LineAsync(reader));
        Assert.Equal("-----", await LineAsync(reader));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Event_streams_carry_a_payload_in_each_event()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, Deferred, "text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("event: next", await LineAsync(reader));
        Assert.Equal("""data: {"data":{"fast":1},"pending":[{"id":"0","path":[],"label":"late"}],"hasNext":true}""", await LineAsync(reader));
        _slow.SetResult(2);
        Assert.Equal("", await LineAsync(reader));
        Assert.Equal("event: next", await LineAsync(reader));
        Assert.Equal("""data: {"incremental":[{"id":"0","data":{"slow":2}}],"completed":[{"id":"0"}],"hasNext":false}""", await LineAsync(reader));
        Assert.Equal("", await LineAsync(reader));
        Assert.Equal("event: complete", await LineAsync(reader));
    }

    [Fact]
    public async Task Lines_carry_streamed_items()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, """{"query":"{ numbers @stream(initialCount: 1) }"}""", "application/jsonl;incrementalSpec=v0.2");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("application/jsonl", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"data":{"numbers":[1]},"pending":[{"id":"0","path":["numbers"]}],"hasNext":true}""", await LineAsync(reader));
        Assert.Equal("""{"incremental":[{"id":"0","items":[2,3]}],"completed":[{"id":"0"}],"hasNext":false}""", await LineAsync(reader));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(s_patience));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    [InlineData("multipart/mixed;deferSpec=20220824, application/json")]
    [InlineData("multipart/mixed;incrementalSpec=v9, application/json")]
    public async Task A_client_that_does_not_know_the_format_gets_one_response(string accept)
    {
        await using var host = await StartAsync();
        _slow.SetResult(2);
        using var response = await SendAsync(host, Deferred, accept);

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"data":{"fast":1,"slow":2}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_anything_deferred_a_multipart_client_gets_plain_JSON()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, """{"query":"{ fast ... @defer(if: false) { again: fast } }"}""", "multipart/mixed, application/json");

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"data":{"fast":1,"again":1}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_client_that_accepts_parts_alone_gets_one_part()
    {
        await using var host = await StartAsync();
        using var response = await SendAsync(host, """{"query":"{ fast }"}""", "multipart/mixed");

        Assert.Equal(
            "---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{\"data\":{\"fast\":1}}\r\n-----\r\n",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("multipart/mixed")]
    [InlineData("text/event-stream")]
    [InlineData("application/jsonl;incrementalSpec=v0.2")]
    public async Task A_client_that_leaves_cancels_the_deferred_fields(string accept)
    {
        await using var host = await StartAsync();
        using (var response = await SendAsync(host, Deferred, accept))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.NotNull(await LineAsync(reader));
        }

        await _cancelled.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Sockets_carry_a_payload_in_each_next()
    {
        await using var host = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(host.Socket, default);
        await SendAsync(socket, """{"type":"connection_init"}""");
        Assert.Equal("connection_ack", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, $$"""{"id":"a","type":"subscribe","payload":{{Deferred}}}""");

        Assert.True((await ReceiveAsync(socket)).GetProperty("payload").GetProperty("hasNext").GetBoolean());
        _slow.SetResult(2);
        Assert.False((await ReceiveAsync(socket)).GetProperty("payload").GetProperty("hasNext").GetBoolean());
        Assert.Equal("complete", (await ReceiveAsync(socket)).GetProperty("type").GetString());
    }

    private static async Task<HttpResponseMessage> SendAsync(TestHost host, string body, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(s_patience);
    }

    private static async Task<string?> LineAsync(StreamReader reader) => await reader.ReadLineAsync().WaitAsync(s_patience);

    private static Task SendAsync(ClientWebSocket socket, string message)
        => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, default);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        using var patience = new CancellationTokenSource(s_patience);
        var length = 0;
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), patience.Token);
            length += received.Count;
        }
        while (!received.EndOfMessage);

        return JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length));
    }
}
