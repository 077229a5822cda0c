using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Execution;

/// <content>What stands between a request and its execution: malformed requests, access rules and what the operation costs.</content>
public sealed partial class FusionRequestExecutor
{
    private static FusionResult? Refuse(OperationRequest request)
    {
        if (request.Files is { Count: > 0 })
        {
            return FusionResult.OfError(RequestErrorKind.BadRequest, "Files are not forwarded to subgraphs: upload them to the subgraph itself.", ErrorCodes.BadRequest);
        }

        if (!request.Document.IsEmpty)
        {
            return null;
        }

        return request.DocumentId is null
            ? FusionResult.OfError(RequestErrorKind.BadRequest, "The request has no document.", ErrorCodes.BadRequest)
            : FusionResult.OfError(RequestErrorKind.BadRequest, "The persisted operation is unknown.", ErrorCodes.PersistedNotFound);
    }

    private FusionResult? Refuse(OperationRequest request, PreparedOperation operation)
    {
        if (operation.Plan is not { } plan)
        {
            return FusionResult.OfErrors(operation.ErrorKind, operation.Errors);
        }

        if (request.ReadOnly && plan.Operation == OperationKind.Mutation)
        {
            return FusionResult.OfError(RequestErrorKind.MethodNotAllowed, "Mutations need POST.", ErrorCodes.BadRequest);
        }

        if (operation.Introspects && _options.AllowIntrospection?.Invoke(request) == false)
        {
            return FusionResult.OfError(RequestErrorKind.Validation, "Introspection is not allowed here.", GatewayErrorCodes.IntrospectionDisabled);
        }

        return !request.AllowStream && plan.Operation == OperationKind.Subscription
            ? FusionResult.OfError(RequestErrorKind.BadRequest, "Subscriptions need a transport that streams.", ErrorCodes.BadRequest)
            : null;
    }

    /// <summary>The operation as the caller may see it, or why it cannot be served so.</summary>
    private async ValueTask<(PreparedOperation Operation, PlanningException? Failure)> GrantAsync(OperationRequest request, PreparedOperation operation, CancellationToken cancellationToken)
    {
        var denied = 0UL;
        for (var i = 0; i < operation.AccessRules.Length; i++)
        {
            var rule = FusionSchema.Access.All[operation.AccessRules[i]];
            if (!await CallerAccess.MeetsAsync(rule, request, _options.Policies, cancellationToken).ConfigureAwait(false))
            {
                denied |= 1UL << i;
            }
        }

        try
        {
            return (await operation.WithoutAsync(denied).ConfigureAwait(false), null);
        }
        catch (PlanningException e)
        {
            return (operation, e);
        }
    }

    /// <summary>What the operation costs where somebody wants to know, and the answer in place of an execution: it costs too much, or only its cost is asked for.</summary>
    private async ValueTask<(OperationPrice? Price, FusionResult? Answer)> PriceAsync(
        OperationRequest request, PreparedOperation operation, VariableValues? values, CancellationToken cancellationToken)
    {
        if (operation.IsAlwaysAllowed && request.Cost == CostMode.None && _options.Admission is null)
        {
            return default;
        }

        if (request.Cost == CostMode.Unknown || (request.Cost != CostMode.None && !_options.Cost.AllowReports))
        {
            var reason = _options.Cost.AllowReports ? "GraphQL-Cost is \"report\" or \"validate\"." : "Costs are not reported here.";
            return (null, FusionResult.OfError(RequestErrorKind.BadRequest, reason, ErrorCodes.BadRequest));
        }

        var (fieldCost, typeCost, error) = operation.Cost(values);
        var price = new OperationPrice(fieldCost, typeCost);
        if (request.Cost == CostMode.Validate)
        {
            return (price, FusionResult.OfPrice(price, error));
        }

        if (error is not null)
        {
            return (price, FusionResult.OfErrors(RequestErrorKind.Validation, [error]));
        }

        return _options.Admission is { } admission
            && await admission.ChargeAsync(request, fieldCost + typeCost, cancellationToken).ConfigureAwait(false) is { } refusal
            ? (price, FusionResult.OfError(refusal.Kind, refusal.Message, refusal.Code))
            : (price, null);
    }
}
