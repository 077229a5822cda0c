using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <content>Answers that come in several parts: incremental delivery and subscriptions.</content>
public sealed partial class FusionRequestExecutor
{
    // Without anything to come later, or where the variables turn it off, the answer is a plain one.
    private async ValueTask<ExecutionResult> RunIncrementalAsync(
        OperationRequest request, PreparedOperation operation, PreparedOperation incremental, CancellationToken cancellationToken)
    {
        if (!incremental.TryBind(request.Variables, out var conditions, out var values, out var errors))
        {
            return FusionResult.OfErrors(RequestErrorKind.Validation, errors);
        }

        var plan = incremental.Plan!;
        var deferred = plan.Defers!.For(plan, conditions);
        if (!deferred.Divides)
        {
            return await RunAsync(request, operation, request.Variables, cancellationToken).ConfigureAwait(false);
        }

        var (cost, answer) = await PriceAsync(request, operation, values, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
        {
            return answer;
        }

        var lifetime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lifetime.CancelAfter(_options.ExecutionTimeout);
        var execution = new OperationExecution(plan, _resources, request.Variables, conditions, RequestHeaders.From(request.State), lifetime.Token, deferred);
        var handedOver = false;
        try
        {
            await execution.RunAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var delivery = new IncrementalDelivery();
            var buffer = execution.Write(request.OnError, IncludesPlan(request), request.Cost == CostMode.Report ? cost : null, delivery);
            var initial = new FusionResult(buffer, RequestErrorKind.None, execution.Document.Errors.Exists(static e => e.IsDelivered));
            handedOver = delivery.IsAnnounced;
            if (initial.HasErrors)
            {
                Tell(incremental, execution.Document.Errors.FindAll(static e => e.IsDelivered));
            }

            return handedOver
                ? new DeferredStream(execution, delivery, initial, request.OnError, lifetime, _options.ExecutionTimeout, errors => Tell(incremental, errors)) : initial;
        }
        finally
        {
            if (!handedOver)
            {
                execution.Document.Dispose();
                lifetime.Dispose();
            }
        }
    }

    private async ValueTask<ExecutionResult> SubscribeAsync(OperationRequest request, PreparedOperation operation, CancellationToken cancellationToken)
    {
        if (!operation.TryBind(request.Variables, out var conditions, out var values, out var errors))
        {
            return FusionResult.OfErrors(RequestErrorKind.Validation, errors);
        }

        var (_, answer) = await PriceAsync(request, operation, values, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
        {
            return answer;
        }

        // 6.2.3: a subscription has one root field; without it there is nothing to wait for.
        if (operation.Plan!.Root.Output is [{ IsDenied: true } hidden])
        {
            return FusionResult.OfErrors(
                RequestErrorKind.Validation, [new GraphQLError("The caller may not see this field.") { Code = GatewayErrorCodes.Unauthorized, Path = [hidden.ResponseName] }]);
        }

        return new SubscriptionStream(_subscriptions, operation.Plan, request, conditions);
    }
}
