using System.Text.Json;
using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Uploads;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Executes requests against the server's own schema (6.1 ExecuteRequest): compiled document from the cache, variables, effects
/// by levels, then the response in one pass.
/// </summary>
internal sealed partial class RequestExecutor : IRequestExecutor
{
    private readonly ExecutionEnvironment _environment;
    private readonly DocumentCache _documents;
    private readonly CostModel _costs;

    public RequestExecutor(ExecutionEnvironment environment)
    {
        _environment = environment;
        _costs = new CostModel(environment.Schema, environment.Options.Cost);
        _documents = new DocumentCache(
            environment.Options.DocumentCacheSize,
            source => CompiledDocument.Create(environment.Schema, environment.Options, source));
    }

    /// <inheritdoc />
    public Schema Schema => _environment.Schema;

    /// <inheritdoc />
    public ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TryPrepare(request, out var operation, out var refusal))
        {
            return new ValueTask<ExecutionResult>(refusal);
        }

        if (!TryVariables(operation, request.Variables, VariableFiles.Of(request), out var set, out refusal))
        {
            return new ValueTask<ExecutionResult>(refusal);
        }

        if (CheckCost(request, operation, set) is { } priced)
        {
            return new ValueTask<ExecutionResult>(priced);
        }

        if (operation.DeliversIncrementally && request.AllowIncremental && (_environment.Options.EnableDefer || _environment.Options.EnableStream))
        {
            return ExecuteIncrementalAsync(request, operation, set, cancellationToken);
        }

        return ExecuteAsync(request, operation, set, cancellationToken);
    }

    private ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CompiledOperation operation, VariableSet set, CancellationToken cancellationToken)
    {
        switch (operation.Kind)
        {
            case OperationKind.Subscription when !request.AllowStream:
                return new ValueTask<ExecutionResult>(Refuse(RequestErrorKind.BadRequest, "Subscriptions need a transport that streams.", ErrorCodes.BadRequest));
            case OperationKind.Subscription:
                return SubscribeAsync(request, operation, set, cancellationToken);
            case OperationKind.Query when operation.Root.For(set).Resolve.Length == 0:
                return new ValueTask<ExecutionResult>(ExecutePure(request, operation, set, cancellationToken));
            default:
                return ExecuteSingleAsync(request, operation, set, cancellationToken);
        }
    }

    private bool TryPrepare(
        OperationRequest request,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CompiledOperation? operation,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out SingleResult? refusal)
    {
        operation = null;
        if (request.Document.IsEmpty && request.DocumentId is not null)
        {
            refusal = Refuse(RequestErrorKind.BadRequest, "The persisted operation is unknown.", ErrorCodes.PersistedNotFound);
            return false;
        }

        var document = _documents.Get(request.Document);
        if (!document.Errors.IsEmpty)
        {
            refusal = BufferedResult.OfErrors(_environment, document.ErrorKind, document.Errors);
            return false;
        }

        var selected = document.Operation(request.OperationName);
        operation = selected.Operation;
        if (operation is null)
        {
            refusal = BufferedResult.OfErrors(_environment, RequestErrorKind.Validation, [selected.Error!]);
            return false;
        }

        if (request.ReadOnly && operation.Kind == OperationKind.Mutation)
        {
            refusal = Refuse(RequestErrorKind.MethodNotAllowed, "Mutations need POST.", ErrorCodes.BadRequest);
            return false;
        }

        refusal = null;
        return true;
    }

    private bool TryVariables(
        CompiledOperation operation,
        JsonElement json,
        VariableFiles? files,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VariableSet? set,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out SingleResult? refusal)
    {
        refusal = null;
        if (operation.WithoutVariables is { } shared && files is null && json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object)
        {
            set = shared;
            return true;
        }

        if (!operation.Variables.TryCoerce(json, files, out var values, out var errors))
        {
            set = null;
            refusal = BufferedResult.OfErrors(_environment, RequestErrorKind.Validation, errors);
            return false;
        }

        set = new VariableSet(operation, values);
        return true;
    }

    /// <summary>The answer in place of an execution: the operation is too dear, or only its cost is asked for. Null when it may run.</summary>
    private BufferedResult? CheckCost(OperationRequest request, CompiledOperation operation, VariableSet set)
    {
        var options = _costs.Options;
        if (request.Cost == CostMode.None && !options.Enforce)
        {
            return null;
        }

        if (request.Cost == CostMode.Unknown || (request.Cost != CostMode.None && !options.AllowReports))
        {
            var reason = options.AllowReports ? "GraphQL-Cost is \"report\" or \"validate\"." : "Costs are not reported here.";
            return BufferedResult.OfErrors(_environment, RequestErrorKind.BadRequest, [new GraphQLError(reason) { Code = ErrorCodes.BadRequest }]);
        }

        var cost = operation.Cost ??= OperationCost.Of(_costs, operation.Document, operation.Definition);
        if (request.Cost != CostMode.Validate && cost.IsAlwaysAllowed)
        {
            return null;
        }

        var (figures, error) = cost.With(set.Values, options);
        if (error is not null)
        {
            return BufferedResult.OfErrors(_environment, RequestErrorKind.Validation, [error]);
        }

        if (request.Cost != CostMode.Validate)
        {
            return null;
        }

        using var writer = new ResponseWriter();
        writer.WriteByte((byte)'{');
        OperationCost.Write(writer, figures);
        writer.WriteByte((byte)'}');
        return BufferedResult.From(writer, RequestErrorKind.None, hasErrors: false);
    }

    private SingleResult Timeout()
        => Refuse(RequestErrorKind.Timeout, $"The request took longer than {_environment.Options.ExecutionTimeout.TotalSeconds:0.###} s.", ErrorCodes.Timeout);

    private SingleResult TooLarge(ResponseTooLargeException exception) => Refuse(RequestErrorKind.None, exception.Message, ErrorCodes.Limit);

    private SingleResult Refuse(RequestErrorKind kind, string message, string code)
        => BufferedResult.OfErrors(_environment, kind, [new GraphQLError(message) { Code = code }]);
}
