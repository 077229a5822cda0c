using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>How streams end that neither the client nor the source ends: a token expires, or the server has to begin anew.</summary>
public sealed class EndingStreamTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly ScriptedExecutor _executor = new();
    private readonly TokenIssuer _issuer = new();

    [Fact]
    public async Task A_socket_ends_with_4403_when_its_token_expires()
    {
        await using var host = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(host.Socket, CancellationToken.None);
        await SendAsync(socket, """{"type":"connection_init","payload":{"authorization":"#"}}""".Replace("#", Token(TimeSpan.FromSeconds(2)), StringComparison.Ordinal));
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }"}}""");

        Assert.Equal((4403, "The token has expired"), await ClosedAsync(socket));
        await Stream().Cancelled.WaitAsync(s_patience);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("multipart/mixed; subscriptionSpec=1.0, application/json")]
    public async Task A_stream_over_HTTP_ends_with_an_error_when_its_token_expires(string accept)
    {
        await using var host = await StartAsync();
        using var response = await SubscribeAsync(host, accept, Token(TimeSpan.FromSeconds(2)));

        var text = await response.Content.ReadAsStringAsync().WaitAsync(s_patience);

        Assert.Contains(ErrorCodes.NotAuthenticated, text, StringComparison.Ordinal);
        await Stream().Cancelled.WaitAsync(s_patience);
    }

    [Fact]
    public async Task An_interrupted_stream_closes_its_socket_with_1001()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(host.Socket, CancellationToken.None);
        await SendAsync(socket, """{"type":"connection_init"}""");
        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { a }"}}""");
        await Stream().Read.WaitAsync(s_patience);

        Stream().Interrupt(new StreamInterruptedException("Subscribe again.", "AGAIN"));

        Assert.Equal((1001, "Subscribe again."), await ClosedAsync(socket));
    }

    [Fact]
    public async Task An_interrupted_event_stream_ends_with_its_error_and_without_being_complete()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var response = await SubscribeAsync(host, "text/event-stream");

        Stream().Interrupt(new StreamInterruptedException("Subscribe again.", "AGAIN"));

        Assert.Equal(
            "event: next\ndata: {\"errors\":[{\"message\":\"Subscribe again.\",\"extensions\":{\"code\":\"AGAIN\"}}]}\n\n",
            await response.Content.ReadAsStringAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Multipart_subscriptions_are_payloads_heartbeats_and_a_closing_delimiter()
    {
        await using var host = await TestHost.StartAsync(_executor, static options => options.KeepAliveInterval = TimeSpan.FromMilliseconds(100));
        using var response = await SubscribeAsync(host, "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json");
        Assert.Equal("multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0", response.Content.Headers.ContentType!.ToString());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        const string Head = "\r\nContent-Type: application/json\r\n\r\n";

        Assert.Equal("--graphql", await ReadAsync(reader, 9));
        Assert.Equal(Head + "{}\r\n--graphql", await ReadAsync(reader, Head.Length + 13));
        Stream().Send("""{"data":{"a":1}}""");
        Stream().End();
        var rest = await reader.ReadToEndAsync().WaitAsync(s_patience);

        Assert.EndsWith(Head + "{\"payload\":{\"data\":{\"a\":1}}}\r\n--graphql--\r\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_multipart_subscription_ends_with_errors_beside_a_null_payload()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var response = await SubscribeAsync(host, "multipart/mixed;subscriptionSpec=1.0");

        Stream().Interrupt(new StreamInterruptedException("Subscribe again.", "AGAIN"));

        Assert.EndsWith(
            "{\"payload\":null,\"errors\":[{\"message\":\"Subscribe again.\",\"extensions\":{\"code\":\"AGAIN\"}}]}\r\n--graphql--\r\n",
            await response.Content.ReadAsStringAsync().WaitAsync(s_patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_of_a_client_that_takes_multipart_subscriptions_is_answered_as_JSON()
    {
        await using var host = await TestHost.StartAsync(_executor);
        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }"}""", "multipart/mixed;subscriptionSpec=1.0,application/json");

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(_executor, services: services => services.AddJwksBearer(options =>
    {
        options.JwksUri = new Uri("http://issuer.test/jwks.json");
        options.Issuer = options.Audience = "lucky";
        options.Backchannel = _issuer;
    }));

    private string Token(TimeSpan lifetime) => _issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow + lifetime));

    private ScriptedStream Stream() => _executor.Streams.GetOrAdd("", static _ => new ScriptedStream());

    private async Task<HttpResponseMessage> SubscribeAsync(TestHost host, string accept, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = new StringContent("""{"query":"subscription { a }"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<string> ReadAsync(StreamReader reader, int length)
    {
        var text = new char[length];
        await reader.ReadBlockAsync(text.AsMemory()).AsTask().WaitAsync(s_patience);
        return new string(text);
    }

    private static Task SendAsync(ClientWebSocket socket, string message)
        => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<(int, string?)> ClosedAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token)).MessageType != WebSocketMessageType.Close)
        {
            // Messages that came before.
        }

        return ((int)socket.CloseStatus!, socket.CloseStatusDescription);
    }
}
