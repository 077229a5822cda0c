using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Executes GraphQL requests (6.1). Implemented by the engine for a server's own schema and by the gateway for a federated
/// one, so that both sit behind the same transports.
/// </summary>
public interface IRequestExecutor
{
    /// <summary>The schema that clients see.</summary>
    Schema Schema { get; }

    /// <summary>
    /// Executes one request. Never throws for what a client did wrong: that becomes a result with errors and no data.
    /// The caller disposes the result once it is written.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Executes one query or mutation once per variable set (<see cref="OperationRequest.Variables"/> is ignored). Queries run
    /// together and share their DataLoaders, so that a batch of lookups costs one load. Results are in the order of the sets.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="ExecuteBatchAsync"/>, for transports that stream: results come as soon as they are there, in any order, one
    /// for each set. The reader disposes each before it asks for the next.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    async IAsyncEnumerable<BatchItem> StreamBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var results = await ExecuteBatchAsync(request, variableSets, cancellationToken).ConfigureAwait(false);
        var next = 0;
        try
        {
            while (next < results.Count)
            {
                var index = next++;
                yield return new BatchItem(index, results[index]);
            }
        }
        finally
        {
            for (; next < results.Count; next++)
            {
                await results[next].DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}

/// <summary>One result of a batch.</summary>
/// <param name="Index">The place of its variables among the batch's sets.</param>
/// <param name="Result">The result; whoever reads it disposes it.</param>
public readonly record struct BatchItem(int Index, SingleResult Result);

/// <summary>How errors change data around them (proposal #1163).</summary>
public enum ErrorMode : byte
{
    /// <summary>Null propagates to the nearest nullable ancestor, as the specification says.</summary>
    Propagate,
    /// <summary>The failed field alone becomes null.</summary>
    Null,
    /// <summary>The first error ends the operation.</summary>
    Halt,
}

/// <summary>One GraphQL request, independent of its transport.</summary>
public sealed record OperationRequest
{
    /// <summary>
    /// The UTF-8 document; empty when <see cref="DocumentId"/> names one. A slice of pooled memory that is valid only until the
    /// result is disposed: whoever keeps the document, or a tree parsed from it, for longer copies the bytes first.
    /// </summary>
    public ReadOnlyMemory<byte> Document { get; init; }
    /// <summary>Id of a trusted or persisted document.</summary>
    public string? DocumentId { get; init; }
    /// <summary>Which operation to run; null when the document has one.</summary>
    public string? OperationName { get; init; }
    /// <summary>The variables, a JSON object; default when there are none.</summary>
    public JsonElement Variables { get; init; }
    /// <summary>
    /// The files of the request, each by where it stands in <see cref="Variables"/>, whose JSON is null there: names and indices
    /// with dots between them, such as <c>input.images.0</c>, after the set's index in a batch of variable sets. Null when
    /// there are none. They live until the result is disposed.
    /// </summary>
    public IReadOnlyDictionary<string, IFile>? Files { get; init; }
    /// <summary>The protocol extensions; default when there are none.</summary>
    public JsonElement Extensions { get; init; }
    /// <summary>How errors change data around them.</summary>
    public ErrorMode OnError { get; init; }
    /// <summary>The caller.</summary>
    public ClaimsPrincipal? User { get; init; }
    /// <summary>The request's services, when a host provides a scope; otherwise the executor makes one when needed.</summary>
    public IServiceProvider? Services { get; init; }
    /// <summary>Values resolvers find in <see cref="ResolverContext.GlobalState"/>; also how a host hands on what transports know (headers to forward).</summary>
    public IDictionary<string, object?>? State { get; init; }
    /// <summary>The root object; generated root types need none, data-backed schemas read their root fields from it.</summary>
    public object? RootValue { get; init; }
    /// <summary>What the client wants to know about the operation's cost.</summary>
    public CostMode Cost { get; init; }
    /// <summary>Whether mutations are refused (GET requests).</summary>
    public bool ReadOnly { get; init; }
    /// <summary>Whether <c>@defer</c> and <c>@stream</c> may answer with a stream; without, they have no effect.</summary>
    public bool AllowIncremental { get; init; } = true;
    /// <summary>Whether subscriptions may answer with a stream.</summary>
    public bool AllowStream { get; init; } = true;
}

/// <summary>The answer to a request.</summary>
public abstract class ExecutionResult : IAsyncDisposable
{
    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();
}

/// <summary>Where a response that carries no data came from; transports map it to a status.</summary>
public enum RequestErrorKind : byte
{
    /// <summary>No request error: the operation ran.</summary>
    None,
    /// <summary>The document could not be parsed.</summary>
    Syntax,
    /// <summary>The document is not valid, or the operation cannot be selected, or variables do not fit.</summary>
    Validation,
    /// <summary>A mutation where only queries are allowed.</summary>
    MethodNotAllowed,
    /// <summary>The request itself is malformed.</summary>
    BadRequest,
    /// <summary>The executor cannot serve now.</summary>
    Unavailable,
    /// <summary>The request ran out of time.</summary>
    Timeout,
    /// <summary>The caller asked too much of late.</summary>
    TooManyRequests,
}

/// <summary>A single response: UTF-8 JSON in pooled memory, valid until disposed.</summary>
public abstract class SingleResult : ExecutionResult
{
    /// <summary>The response object as JSON.</summary>
    public abstract ReadOnlyMemory<byte> Json { get; }
    /// <summary>Why there is no data, or <see cref="RequestErrorKind.None"/>.</summary>
    public abstract RequestErrorKind RequestError { get; }
    /// <summary>Whether the response has errors.</summary>
    public abstract bool HasErrors { get; }
}

/// <summary>A sequence of responses: a subscription, or an incremental delivery.</summary>
public abstract class StreamResult : ExecutionResult
{
    /// <summary>True for subscriptions, false for incremental delivery.</summary>
    public abstract bool IsSubscription { get; }
    /// <summary>The responses; the reader disposes each. May be read once. Ends when the source completes or the token is cancelled.</summary>
    public abstract IAsyncEnumerable<SingleResult> ReadAsync(CancellationToken cancellationToken);
}
