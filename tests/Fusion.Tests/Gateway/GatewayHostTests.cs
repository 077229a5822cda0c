using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Authentication;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class GatewayHostTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_request_without_token_is_anonymous()
    {
        await using var gateway = await TestGatewayHost.StartAsync();

        var (status, body) = await gateway.PostAsync("{ hello token }");

        Assert.Equal(200, status);
        Assert.Equal("Hello world", body.GetProperty("data").GetProperty("hello").GetString());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("data").GetProperty("token").ValueKind);
    }

    [Fact]
    public async Task A_valid_token_is_forwarded_to_the_subgraph()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        var token = gateway.Accounts.Issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5)));

        var (_, body) = await gateway.PostAsync("{ token }", ("Authorization", "Bearer " + token));

        Assert.Equal("Bearer " + token, body.GetProperty("data").GetProperty("token").GetString());
    }

    [Fact]
    public async Task A_token_signed_with_a_new_key_is_accepted_after_one_more_fetch()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        gateway.Accounts.Issuer.Rotate("k2");
        var token = gateway.Accounts.Issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5)));

        var (status, _) = await gateway.PostAsync("{ token }", ("Authorization", "Bearer " + token));

        Assert.Equal(200, status);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("forged")]
    [InlineData("garbage")]
    public async Task A_token_that_is_not_valid_is_answered_401(string kind)
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        var token = kind switch
        {
            "expired" => gateway.Accounts.Issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(-5))),
            "forged" => new TokenIssuer().Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5))),
            _ => "x.y.z",
        };

        var (status, body) = await gateway.PostAsync("{ hello }", ("Authorization", "Bearer " + token));

        Assert.Equal(401, status);
        Assert.Equal(ErrorCodes.NotAuthenticated, Code(body));
    }

    [Fact]
    public async Task A_token_of_a_socket_is_forwarded_too_and_events_arrive()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        var token = gateway.Accounts.Issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5)));
        using var socket = await ConnectAsync(gateway, $$$"""{"Authorization":"Bearer {{{token}}}"}""");

        await SendAsync(socket, """{"id":"q","type":"subscribe","payload":{"query":"{ token }"}}""");
        Assert.Equal("Bearer " + token, (await ReceiveAsync(socket)).GetProperty("payload").GetProperty("data").GetProperty("token").GetString());
        Assert.Equal("complete", (await ReceiveAsync(socket)).GetProperty("type").GetString());

        await SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { ticks }"}}""");
        await gateway.Accounts.Ticks.Writer.WriteAsync(7);
        Assert.Equal(7, (await ReceiveAsync(socket)).GetProperty("payload").GetProperty("data").GetProperty("ticks").GetInt32());

        await SendAsync(socket, """{"id":"s","type":"complete"}""");
        await gateway.Accounts.TicksEnded.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Limits_protect_the_endpoint()
    {
        await using var gateway = await TestGatewayHost.StartAsync(settings: [("LUCKY_GATEWAY_MAX_TOKENS", "30"), ("LUCKY_GATEWAY_MAX_DEPTH", "5"), ("LUCKY_GATEWAY_MAX_REQUEST_BYTES", "2000")]);

        Assert.Equal(200, (await gateway.PostAsync("{ self { self { self { name } } } }")).Status);
        Assert.Equal(ErrorCodes.Limit, Code((await gateway.PostAsync("{ self { self { self { self { self { name } } } } } }")).Body));
        Assert.Equal(ErrorCodes.Limit, Code((await gateway.PostAsync($"{{ {string.Concat(Enumerable.Range(0, 30).Select(static i => $"a{i}: hello "))} }}")).Body));
        Assert.Equal(413, (await gateway.PostAsync(new string(' ', 3000) + "{ hello }")).Status);
    }

    [Fact]
    public async Task A_subgraph_that_is_too_slow_or_down_is_an_error_with_code_and_path()
    {
        await using var gateway = await TestGatewayHost.StartAsync(settings: [("LUCKY_ACCOUNTS_TIMEOUT_MS", "300")]);

        var (_, slow) = await gateway.PostAsync("{ slow }");
        Assert.Equal(GatewayErrorCodes.Timeout, Code(slow));
        Assert.Equal("slow", slow.GetProperty("errors")[0].GetProperty("path")[0].GetString());

        await gateway.Accounts.DisposeAsync();
        var (_, down) = await gateway.PostAsync("{ slow }");
        Assert.Equal(GatewayErrorCodes.Unreachable, Code(down));
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public async Task The_plan_is_shown_outside_production(string environment, bool shown)
    {
        await using var gateway = await TestGatewayHost.StartAsync(environment);

        var (_, body) = await gateway.PostAsync("{ hello }", ("GraphQL-Plan", "1"));

        Assert.Equal(shown, body.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("plan", out _));
        Assert.False((await gateway.PostAsync("{ hello }")).Body.TryGetProperty("extensions", out _));
    }

    [Fact]
    public async Task A_GET_that_another_site_could_forge_is_refused()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        using var plain = await gateway.Http.GetAsync("/graphql?query=%7Bhello%7D");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query=%7Bhello%7D");
        request.Headers.Add("GraphQL-Preflight", "1");
        using var preflighted = await gateway.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        Assert.Equal(HttpStatusCode.OK, preflighted.StatusCode);
    }

    [Theory]
    [InlineData("https://shop.example", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("http://localhost:3000", false)]
    public async Task Only_configured_origins_may_call_from_a_browser(string origin, bool allowed)
    {
        await using var gateway = await TestGatewayHost.StartAsync(settings: [("LUCKY_GATEWAY_ORIGINS", "https://shop.example, https://admin.example")]);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/graphql");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,authorization");
        using var response = await gateway.Http.SendAsync(request);
        var socketError = await Record.ExceptionAsync(() => ConnectAsync(gateway, "{}", origin));

        Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal(allowed, socketError is null);
    }

    [Fact]
    public async Task Answers_carry_security_headers_and_are_not_cached()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        using var response = await gateway.Http.PostAsync("/graphql", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_browser_gets_the_explorer_or_how_to_build_it()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        Assert.Contains("npm run build", await PageAsync("/graphql"), StringComparison.Ordinal);

        Directory.CreateDirectory(Path.Combine(gateway.Folder, "explorer", "assets"));
        await File.WriteAllTextAsync(Path.Combine(gateway.Folder, "explorer", "index.html"), "<p>explorer</p>");
        await File.WriteAllTextAsync(Path.Combine(gateway.Folder, "explorer", "assets", "main-1.js"), "run()");
        Assert.Equal("<p>explorer</p>", await PageAsync("/graphql"));
        using var script = await gateway.Http.GetAsync("/explorer/assets/main-1.js");
        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Equal("run()", await script.Content.ReadAsStringAsync());
        using var outside = await gateway.Http.GetAsync("/explorer/..%2flucky.fusion.graphql");
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);

        async Task<string> PageAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
            using var response = await gateway.Http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }

    private static string? Code(JsonElement body) => body.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();

    internal static Task<ClientWebSocket> ConnectAsync(TestGatewayHost gateway, string payload, string? origin = null) => ConnectAsync(gateway.Socket, payload, origin);

    internal static async Task<ClientWebSocket> ConnectAsync(Uri address, string payload, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await socket.ConnectAsync(address, CancellationToken.None);
        await SendAsync(socket, $$"""{"type":"connection_init","payload":{{payload}}}""");
        Assert.Equal("connection_ack", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        return socket;
    }

    internal static Task SendAsync(ClientWebSocket socket, string message)
        => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    internal static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        var buffer = new byte[16 * 1024];
        var part = await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
        Assert.True(part.MessageType == WebSocketMessageType.Text && part.EndOfMessage, $"closed with {socket.CloseStatus} {socket.CloseStatusDescription}");
        return JsonDocument.Parse(buffer.AsMemory(0, part.Count)).RootElement;
    }
}
