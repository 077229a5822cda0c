using System.Collections.Immutable;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Transport;

/// <summary>
/// Equal queries to one subgraph that are under way at the same time are one request. Equal means the same bytes and the same
/// forwarded headers, compared in full; a hash only finds candidates. The shared request has a lifetime of its own: who gives up
/// waiting does not end it for the others, and it is cancelled when nobody waits any more. Thread-safe.
/// </summary>
internal sealed class InFlightRequests(SubgraphClient client)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FlightKey, Flight> _flights = [];

    public SubgraphClient Client => client;

    /// <summary>How many requests can be joined now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _flights.Count;
            }
        }
    }

    /// <summary>Sends a query, or waits for the answer of an equal one.</summary>
    /// <param name="body">The JSON body. Taken over.</param>
    /// <param name="batch">Whether it holds several variable sets.</param>
    /// <param name="headers">What to forward.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answer's bytes; the caller disposes them, others may read the same.</returns>
    /// <exception cref="SubgraphException">There is no usable answer.</exception>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public Task<PooledBuffer> SendAsync(PooledBuffer body, bool batch, RequestHeaders headers, CancellationToken cancellationToken)
    {
        var key = new FlightKey(body, batch, headers.IdentityFor(client.Options));
        Flight? flight;
        Waiter waiter;
        bool joined;
        lock (_lock)
        {
            joined = _flights.TryGetValue(key, out flight);
            if (!joined)
            {
                flight = new Flight(key, headers);
                _flights.Add(key, flight);
            }

            waiter = new Waiter(this, flight!, headers.Sink, joined);
            flight!.Waiters.Add(waiter);
        }

        waiter.ListenTo(cancellationToken);
        if (joined)
        {
            body.Dispose();
        }
        else
        {
            _ = RunAsync(flight);
        }

        return waiter.Task;
    }

    /// <summary>Lets nobody join what is under way: something has changed that later queries must see.</summary>
    public void Seal()
    {
        lock (_lock)
        {
            _flights.Clear();
        }
    }

    private async Task RunAsync(Flight flight)
    {
        SubgraphAnswer answer = default;
        Exception? failure = null;
        var key = flight.Key;
        try
        {
            answer = await client.AskAsync(key.Body.Memory, key.Batch, mayRepeat: true, flight.Headers, flight.Cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }

        Waiter[] waiters;
        lock (_lock)
        {
            flight.IsOver = true;
            Remove(flight);
            waiters = [.. flight.Waiters];
        }

        key.Body.Dispose();
        if (failure is not null)
        {
            foreach (var waiter in waiters)
            {
                waiter.Fail(failure);
            }
        }
        else if (waiters.Length == 1)
        {
            waiters[0].Answer(answer.Body, answer.Headers);
        }
        else if (waiters.Length == 0)
        {
            answer.Dispose();
        }
        else
        {
            var shares = answer.Body.Share(waiters.Length);
            // Who came first continues here, so the others are woken before.
            for (var i = waiters.Length - 1; i >= 0; i--)
            {
                waiters[i].Answer(shares[i], answer.Headers);
            }
        }
    }

    private void Leave(Waiter waiter, CancellationToken cancellationToken)
    {
        var flight = waiter.Flight;
        bool abandoned;
        lock (_lock)
        {
            if (!flight.Waiters.Remove(waiter))
            {
                return;
            }

            abandoned = flight.Waiters.Count == 0 && !flight.IsOver;
            if (abandoned)
            {
                Remove(flight);
            }
        }

        waiter.TrySetCanceled(cancellationToken);
        if (abandoned)
        {
            flight.Cancellation.Cancel();
        }
    }

    private void Remove(Flight flight)
    {
        if (_flights.TryGetValue(flight.Key, out var current) && current == flight)
        {
            _flights.Remove(flight.Key);
        }
    }

    private sealed class Flight(FlightKey key, RequestHeaders headers)
    {
        public FlightKey Key { get; } = key;

        public RequestHeaders Headers { get; } = headers;

        public List<Waiter> Waiters { get; } = new(1);

        public CancellationTokenSource Cancellation { get; } = new();

        public bool IsOver { get; set; }
    }

    /// <summary>One caller's wait. Those that joined continue elsewhere: one thread does not finish all their requests in a row.</summary>
    private sealed class Waiter(InFlightRequests owner, Flight flight, IResponseHeaderSink? sink, bool joined)
        : TaskCompletionSource<PooledBuffer>(joined ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None)
    {
        private CancellationTokenRegistration _registration;

        public Flight Flight => flight;

        public void ListenTo(CancellationToken cancellationToken)
            => _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Waiter)state!).Leave(token), this);

        public void Answer(PooledBuffer answer, ImmutableArray<HeaderField> headers)
        {
            _registration.Unregister();
            if (!Task.IsCompleted)
            {
                sink?.Add(owner.Client.Name, headers);
            }

            if (!TrySetResult(answer))
            {
                answer.Dispose();
            }
        }

        public void Fail(Exception failure)
        {
            _registration.Unregister();
            TrySetException(failure);
        }

        private void Leave(CancellationToken cancellationToken) => owner.Leave(this, cancellationToken);
    }

    /// <summary>What makes two requests one. The body lives as long as the request that it belongs to.</summary>
    private readonly struct FlightKey(PooledBuffer body, bool batch, string identity) : IEquatable<FlightKey>
    {
        private readonly int _hash = KeyedHash.Of(body.Span) ^ identity.GetHashCode(StringComparison.Ordinal);

        public PooledBuffer Body => body;

        public bool Batch => batch;

        public string Identity => identity;

        public bool Equals(FlightKey other)
            => _hash == other._hash && batch == other.Batch && string.Equals(identity, other.Identity, StringComparison.Ordinal) && body.Span.SequenceEqual(other.Body.Span);

        public override bool Equals(object? obj) => obj is FlightKey other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
