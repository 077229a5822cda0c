using System.Collections.Frozen;
using System.Security.Claims;
using LuckyGraph.Engine.Batching;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>What the resolvers and DataLoaders of one request share: caller, state, services, cancellation.</summary>
internal sealed class RequestServices
{
    private static readonly ClaimsPrincipal Anonymous = new(new ClaimsIdentity());

    private readonly OperationRequest _request;
    private readonly IServiceProvider _root;
    private readonly Lock _gate = new();
    private IDictionary<string, object?>? _state;
    private AsyncServiceScope? _requestScope;
    private BatchScheduler? _scheduler;

    public RequestServices(
        OperationRequest request, IServiceProvider root, FrozenDictionary<Type, Func<BatchScheduler, IDataLoader>> dataLoaders, CancellationToken cancellationToken)
    {
        _request = request;
        _root = root;
        _state = request.State;
        DataLoaders = dataLoaders;
        User = request.User ?? Anonymous;
        CancellationToken = cancellationToken;
    }

    public ClaimsPrincipal User { get; }

    public CancellationToken CancellationToken { get; }

    public FrozenDictionary<Type, Func<BatchScheduler, IDataLoader>> DataLoaders { get; }

    public IDictionary<string, object?> GlobalState
    {
        get
        {
            lock (_gate)
            {
                return _state ??= new Dictionary<string, object?>();
            }
        }
    }

    public BatchScheduler Scheduler => _scheduler ??= new BatchScheduler(this);

    /// <summary>The scope shared by the whole request: the host's when it gave one.</summary>
    public IServiceProvider RequestScope
    {
        get
        {
            if (_request.Services is { } given)
            {
                return given;
            }

            lock (_gate)
            {
                return (_requestScope ??= CreateScope(Scheduler)).ServiceProvider;
            }
        }
    }

    /// <summary>A scope whose services find this request's DataLoaders.</summary>
    public AsyncServiceScope CreateScope(BatchScheduler scheduler)
    {
        var scope = (_request.Services ?? _root).CreateAsyncScope();
        if (scope.ServiceProvider.GetService<RequestDataLoaders>() is { } loaders)
        {
            loaders.Scheduler = scheduler;
        }

        return scope;
    }

    public ValueTask DisposeAsync() => _requestScope is { } scope ? scope.DisposeAsync() : default;
}

/// <summary>Lets services of a scope take DataLoaders as constructor parameters.</summary>
internal sealed class RequestDataLoaders
{
    public BatchScheduler? Scheduler { get; set; }
}
