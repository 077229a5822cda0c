using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Events;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>The stream of one subgraph behind equal subscriptions, and those who listen to it.</summary>
internal sealed class Upstream(
    SubscriptionHub hub, SubscriptionKey key, ExecutionResources resources, FusionOptions options, ulong conditions, RequestHeaders headers)
{
    private readonly Lock _lock = new();
    private readonly List<SubscriptionListener> _listeners = [];
    private readonly CancellationTokenSource _cancellation = new();
    // A topic has no present state that it could begin with.
    private readonly bool _isEventStream = Array.Exists([.. key.Plan.Fetches], static f => f is { Kind: FetchKind.Event, Source.IsEventStream: true });
    private bool _started;
    private bool _sealed;
    private bool _closed;

    public SubscriptionKey Key { get; } = key;

    /// <summary>Adds a listener and starts with the first; null when the upstream is over.</summary>
    public SubscriptionListener? TryAdd(int buffer, string? caller)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return null;
            }

            var listener = new SubscriptionListener(this, buffer, caller) { Index = _listeners.Count };
            _listeners.Add(listener);
            if (!_started)
            {
                _started = true;
                _ = Task.Run(PumpAsync);
            }

            return listener;
        }
    }

    /// <summary>Takes a listener out; with the last one the upstream ends.</summary>
    public void Remove(SubscriptionListener listener)
    {
        lock (_lock)
        {
            if (listener.Index < 0)
            {
                return;
            }

            RemoveAt(listener.Index);
            if (_listeners.Count > 0 || _closed)
            {
                return;
            }

            _closed = true;
        }

        Close();
    }

    /// <summary>Ends the upstream and its listeners with an exception that transports understand.</summary>
    public void Interrupt(StreamInterruptedException reason) => End(listener => listener.Complete(reason));

    private void Publish(PooledBuffer response, bool hasErrors)
    {
        if (!_sealed && !options.JoinRunningSubscriptions && !_isEventStream)
        {
            _sealed = true;
            hub.Seal(this);
        }

        var dropped = 0;
        lock (_lock)
        {
            var shared = new SharedBuffer(response, _listeners.Count + 1);
            for (var i = _listeners.Count - 1; i >= 0; i--)
            {
                var listener = _listeners[i];
                if (listener.TryWrite(new SharedResult(shared, hasErrors)))
                {
                    continue;
                }

                dropped++;
                // Never stall the upstream: who falls behind loses the oldest event, or leaves with an error.
                if (options.SubscriptionOverflow == SubscriptionOverflow.DropOldest && listener.TryReplaceOldest(new SharedResult(shared, hasErrors)))
                {
                    continue;
                }

                shared.Release();
                if (options.SubscriptionOverflow == SubscriptionOverflow.Disconnect)
                {
                    RemoveAt(i);
                    listener.Fail("The subscription fell behind and was ended: subscribe again.", ErrorCodes.Limit, null);
                }
            }

            shared.Release();
            SubscriptionMetrics.Events.Add(1);
            if (dropped > 0)
            {
                SubscriptionMetrics.Dropped.Add(dropped, options.SubscriptionOverflow == SubscriptionOverflow.DropOldest
                    ? SubscriptionMetrics.Oldest : SubscriptionMetrics.Disconnect);
            }

            if (_listeners.Count > 0 || _closed)
            {
                return;
            }

            _closed = true;
        }

        Close();
    }

    private void Fail(SubgraphException failure, string service) => End(listener => listener.Fail(failure.Message, failure.Code, service));

    private void End(Action<SubscriptionListener> end)
    {
        lock (_lock)
        {
            foreach (var listener in _listeners)
            {
                listener.Index = -1;
                end(listener);
            }

            _listeners.Clear();
            _closed = true;
        }

        Close();
    }

    private void Close()
    {
        hub.Forget(this);
        _cancellation.Cancel();
    }

    private void RemoveAt(int index)
    {
        _listeners[index].Index = -1;
        var last = _listeners.Count - 1;
        if (index != last)
        {
            _listeners[index] = _listeners[last];
            _listeners[index].Index = index;
        }

        _listeners.RemoveAt(last);
    }

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
            var events = _isEventStream
                ? new EventStreamFetch(node, resources.Schema).ReadAsync(options.EventStreams, parsed.RootElement, _cancellation.Token)
                : Subscribe(node, body, parsed.RootElement);
            await foreach (var sourceEvent in events.ConfigureAwait(false))
            {
                await HandleAsync(plan, sourceEvent, parsed.RootElement).ConfigureAwait(false);
            }

            End(static listener => listener.Complete());
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            End(static listener => listener.Complete());
        }
        catch (SubgraphException e)
        {
            Fail(e, node.Service);
        }
        catch (Exception e)
        {
            options.OnDefect?.Invoke(e);
            Fail(new SubgraphException(GatewayErrorCodes.SubscriptionFailed, "The subscription failed in the gateway.", e), node.Service);
        }
    }

    private IAsyncEnumerable<PooledBuffer> Subscribe(FetchNode node, PooledBuffer body, JsonElement variables)
    {
        body.Write(node.BodyPrefix);
        body.Write((byte)'{');
        VariableSegment.Write(body, node.Variables, variables);
        body.Write("}}"u8);
        return resources.Clients[node.Source!.Id].SubscribeAsync(body.Memory, headers, _cancellation.Token);
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
        Publish(response, document.Errors.Count > 0);
    }
}
