using System.Net;
using System.Net.Sockets;

namespace LuckyGraph.Cli.Infrastructure;

/// <summary>TCP ports of the loopback address.</summary>
public static class FreePort
{
    // Below the range from which the system takes the ports of outgoing connections: none of those can take a port between
    // the moment it is chosen and the moment a program listens on it.
    private const int First = 10_000;
    private const int Last = 32_767;
    private static readonly Lock s_lock = new();
    private static readonly HashSet<int> s_taken = [];

    /// <summary>A port that nobody listens on; never the same twice in one process.</summary>
    public static int Next() => NextBlock([0]);

    /// <summary>A port <c>p</c> such that nobody listens on <c>p + offset</c>, for any of the offsets.</summary>
    public static int NextBlock(IReadOnlyList<int> offsets)
    {
        lock (s_lock)
        {
            while (true)
            {
                var start = Random.Shared.Next(First, Last - offsets.Max() + 1);
                if (offsets.All(o => !s_taken.Contains(start + o) && CanListen(start + o)))
                {
                    s_taken.UnionWith(offsets.Select(o => start + o));
                    return start;
                }
            }
        }
    }

    private static bool CanListen(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether somebody accepts connections on a port.</summary>
    public static async Task<bool> IsOpenAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        using var client = new TcpClient();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await client.ConnectAsync(host, port, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
