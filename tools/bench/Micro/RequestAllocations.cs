using System.Net;
using System.Net.Sockets;
using System.Text;
using LuckyGraph.Bench.Server;

namespace LuckyGraph.Bench.Micro;

/// <summary>
/// Bytes that a whole HTTP request allocates in the server's process: Kestrel, transport, executor. The client is a plain
/// socket that allocates nothing. The same bytes answered without GraphQL are what Kestrel needs by itself.
/// </summary>
internal static class RequestAllocations
{
    private const int WarmUp = 5_000;
    private const int Requests = 20_000;

    public static async Task<IReadOnlyList<(string What, double Bytes)>> MeasureAsync()
    {
        await using var app = BenchHost.Build("http://127.0.0.1:0");
        GC.KeepAlive(Catalog.Reviews[0]);
        await app.StartAsync();
        var address = new Uri(app.Urls.First());
        var bare = Measure(address, "/bare", Workload.All[1]);
        var hello = Measure(address, "/graphql", Workload.All[0]);
        var flat = Measure(address, "/graphql", Workload.All[1]);
        await app.StopAsync();
        return
        [
            ("HTTP request answered with the flat list's bytes, without GraphQL", bare),
            ("HTTP request `{ hello }` (W1), beyond that", hello - bare),
            ("HTTP request of the flat list of 100 objects (W2), beyond that", flat - bare),
        ];
    }

    private static double Measure(Uri address, string path, Workload workload)
    {
        var body = Encoding.UTF8.GetBytes(workload.Body("0"));
        var request = (byte[])[.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, address.Port);
        var buffer = new byte[256 * 1024];
        for (var i = 0; i < WarmUp; i++)
        {
            Exchange(socket, request, buffer);
        }

        // The least of several rounds: what else the process does in the background is not the request's.
        var least = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Requests / 5; i++)
            {
                Exchange(socket, request, buffer);
            }

            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (Requests / 5.0));
        }

        return least;
    }

    private static void Exchange(Socket socket, byte[] request, byte[] buffer)
    {
        socket.Send(request);
        var (received, expected) = (0, int.MaxValue);
        while (received < expected)
        {
            var count = socket.Receive(buffer.AsSpan(received));
            if (count == 0)
            {
                throw new InvalidOperationException("The server closed the connection.");
            }

            received += count;
            var head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (expected == int.MaxValue && head >= 0)
            {
                expected = head + 4 + ContentLength(buffer.AsSpan(0, head));
            }
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(head));
        }

        var start = head.IndexOf("Content-Length: "u8) + "Content-Length: "u8.Length;
        return System.Buffers.Text.Utf8Parser.TryParse(head[start..], out int length, out _) ? length : throw new InvalidOperationException("No length.");
    }
}
