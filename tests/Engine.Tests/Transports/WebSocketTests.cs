using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>The protocol graphql-transport-ws, frame by frame.</summary>
public sealed class WebSocketTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly ScriptedExecutor _executor = new();

    [Fact]
    public async Task A_query_is_answered_by_next_and_complete()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);

        await SendAsync(socket, """{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"x":1}}}""");

        var next = await ReceiveAsync(socket);
        Assert.Equal("1", next.GetProperty("id").GetString());
        Assert.Equal("next", next.GetProperty("type").GetString());
        Assert.Equal(1, next.GetProperty("payload").GetProperty("data").GetProperty("variables").GetProperty("x").GetInt32());
        Assert.Equal("""{"id":"1","type":"complete"}""", (await ReceiveAsync(socket)).GetRawText());
    }

    [Fact]
    public async Task A_subscription_streams_until_its_source_ends()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }","operationName":"S"}}""");
        var stream = await StreamAsync("S");

        stream.Send("""{"data":{"a":1}}""");
        stream.Send("""{"data":{"a":2}}""");
        stream.End();

        Assert.Equal("""{"id":"s","type":"next","payload":{"data":{"a":1}}}""", (await ReceiveAsync(socket)).GetRawText());
        Assert.Equal("""{"id":"s","type":"next","payload":{"data":{"a":2}}}""", (await ReceiveAsync(socket)).GetRawText());
        Assert.Equal("""{"id":"s","type":"complete"}""", (await ReceiveAsync(socket)).GetRawText());
    }

    [Fact]
    public async Task A_client_that_completes_a_subscription_cancels_its_source_and_may_use_the_id_again()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }","operationName":"S"}}""");
        var stream = await StreamAsync("S");

        await SendAsync(socket, """{"id":"s","type":"complete"}""");
        await stream.Cancelled.WaitAsync(s_patience);
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"{ again }"}}""");

        Assert.Equal("next", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        Assert.Equal("complete", (await ReceiveAsync(socket)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_request_error_is_an_error_message_with_the_errors_alone()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);

        await SendAsync(socket, """{"id":"1","type":"subscribe","payload":{"query":"{ unknown }"}}""");

        var error = await ReceiveAsync(socket);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.StartsWith("Cannot query field", error.GetProperty("payload")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ping_is_answered_by_a_pong_with_its_payload()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await ConnectAsync(host);

        await SendAsync(socket, """{"type":"ping"}""");
        Assert.Equal("""{"type":"pong"}""", (await ReceiveAsync(socket)).GetRawText());
        await SendAsync(socket, """{"type":"ping","payload":{"x":[1]}}""");
        Assert.Equal("""{"type":"pong","payload":{"x":[1]}}""", (await ReceiveAsync(socket)).GetRawText());
        await SendAsync(socket, """{"type":"pong"}""");
        await SendAsync(socket, """{"type":"connection_init"}""");
        Assert.Equal("""{"type":"connection_ack"}""", (await ReceiveAsync(socket)).GetRawText());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"type":"unknown"}""")]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":"complete"}""")]
    [InlineData("""{"type":"subscribe","payload":{"query":"{ a }"}}""")]
    [InlineData("""{"id":1,"type":"subscribe","payload":{"query":"{ a }"}}""")]
    [InlineData("""{"id":"1","type":"subscribe"}""")]
    [InlineData("""{"id":"1","type":"subscribe","payload":{}}""")]
    [InlineData("""{"id":"1","type":"subscribe","payload":{"query":1}}""")]
    [InlineData("""{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":"x"}}""")]
    [InlineData("""{"type":"ping","payload":1}""")]
    [InlineData("""{"type":"ping"} {}""")]
    public async Task A_bad_message_closes_with_4400(string message)
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);

        await SendAsync(socket, message);

        Assert.Equal(4400, await CloseCodeAsync(socket));
    }

    [Fact]
    public async Task A_binary_message_closes_with_4400()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await ConnectAsync(host);

        await socket.SendAsync("""{"type":"ping"}"""u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);

        Assert.Equal(4400, await CloseCodeAsync(socket));
    }

    [Fact]
    public async Task Subscribing_before_the_acknowledgement_closes_with_4401()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await ConnectAsync(host);

        await SendAsync(socket, """{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}""");

        Assert.Equal(4401, await CloseCodeAsync(socket));
        Assert.Empty(_executor.Requests);
    }

    [Fact]
    public async Task A_refused_initialisation_closes_with_4403()
    {
        await using var host = await TestHost.StartAsync(_executor, services: static services => services.AddSingleton<IConnectionInitHandler, RefuseAll>());
        using var socket = await ConnectAsync(host);

        await SendAsync(socket, """{"type":"connection_init","payload":{"password":"x"}}""");

        Assert.Equal(4403, await CloseCodeAsync(socket));
        Assert.Equal("Not x", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task No_initialisation_in_time_closes_with_4408()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.ConnectionInitTimeout = TimeSpan.FromMilliseconds(100));
        using var socket = await ConnectAsync(host);

        Assert.Equal(4408, await CloseCodeAsync(socket));
    }

    [Fact]
    public async Task An_initialised_socket_outlives_the_initialisation_timeout()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.ConnectionInitTimeout = TimeSpan.FromMilliseconds(200));
        using var socket = await InitialisedAsync(host);
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }","operationName":"S"}}""");
        var stream = await StreamAsync("S");

        using var other = await ConnectAsync(host);
        Assert.Equal(4408, await CloseCodeAsync(other));
        stream.Send("""{"data":{"a":1}}""");

        Assert.Equal("next", (await ReceiveAsync(socket)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_second_subscription_of_the_same_id_closes_with_4409()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);

        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }","operationName":"S"}}""");
        var stream = await StreamAsync("S");
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"{ a }"}}""");

        Assert.Equal(4409, await CloseCodeAsync(socket));
        await stream.Cancelled.WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_second_initialisation_closes_with_4429()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);

        await SendAsync(socket, """{"type":"connection_init"}""");

        Assert.Equal(4429, await CloseCodeAsync(socket));
    }

    [Fact]
    public async Task An_unknown_subprotocol_closes_with_4406()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(host.Socket, CancellationToken.None);

        Assert.Equal(4406, await CloseCodeAsync(socket));
    }

    [Fact]
    public async Task A_message_over_the_limit_closes_with_1009()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.MaxRequestBytes = 2000);
        using var socket = await InitialisedAsync(host);

        await SendAsync(socket, $$$"""{"id":"1","type":"subscribe","payload":{"query":"{{{new string('a', 5000)}}}"}}""");

        Assert.Equal(1009, await CloseCodeAsync(socket));
    }

    [Fact]
    public async Task Operations_over_the_limit_fail_alone()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.MaxOperationsPerSocket = 1);
        using var socket = await InitialisedAsync(host);
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }","operationName":"S"}}""");
        var stream = await StreamAsync("S");

        await SendAsync(socket, """{"id":"t","type":"subscribe","payload":{"query":"{ a }"}}""");

        var error = await ReceiveAsync(socket);
        Assert.Equal("t", error.GetProperty("id").GetString());
        Assert.Equal(ErrorCodes.Limit, error.GetProperty("payload")[0].GetProperty("extensions").GetProperty("code").GetString());
        stream.Send("""{"data":{"a":1}}""");
        Assert.Equal("s", (await ReceiveAsync(socket)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_closed_socket_cancels_its_operations()
    {
        await using var host = await TestHost.StartAsync(_executor);
        var socket = await InitialisedAsync(host);
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }","operationName":"S"}}""");
        var stream = await StreamAsync("S");

        socket.Abort();

        await stream.Cancelled.WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_stopping_server_closes_its_sockets_with_1001()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = await InitialisedAsync(host);

        var stop = host.StopAsync();

        Assert.Equal(1001, await CloseCodeAsync(socket));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stop.WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_token_in_the_initialisation_authenticates_the_operations_of_the_socket()
    {
        var issuer = new TokenIssuer();
        await using var host = await TestHost.StartAsync(_executor, services: services => AddBearer(services, issuer));
        using var socket = await ConnectAsync(host);
        var token = issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5)));

        await SendAsync(socket, $$$"""{"type":"connection_init","payload":{"Authorization":"Bearer {{{token}}}"}}""");
        Assert.Equal("connection_ack", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, """{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}""");

        var data = (await ReceiveAsync(socket)).GetProperty("payload").GetProperty("data");
        Assert.Equal("0197b0f0-0000-7000-8000-000000000001", data.GetProperty("user").GetString());
        Assert.Equal("Bearer " + token, data.GetProperty("authorization").GetString());
    }

    [Fact]
    public async Task A_wrong_token_in_the_initialisation_closes_with_4403()
    {
        var issuer = new TokenIssuer();
        await using var host = await TestHost.StartAsync(_executor, services: services => AddBearer(services, issuer));
        using var socket = await ConnectAsync(host);
        var token = issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(-5)));

        await SendAsync(socket, $$$"""{"type":"connection_init","payload":{"token":"{{{token}}}"}}""");

        Assert.Equal(4403, await CloseCodeAsync(socket));
    }

    [Theory]
    [InlineData("https://shop.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task Pages_of_other_origins_may_not_open_a_socket(string origin, bool allowed)
    {
        await using var host = await TestHost.StartAsync(
            _executor, static options => options.IsSocketOriginAllowed = static (_, origin) => origin == "https://shop.example");
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("Origin", origin);

        var error = await Record.ExceptionAsync(() => socket.ConnectAsync(host.Socket, CancellationToken.None));

        Assert.Equal(allowed, error is null);
    }

    internal static void AddBearer(IServiceCollection services, TokenIssuer issuer) => services.AddJwksBearer(options =>
    {
        options.Issuer = "lucky";
        options.Audience = "lucky";
        options.JwksUri = new Uri("http://issuer/.well-known/jwks.json");
        options.Backchannel = issuer;
    });

    private async Task<ScriptedStream> StreamAsync(string name)
    {
        var stream = _executor.Streams.GetOrAdd(name, static _ => new ScriptedStream());
        await stream.Read.WaitAsync(s_patience);
        return stream;
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestHost host)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(host.Socket, CancellationToken.None);
        Assert.Equal("graphql-transport-ws", socket.SubProtocol);
        return socket;
    }

    private static async Task<ClientWebSocket> InitialisedAsync(TestHost host)
    {
        var socket = await ConnectAsync(host);
        await SendAsync(socket, """{"type":"connection_init"}""");
        Assert.Equal("connection_ack", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message)
        => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
            Assert.True(part.MessageType == WebSocketMessageType.Text, $"closed with {socket.CloseStatus} {socket.CloseStatusDescription}");
            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
            }
        }
    }

    private static async Task<int> CloseCodeAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        var buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token)).MessageType != WebSocketMessageType.Close)
        {
            // Messages that were on their way before the close frame.
        }

        return (int)socket.CloseStatus!.Value;
    }

    private sealed class RefuseAll : IConnectionInitHandler
    {
        public ValueTask<ConnectionInitResult> HandleAsync(ConnectionInit init, CancellationToken cancellationToken)
            => ValueTask.FromResult(ConnectionInitResult.Refuse("Not " + init.Payload.GetProperty("password").GetString()));
    }
}
