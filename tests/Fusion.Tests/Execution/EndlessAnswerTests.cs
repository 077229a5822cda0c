using System.Net;
using System.Net.Sockets;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Tests that count what the process allocates run alone.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Answers that do not end: they are read up to the limit, and cost as much.</summary>
[Collection(nameof(AloneCollection))]
public sealed class EndlessAnswerTests
{
    private const int Limit = 4 * 1024 * 1024;

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")]
    public async Task A_body_of_100_MB_is_not_taken(string head)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/graphql");
        var a = await SourceServer.StartAsync("a", "type Query { fast: String }", new() { ["Query.fast"] = (_, _) => "here" });
        var b = await SourceServer.StartAsync("b", "type Query { endless: String }");
        await using var gateway = TestGateway.Over(o => o with { MaxResponseBytes = Limit, Url = o.Url == b.Url ? url : o.Url }, null, a, b);
        const string Query = "{ fast endless }";
        await AnswerAsync(gateway, listener, Query, head);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var (result, sent) = await AnswerAsync(gateway, listener, Query, head);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Contains("""{"fast":"here","endless":null}""", result, StringComparison.Ordinal);
        Assert.Equal(["SUBGRAPH_INVALID_RESPONSE"], FailureTests.Codes(result));
        Assert.True(sent < 60_000_000, $"{sent} bytes were taken");
        Assert.True(allocated < 6L * Limit, $"{allocated} bytes were allocated");
    }

    private static async Task<(string Result, long Sent)> AnswerAsync(TestGateway gateway, TcpListener listener, string query, string head)
    {
        var running = gateway.RunAsync(query);
        using var client = await listener.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(60));
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)' ');
        var sent = 0L;
        try
        {
            await client.ReceiveAsync(chunk);
            await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(head));
            Array.Fill(chunk, (byte)' ');
            while (sent < 100_000_000)
            {
                sent += await client.SendAsync(chunk);
            }
        }
        catch (SocketException)
        {
            // The gateway has closed the connection.
        }

        return (await running.WaitAsync(TimeSpan.FromSeconds(60)), sent);
    }
}
