using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Claims;
using LuckyGraph.Engine.Batching;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>What the resolvers and DataLoaders of one request share: caller, state, services, cancellation.</summary>
internal sealed class RequestServices : IAsyncDisposable
{
    private static readonly ClaimsPrincipal Anonymous = new(new ClaimsIdentity());

    private readonly OperationRequest _request;
    private readonly ExecutionEnvironment _environment;
    private readonly CancellationToken _client;
    private readonly bool _hasTimeout;
    private readonly long _started = Stopwatch.GetTimestamp();
    private IDictionary<string, object?>? _state;
    private AsyncServiceScope? _requestScope;
    private CancellationTokenSource? _timeout;
    private CancellationToken _token;
    private bool _hasToken;
    private BatchScheduler? _scheduler;

    public RequestServices(OperationRequest request, ExecutionEnvironment environment, CancellationToken client, bool hasTimeout = true)
    {
        _request = request;
        _environment = environment;
        _client = client;
        _state = request.State;
        _hasTimeout = hasTimeout;
        User = request.User ?? Anonymous;
    }

    public ClaimsPrincipal User { get; }

    /// <summary>Whether the response carries the operation's cost.</summary>
    public bool ReportsCost => _request.Cost == CostMode.Report;

    public TimeSpan HoldTime => _environment.Options.DataLoaderHoldTime;

    public FrozenDictionary<Type, Func<BatchScheduler, IDataLoader>> DataLoaders => _environment.DataLoaders;

    public FrozenDictionary<Type, Action<BatchScheduler, object>[]> LoaderLookups => _environment.LoaderLookups;

    /// <summary>The client's token with the execution timeout; made when something first waits on it.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            if (!_hasTimeout)
            {
                return _client;
            }

            if (Volatile.Read(ref _hasToken))
            {
                return _token;
            }

            lock (this)
            {
                if (_timeout is null)
                {
                    _timeout = CancellationTokenSource.CreateLinkedTokenSource(_client);
                    var left = _environment.Options.ExecutionTimeout - Stopwatch.GetElapsedTime(_started);
                    if (left <= TimeSpan.Zero)
                    {
                        _timeout.Cancel();
                    }
                    else
                    {
                        _timeout.CancelAfter(left);
                    }

                    _token = _timeout.Token;
                    Volatile.Write(ref _hasToken, true);
                }

                return _token;
            }
        }
    }

    /// <summary>The caller's own token.</summary>
    public CancellationToken Client => _client;

    /// <summary>Whether the request ran out of time although the client still waits.</summary>
    public bool IsTimedOut => IsEnded && !_client.IsCancellationRequested;

    /// <summary>Whether the client went away or the request ran out of time, as far as anything waited for it.</summary>
    public bool IsEnded => Volatile.Read(ref _hasToken) ? _token.IsCancellationRequested : _client.IsCancellationRequested;

    public IDictionary<string, object?> GlobalState
    {
        get
        {
            lock (this)
            {
                return _state ??= new ConcurrentDictionary<string, object?>();
            }
        }
    }

    /// <summary>Counts resolvers and dispatches loads. The first call's resolver may ask for it while the run that started it does: there is only one.</summary>
    public BatchScheduler Scheduler
        => _scheduler ?? Interlocked.CompareExchange(ref _scheduler, new BatchScheduler(this), null) ?? _scheduler;

    /// <summary>The scope shared by the whole request: the host's when it gave one.</summary>
    public IServiceProvider RequestScope
    {
        get
        {
            lock (this)
            {
                if (_request.Services is not { } given)
                {
                    return (_requestScope ??= CreateScope()).ServiceProvider;
                }

                Attach(given);
                return given;
            }
        }
    }

    /// <summary>A scope whose services find this request's DataLoaders.</summary>
    public AsyncServiceScope CreateScope()
    {
        var scope = (_request.Services ?? _environment.Services).CreateAsyncScope();
        Attach(scope.ServiceProvider);
        return scope;
    }

    /// <summary>Lifts the time limit: the response goes on, with limits of its own, until <see cref="End"/>.</summary>
    public void KeepOpen()
    {
        _ = CancellationToken;
        _timeout?.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancels what still runs for the request.</summary>
    public void End() => _timeout?.Cancel();

    public ValueTask DisposeAsync()
    {
        _timeout?.Dispose();
        return _requestScope is { } scope ? scope.DisposeAsync() : default;
    }

    private void Attach(IServiceProvider services)
    {
        if (_environment.DataLoaders.Count > 0 && services.GetService<RequestDataLoaders>() is { } loaders)
        {
            loaders.Scheduler = Scheduler;
        }
    }
}

/// <summary>Lets services of a scope take DataLoaders as constructor parameters.</summary>
internal sealed class RequestDataLoaders
{
    public BatchScheduler? Scheduler { get; set; }
}
