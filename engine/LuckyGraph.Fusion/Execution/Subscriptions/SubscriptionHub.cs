using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What makes two subscriptions one.</summary>
internal readonly record struct SubscriptionKey(OperationPlan Plan, string Variables, string Identity, ErrorMode OnError);

/// <summary>
/// One upstream per distinct subscription: same plan, variables, conditions and identity, compared by value. Every event is
/// resolved and serialised once; listeners get references to the same bytes. The upstream ends with its last listener. Many
/// streams begin with the present state, so an upstream takes new listeners only until its first event, unless told otherwise.
/// </summary>
internal sealed class SubscriptionHub(ExecutionResources resources, FusionOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionKey, Upstream> _joinable = [];
    private readonly HashSet<Upstream> _open = [];
    private readonly Dictionary<string, int> _listenersOf = new(StringComparer.Ordinal);
    private int _listeners;
    private bool _ended;

    /// <summary>The number of upstreams that are open.</summary>
    public int Upstreams
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>The number of clients' subscriptions.</summary>
    public int Listeners
    {
        get
        {
            lock (_lock)
            {
                return _listeners;
            }
        }
    }

    /// <summary>Adds a listener, of an equal subscription's upstream where there is one.</summary>
    /// <exception cref="StreamInterruptedException">The schema has been replaced.</exception>
    public bool TryListen(
        OperationPlan plan, OperationRequest request, ulong conditions,
        [NotNullWhen(true)] out SubscriptionListener? listener, [NotNullWhen(false)] out SingleResult? refusal)
    {
        var given = RequestHeaders.From(request.State);
        // The response's header is sent before the first event: nothing can be added to it.
        var headers = given.Sink is null ? given : new RequestHeaders(given.Authorization, given.TraceParent, given.Fields);
        var variables = request.Variables.ValueKind == JsonValueKind.Object ? request.Variables.GetRawText() : "{}";
        // A trace parent is one request's own: it neither separates nor joins subscriptions.
        var key = new SubscriptionKey(plan, variables, headers.Identity, request.OnError);
        var (caller, most) = CallerOf(request, headers);
        lock (_lock)
        {
            if (_ended)
            {
                throw Replaced();
            }

            var ofCaller = caller is null ? 0 : _listenersOf.GetValueOrDefault(caller);
            refusal = _listeners >= options.MaxSubscriptions ? Refusal($"The gateway serves {options.MaxSubscriptions} subscriptions at a time.")
                : caller is not null && ofCaller >= most ? Refusal($"One caller may have {most} subscriptions at a time.")
                : null;
            if (refusal is not null)
            {
                listener = null;
                return false;
            }

            listener = null;
            while (listener is null)
            {
                if (!_joinable.TryGetValue(key, out var upstream))
                {
                    upstream = new Upstream(this, key, resources, options, conditions, headers);
                    _joinable.Add(key, upstream);
                    _open.Add(upstream);
                    SubscriptionMetrics.Upstreams.Add(1);
                }

                listener = upstream.TryAdd(options.SubscriptionBuffer, caller);
                if (listener is null)
                {
                    // It has just lost its last listener, or ended.
                    _joinable.Remove(key);
                }
            }

            _listeners++;
            if (caller is not null)
            {
                _listenersOf[caller] = ofCaller + 1;
            }
        }

        SubscriptionMetrics.Active.Add(1);
        return true;
    }

    /// <summary>The listener's reader has gone, or has read the end.</summary>
    public void Leave(SubscriptionListener listener)
    {
        var upstream = listener.Upstream;
        upstream.Remove(listener);
        listener.Complete();
        while (listener.Reader.TryRead(out var unread))
        {
            _ = unread.DisposeAsync();
        }

        lock (_lock)
        {
            _listeners--;
            if (listener.Caller is { } caller)
            {
                var left = _listenersOf[caller] - 1;
                if (left == 0)
                {
                    _listenersOf.Remove(caller);
                }
                else
                {
                    _listenersOf[caller] = left;
                }
            }
        }

        SubscriptionMetrics.Active.Add(-1);
    }

    /// <summary>Lets nobody join an upstream from now on.</summary>
    public void Seal(Upstream upstream)
    {
        lock (_lock)
        {
            if (_joinable.TryGetValue(upstream.Key, out var current) && current == upstream)
            {
                _joinable.Remove(upstream.Key);
            }
        }
    }

    /// <summary>Forgets an upstream that is over.</summary>
    public void Forget(Upstream upstream)
    {
        Seal(upstream);
        bool wasOpen;
        lock (_lock)
        {
            wasOpen = _open.Remove(upstream);
        }

        if (wasOpen)
        {
            SubscriptionMetrics.Upstreams.Add(-1);
        }
    }

    /// <summary>Ends all subscriptions in a way that tells clients to subscribe again.</summary>
    public void EndAll()
    {
        Upstream[] open;
        lock (_lock)
        {
            _ended = true;
            open = [.. _open];
        }

        foreach (var upstream in open)
        {
            upstream.Interrupt(Replaced());
        }
    }

    public void Dispose() => EndAll();

    /// <summary>Who a subscription counts for, and how many it may have; null for those that are not told apart.</summary>
    private (string? Caller, int Most) CallerOf(OperationRequest request, RequestHeaders headers)
        => headers.Authorization is not null || options.ClientOf is null
            ? (headers.Identity.Length > 0 ? headers.Identity : null, options.MaxSubscriptionsPerCaller)
            // No header value begins with a line feed: a client is nobody's credentials.
            : (options.ClientOf(request) is { } client ? "\n" + client : null, options.MaxSubscriptionsPerClient);

    private static StreamInterruptedException Replaced()
        => new("The gateway's schema changed: subscribe again.", GatewayErrorCodes.SchemaChanged);

    private static FusionResult Refusal(string message) => FusionResult.OfError(RequestErrorKind.None, message, ErrorCodes.Limit);
}
