using System.Buffers;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// One run of an operation for one or more variable sets. The resolve phase walks breadth-first from level to level: it starts
/// every effect of a level, waits until all are done (which is when DataLoaders load), and makes the frames of the next level
/// from the results. Selection sets without effects are never visited. <see cref="ResultWriter"/> is the second phase.
/// </summary>
internal sealed partial class OperationRun : IDisposable
{
    private FieldContext?[] _contexts = [];
    private int _pending;
    private int _mostPending;
    private List<BatchFieldContext>? _batches;
    // Made when there is something to resolve.
    private ResolveLevel? _level;
    private ResolveLevel? _next;
    private List<(ResolveGroup Group, ResolveStep Step)>? _started;
    private Dictionary<Selection, FieldFailure?>? _authorizations;
    private readonly object? _event;
    private readonly bool _sharesScope;
    private ResolverState? _state;

    public OperationRun(ExecutionEnvironment environment, CompiledOperation operation, VariableSet[] sets, RequestServices services, object? eventMessage = null)
    {
        Environment = environment;
        Operation = operation;
        Sets = sets;
        Services = services;
        _sharesScope = operation.Kind == Language.OperationKind.Mutation
            || (operation.Kind == Language.OperationKind.Subscription && eventMessage is null);
        _event = eventMessage;
        Store = new FrameStore(operation.ExpectedSize.Frames, operation.ExpectedSize.Slots);
        Errors = new ResponseErrors[sets.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            Errors[i] = new ResponseErrors(environment, operation);
        }
    }

    public ExecutionEnvironment Environment { get; }
    public CompiledOperation Operation { get; }
    public VariableSet[] Sets { get; }
    public RequestServices Services { get; }
    public FrameStore Store { get; }
    /// <summary>The errors of each set.</summary>
    public ResponseErrors[] Errors { get; }
    /// <summary>The scoped and local state of resolver calls.</summary>
    public ResolverState State
        => _state ?? Interlocked.CompareExchange(ref _state, new ResolverState(Store), null) ?? _state;

    /// <summary>Drops the local state of a call that is done, if it has any.</summary>
    public void ForgetLocalState(FieldContext call) => _state?.Forget(call);

    /// <summary>
    /// Whether a resolver's services are the request's: those of mutations, which run one after another. What is selected below
    /// them runs side by side, as in queries, so that no two calls may share what is for one at a time, such as a <c>DbContext</c>.
    /// </summary>
    public bool SharesScope(Selection selection) => _sharesScope && ReferenceEquals(selection.DeclaringType, Operation.RootType);

    /// <summary>Adds the root frame of a set.</summary>
    public int AddRoot(int set, object? rootValue)
        => Store.Add(Operation.Root.For(Sets[set]), rootValue ?? RootValue.None, parent: -1, via: null, index: -1, outer: null, set);

    /// <summary>Resolves all effects of the given root frames and below.</summary>
    public ValueTask ResolveAsync(ReadOnlySpan<int> roots)
    {
        foreach (var root in roots)
        {
            if (Store.Frame(root).Plan.Resolve.Length > 0)
            {
                Level.For(Store.Frame(root).Plan).Frames.Add(root);
            }
        }

        return ResolveAddedAsync();
    }

    /// <summary>Resolves one selection of a root frame and below: a mutation's field.</summary>
    public ValueTask ResolveAsync(int root, ResolveStep only)
    {
        Level.For(Store.Frame(root).Plan, only).Frames.Add(root);
        return ResolveAddedAsync();
    }

    /// <summary>Opens the source stream of a subscription's root field (6.2.3.1 CreateSourceEventStream).</summary>
    public async ValueTask<(IAsyncEnumerable<object?>? Source, GraphQLError? Error)> OpenSourceAsync(object? rootValue)
    {
        var root = AddRoot(0, rootValue);
        var plan = Store.Frame(root).Plan;
        if (plan.Resolve is not [{ Selection: { Kind: FieldKind.Subscription } selection }])
        {
            return (null, new GraphQLError("A subscription selects exactly one field.") { Code = ErrorCodes.Validation });
        }

        if (await FieldAuthorization.CheckAsync(selection.Field, Services).ConfigureAwait(false) is { } denied)
        {
            return (null, denied.Error);
        }

        var context = new FieldContext(this) { Selection = selection, Frame = root, ParentValue = rootValue };
        try
        {
            context.BoundArguments = Sets[0].Arguments(selection);
            var opening = selection.Binding.SubscribeAsync(selection.BindingIndex, context);
            if (!opening.IsCompleted)
            {
                Services.Scheduler.ResolverStarted();
                var task = opening.AsTask();
                task.GetAwaiter().UnsafeOnCompleted(Services.Scheduler.ResolverCompleted);
                await Services.Scheduler.DrainAsync().ConfigureAwait(false);
                opening = new ValueTask<IAsyncEnumerable<object?>>(task);
            }

            return (await opening.ConfigureAwait(false), null);
        }
        catch (Exception exception)
        {
            return (null, FailField(exception).Error);
        }
    }

    /// <summary>Makes the failure of an exception; a cancelled run ends instead.</summary>
    public FieldFailure Fail(Exception exception) => new(Environment.ToError(exception));

    /// <summary>The response path of a field of a frame.</summary>
    public ResponsePath PathOf(int frame, Selection selection)
    {
        // Frames of this level are not added to while resolvers run on other threads: the arrays stay in place.
        return ResponsePath.Append(Store.PathOf(frame), selection.ResponseName);
    }

    /// <summary>Adds an error that a resolver reports beside its result.</summary>
    public void ReportError(int frame, Selection selection, GraphQLError error)
    {
        var set = Store.Frame(frame).Set;
        Errors[set].Add(error, selection, Sets[set], PathOf(frame, selection).ToSegments());
    }

    /// <summary>Whether a field below a selection is included.</summary>
    public bool IsSelected(Selection selection, int frame, string path)
        => Execution.SelectedFields.Contains(Environment.Schema, selection, Sets[Store.Frame(frame).Set], path);

    /// <summary>Adds the names of the fields selected below a path under a selection.</summary>
    public void SelectedFields(Selection selection, int frame, string path, ISet<string> names)
        => Execution.SelectedFields.Collect(Environment.Schema, selection, Sets[Store.Frame(frame).Set], path, names);

    /// <summary>Gives pooled memory back; only for runs whose resolvers are all done.</summary>
    public void Dispose()
    {
        var expected = Operation.ExpectedSize;
        if (Store.FrameCount > expected.Frames || Store.SlotCount > expected.Slots || _mostPending > expected.Calls)
        {
            Operation.ExpectedSize = new RunSize(
                Math.Min(4_096, Math.Max(Store.FrameCount, expected.Frames)),
                Math.Min(16_384, Math.Max(Store.SlotCount, expected.Slots)),
                Math.Min(4_096, Math.Max(_mostPending, expected.Calls)));
        }

        if (HasSources)
        {
            // Their resolvers may still ask for their path.
            return;
        }

        Store.Dispose();
        if (_contexts.Length > 0)
        {
            ArrayPool<FieldContext?>.Shared.Return(_contexts, clearArray: true);
            _contexts = [];
        }
    }

    private ResolveLevel Level => _level ??= new ResolveLevel();

    private FieldFailure FailField(Exception exception)
    {
        if (exception is OperationCanceledException && Services.Client.IsCancellationRequested)
        {
            throw exception;
        }

        return exception is CoercionException ? new FieldFailure(Environment.ToError(exception) with { Code = ErrorCodes.Variables }) : Fail(exception);
    }
}
