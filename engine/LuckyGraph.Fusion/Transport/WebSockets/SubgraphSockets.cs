using System.Runtime.CompilerServices;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Transport;

/// <summary>
/// Subscriptions to one subgraph over graphql-transport-ws. Subscriptions of one identity share a connection, up to a number;
/// a connection closes with its last subscription.
/// </summary>
internal sealed class SubgraphSockets(string name, SubgraphOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<SubgraphSocket>> _sockets = new(StringComparer.Ordinal);

    /// <summary>Subscribes and reads the responses.</summary>
    /// <param name="body">The request as JSON: the payload of the <c>subscribe</c> message.</param>
    /// <param name="headers">What to forward.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    public async IAsyncEnumerable<PooledBuffer> SubscribeAsync(
        ReadOnlyMemory<byte> body, RequestHeaders headers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var identity = headers.IdentityFor(options);
        var (socket, operation) = Reserve(identity, headers);
        try
        {
            await socket.StartAsync(operation, body, cancellationToken).ConfigureAwait(false);
            await foreach (var response in operation.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return response;
            }
        }
        finally
        {
            socket.End(operation);
            Release(identity, socket);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var socket in _sockets.Values.SelectMany(static list => list))
            {
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    private (SubgraphSocket Socket, SocketSubscription Operation) Reserve(string identity, RequestHeaders headers)
    {
        lock (_lock)
        {
            if (!_sockets.TryGetValue(identity, out var list))
            {
                _sockets.Add(identity, list = []);
            }

            list.RemoveAll(static socket => socket.IsBroken);
            foreach (var socket in list)
            {
                if (socket.TryReserve(options.MaxSubscriptionsPerSocket) is { } operation)
                {
                    return (socket, operation);
                }
            }

            var fresh = new SubgraphSocket(name, options, headers);
            list.Add(fresh);
            return (fresh, fresh.TryReserve(1)!);
        }
    }

    private void Release(string identity, SubgraphSocket socket)
    {
        lock (_lock)
        {
            if (!socket.IsIdle)
            {
                return;
            }

            if (_sockets.TryGetValue(identity, out var list))
            {
                list.Remove(socket);
                if (list.Count == 0)
                {
                    _sockets.Remove(identity);
                }
            }
        }

        socket.Dispose();
    }
}
