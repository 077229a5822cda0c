using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>A subscription of one client: a listener of the upstream that it shares with equal ones.</summary>
internal sealed class SubscriptionStream(SubscriptionHub hub, OperationPlan plan, OperationRequest request, ulong conditions) : StreamResult
{
    public override bool IsSubscription => true;

    public override ValueTask DisposeAsync() => default;

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = hub.Listen(plan, request, conditions);
        try
        {
            await foreach (var result in listener.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            hub.Leave(listener);
        }
    }
}

/// <summary>
/// One upstream per distinct subscription: same plan, variables, conditions and credentials, compared by value. Every event is
/// resolved and serialised once; listeners get references to the same bytes. The upstream ends with its last listener. Many
/// streams begin with the present state, so an upstream takes new listeners only until its first event, unless told otherwise.
/// </summary>
internal sealed class SubscriptionHub(ExecutionResources resources, FusionOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionKey, Upstream> _joinable = [];
    private readonly HashSet<Upstream> _open = [];
    private bool _disposed;

    /// <summary>The number of upstreams that are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    public SubscriptionListener Listen(OperationPlan plan, OperationRequest request, ulong conditions)
    {
        var headers = RequestHeaders.From(request.State);
        var variables = request.Variables.ValueKind == JsonValueKind.Object ? request.Variables.GetRawText() : "{}";
        // A trace parent is one request's own: it neither separates nor joins subscriptions.
        var key = new SubscriptionKey(plan, variables, headers.Identity, request.OnError);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_joinable.TryGetValue(key, out var upstream))
            {
                upstream = new Upstream(this, key, resources, options, conditions, headers);
                _joinable.Add(key, upstream);
                _open.Add(upstream);
            }

            var listener = new SubscriptionListener(upstream, options.SubscriptionBuffer);
            upstream.Listeners.Add(listener);
            upstream.EnsureStarted();
            return listener;
        }
    }

    public void Leave(SubscriptionListener listener)
    {
        lock (_lock)
        {
            var upstream = listener.Upstream;
            upstream.Listeners.Remove(listener);
            if (upstream.Listeners.Count == 0)
            {
                Close(upstream);
            }
        }

        listener.Complete();
        while (listener.Reader.TryRead(out var unread))
        {
            _ = unread.DisposeAsync();
        }
    }

    /// <summary>Hands a response to every listener. The response's bytes live until the last one has read them.</summary>
    public void Publish(Upstream upstream, PooledBuffer response, bool hasErrors)
    {
        lock (_lock)
        {
            if (!options.JoinRunningSubscriptions)
            {
                Seal(upstream);
            }

            var shared = new SharedBuffer(response, upstream.Listeners.Count + 1);
            for (var i = upstream.Listeners.Count - 1; i >= 0; i--)
            {
                var listener = upstream.Listeners[i];
                if (!listener.TryWrite(new SharedResult(shared, hasErrors)))
                {
                    // Never stall the upstream: who falls behind leaves with an error.
                    shared.Release();
                    upstream.Listeners.RemoveAt(i);
                    listener.Fail("The subscription fell behind and was ended: subscribe again.", ErrorCodes.Limit, null);
                }
            }

            shared.Release();
            if (upstream.Listeners.Count == 0)
            {
                Close(upstream);
            }
        }
    }

    /// <summary>Ends an upstream's listeners, with an error when there is one.</summary>
    public void End(Upstream upstream, SubgraphException? failure, string service)
    {
        lock (_lock)
        {
            foreach (var listener in upstream.Listeners)
            {
                if (failure is null)
                {
                    listener.Complete();
                }
                else
                {
                    listener.Fail(failure.Message, failure.Code, service);
                }
            }

            upstream.Listeners.Clear();
            Close(upstream);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var upstream in _open.ToArray())
            {
                foreach (var listener in upstream.Listeners)
                {
                    listener.Fail("The gateway's schema changed: subscribe again.", GatewayErrorCodes.SubscriptionFailed, null);
                }

                upstream.Listeners.Clear();
                Close(upstream);
            }
        }
    }

    private void Close(Upstream upstream)
    {
        Seal(upstream);
        _open.Remove(upstream);
        upstream.Cancel();
    }

    private void Seal(Upstream upstream)
    {
        if (_joinable.TryGetValue(upstream.Key, out var current) && current == upstream)
        {
            _joinable.Remove(upstream.Key);
        }
    }
}

