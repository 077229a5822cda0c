using System.Text.Json;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class ReloadTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_gateway_is_ready_once_a_schema_is_there()
    {
        await using var gateway = await TestGatewayHost.StartAsync(withSchema: false);
        Assert.Equal(503, (await HealthAsync(gateway)).Status);
        Assert.Equal(503, (await gateway.PostAsync("{ hello }")).Status);
        using var live = await gateway.Http.GetAsync("/health/live");
        Assert.True(live.IsSuccessStatusCode);

        gateway.ReplaceSchema(AccountsServer.ExecutionSchema());
        await UntilAsync(async () => (await HealthAsync(gateway)).Status == 200);

        Assert.Equal(200, (await gateway.PostAsync("{ hello }")).Status);
    }

    [Fact]
    public async Task A_changed_schema_is_taken_over_without_dropping_a_request()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answers = 0;
            while (!stop.IsCancellationRequested)
            {
                var (status, body) = await gateway.PostAsync("{ hello }");
                Assert.True(status == 200 && !body.TryGetProperty("errors", out var _), body.GetRawText());
                answers++;
            }

            return answers;
        })).ToArray();

        for (var i = 0; i < 3; i++)
        {
            gateway.ReplaceSchema(AccountsServer.ExecutionSchema(withAdded: true));
            await UntilAsync(async () => (await gateway.PostAsync("{ added }")).Body.TryGetProperty("data", out _));
            gateway.ReplaceSchema(AccountsServer.ExecutionSchema());
            await UntilAsync(async () => !(await gateway.PostAsync("{ added }")).Body.TryGetProperty("data", out _));
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(clients).WaitAsync(s_patience), static answers => Assert.True(answers > 10));
    }

    [Fact]
    public async Task A_reload_closes_sockets_that_subscribe_so_that_their_clients_begin_again()
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        using (var socket = await SubscribedAsync())
        {
            await gateway.Accounts.Ticks.Writer.WriteAsync(1);
            Assert.Equal(1, await TickAsync(socket));
            gateway.ReplaceSchema(AccountsServer.ExecutionSchema(withAdded: true));

            using var patience = new CancellationTokenSource(s_patience);
            var closed = await socket.ReceiveAsync(new byte[1024].AsMemory(), patience.Token);
            Assert.Equal(System.Net.WebSockets.WebSocketMessageType.Close, closed.MessageType);
            Assert.Equal(1001, (int)socket.CloseStatus!);
        }

        await gateway.Accounts.TicksEnded.WaitAsync(s_patience);
        using var second = await SubscribedAsync();
        await gateway.Accounts.Ticks.Writer.WriteAsync(2);
        Assert.Equal(2, await TickAsync(second));

        async Task<System.Net.WebSockets.ClientWebSocket> SubscribedAsync()
        {
            var socket = await GatewayHostTests.ConnectAsync(gateway, "{}");
            await GatewayHostTests.SendAsync(socket, """{"id":"s","type":"subscribe","payload":{"query":"subscription { ticks }"}}""");
            return socket;
        }

        static async Task<int> TickAsync(System.Net.WebSockets.ClientWebSocket socket)
            => (await GatewayHostTests.ReceiveAsync(socket)).GetProperty("payload").GetProperty("data").GetProperty("ticks").GetInt32();
    }

    [Theory]
    [InlineData("type Query {")]
    [InlineData("type Query { a: Int }")]
    [InlineData("")]
    public async Task A_file_that_is_no_execution_schema_changes_nothing(string broken)
    {
        await using var gateway = await TestGatewayHost.StartAsync();
        var before = await HealthAsync(gateway);

        gateway.ReplaceSchema(broken);
        await UntilAsync(async () => (await HealthAsync(gateway)).Body.GetProperty("problem").ValueKind == JsonValueKind.String);

        Assert.Equal(200, (await gateway.PostAsync("{ hello }")).Status);
        var after = await HealthAsync(gateway);
        Assert.Equal(200, after.Status);
        Assert.Equal(before.Body.GetProperty("schema").GetString(), after.Body.GetProperty("schema").GetString());
    }

    private static async Task<(int Status, JsonElement Body)> HealthAsync(TestGatewayHost gateway)
    {
        using var response = await gateway.Http.GetAsync("/health/ready");
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(s_patience);
        while (!await condition())
        {
            await Task.Delay(20, timeout.Token);
        }
    }
}
