using System.Runtime.CompilerServices;
using System.Text.Json;
using LuckyGraph.AspNetCore.Http;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>Runs an endpoint's interceptors before the executor.</summary>
internal sealed class InterceptedExecutor(IRequestExecutor executor, HttpContext context, IHttpRequestInterceptor[] interceptors) : IRequestExecutor
{
    /// <summary>The executor itself where there are no interceptors.</summary>
    public static IRequestExecutor For(Lazy<IRequestExecutor> executor, HttpContext context, GraphQLEndpointOptions options)
        => options.Interceptors.Length == 0 ? executor.Value : new InterceptedExecutor(executor.Value, context, options.Interceptors);

    public Schema Schema => executor.Schema;

    public async ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var (intercepted, refusal) = await InterceptAsync(request, cancellationToken);
        return refusal is null ? await executor.ExecuteAsync(intercepted, cancellationToken) : Refuse(refusal);
    }

    public async ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        var (intercepted, refusal) = await InterceptAsync(request, cancellationToken);
        return refusal is null
            ? await executor.ExecuteBatchAsync(intercepted, variableSets, cancellationToken)
            : [.. variableSets.Select(_ => Refuse(refusal))];
    }

    public async IAsyncEnumerable<BatchItem> StreamBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (intercepted, refusal) = await InterceptAsync(request, cancellationToken);
        if (refusal is not null)
        {
            for (var i = 0; i < variableSets.Count; i++)
            {
                yield return new BatchItem(i, Refuse(refusal));
            }

            yield break;
        }

        await foreach (var item in executor.StreamBatchAsync(intercepted, variableSets, cancellationToken))
        {
            yield return item;
        }
    }

    private async ValueTask<(OperationRequest Request, GraphQLException? Refusal)> InterceptAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var interceptor in interceptors)
            {
                request = await interceptor.OnCreateAsync(context, request, cancellationToken);
            }

            return (request, null);
        }
        catch (GraphQLException exception)
        {
            return (request, exception);
        }
    }

    private static TransportErrorResult Refuse(GraphQLException refusal) => new(refusal.Message, refusal.Error.Code ?? ErrorCodes.BadRequest);
}