/// <summary>What makes two subscriptions one.</summary>
internal readonly record struct SubscriptionKey(OperationPlan Plan, string Variables, string Identity, ErrorMode OnError);

/// <summary>The stream of one subgraph behind equal subscriptions.</summary>
internal sealed class Upstream(
    SubscriptionHub hub, SubscriptionKey key, ExecutionResources resources, FusionOptions options, ulong conditions, RequestHeaders headers)
{
    private readonly CancellationTokenSource _cancellation = new();
    private bool _started;

    public SubscriptionKey Key { get; } = key;

    public List<SubscriptionListener> Listeners { get; } = [];

    public void EnsureStarted()
    {
        if (!_started)
        {
            _started = true;
            _ = Task.Run(PumpAsync);
        }
    }

    public void Cancel() => _cancellation.Cancel();

    private async Task PumpAsync()
    {
        var plan = Key.Plan;
        var node = plan.Fetches[0];
        foreach (var fetch in plan.Fetches)
        {
            if (fetch.Kind == FetchKind.Event)
            {
                node = fetch;
            }
        }

        try
        {
            using var parsed = JsonDocument.Parse(Key.Variables);
            using var body = new PooledBuffer(node.BodyPrefix.Length + 256);
            body.Write(node.BodyPrefix);
            body.Write((byte)'{');
            VariableSegment.Write(body, node.Variables, parsed.RootElement);
            body.Write("}}"u8);
            var client = resources.Clients[node.Source!.Id];
            await foreach (var sourceEvent in client.SubscribeAsync(body.Memory, headers, _cancellation.Token).ConfigureAwait(false))
            {
                await HandleAsync(plan, sourceEvent, parsed.RootElement).ConfigureAwait(false);
            }

            hub.End(this, null, client.Name);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            hub.End(this, null, node.Service);
        }
        catch (SubgraphException e)
        {
            hub.End(this, e, node.Service);
        }
        catch (Exception e)
        {
            options.OnDefect?.Invoke(e);
            hub.End(this, new SubgraphException(GatewayErrorCodes.SubscriptionFailed, "The subscription failed in the gateway.", e), node.Service);
        }
    }

    private async Task HandleAsync(OperationPlan plan, PooledBuffer sourceEvent, JsonElement variables)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_cancellation.Token);
        timeout.CancelAfter(options.ExecutionTimeout);
        var execution = new OperationExecution(plan, resources, variables, conditions, headers, timeout.Token);
        using var document = execution.Document;
        await execution.RunAsync(sourceEvent).ConfigureAwait(false);
        _cancellation.Token.ThrowIfCancellationRequested();
        var response = execution.Write(Key.OnError, includePlan: false);
        hub.Publish(this, response, document.Errors.Count > 0);
    }
}

/// <summary>One client's side of a subscription.</summary>
internal sealed class SubscriptionListener(Upstream upstream, int capacity)
{
    // One place more than the buffer, so that a last error always fits.
    private readonly Channel<SingleResult> _channel = Channel.CreateBounded<SingleResult>(new BoundedChannelOptions(capacity + 1) { SingleReader = true });

    public Upstream Upstream { get; } = upstream;

    public ChannelReader<SingleResult> Reader => _channel.Reader;

    public bool TryWrite(SingleResult result) => _channel.Reader.Count < capacity && _channel.Writer.TryWrite(result);

    public void Fail(string message, string code, string? service)
    {
        _channel.Writer.TryWrite(FusionResult.OfError(RequestErrorKind.None, message, code, service));
        _channel.Writer.TryComplete();
    }

    public void Complete() => _channel.Writer.TryComplete();
}

/// <summary>Response bytes with several readers.</summary>
internal sealed class SharedBuffer(PooledBuffer buffer, int references)
{
    private int _references = references;

    public ReadOnlyMemory<byte> Memory => buffer.Memory;

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            buffer.Dispose();
        }
    }
}

/// <summary>One reader's reference to a response.</summary>
internal sealed class SharedResult(SharedBuffer shared, bool hasErrors) : SingleResult
{
    private int _disposed;

    public override ReadOnlyMemory<byte> Json => shared.Memory;

    public override RequestErrorKind RequestError => RequestErrorKind.None;

    public override bool HasErrors => hasErrors;

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            shared.Release();
        }

        return default;
    }
}
