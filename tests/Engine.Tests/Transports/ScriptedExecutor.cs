using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>
/// An executor whose answers depend on the document's text alone: transports are tested without an engine behind them. A query
/// answers with what the transport handed over; a subscription streams what the test sends.
/// </summary>
internal sealed class ScriptedExecutor : IRequestExecutor
{
    public ConcurrentQueue<OperationRequest> Requests { get; } = [];

    /// <summary>The source of running subscriptions, by the name of their operation.</summary>
    public ConcurrentDictionary<string, ScriptedStream> Streams { get; } = [];

    public Schema Schema => throw new InvalidOperationException("The scripted executor has no schema.");

    public async ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        // Pooled memory is the transport's: what a test looks at later is a copy.
        var document = Encoding.UTF8.GetString(request.Document.Span);
        Requests.Enqueue(request with { Document = request.Document.ToArray(), Variables = default, Extensions = default });
        if (document.StartsWith("subscription", StringComparison.Ordinal))
        {
            return request.AllowStream
                ? Streams.GetOrAdd(request.OperationName ?? "", static _ => new ScriptedStream())
                : Error("Subscriptions need a stream.", RequestErrorKind.BadRequest);
        }

        if (document.StartsWith("hang", StringComparison.Ordinal))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return document switch
        {
            ['m', 'u', ..] when request.ReadOnly => Error("Mutations are not allowed here.", RequestErrorKind.MethodNotAllowed),
            "{" => Error("Expected Name, found <EOF>.", RequestErrorKind.Syntax),
            "{ unknown }" => Error("Cannot query field \"unknown\".", RequestErrorKind.Validation),
            "crash" => throw new InvalidOperationException("secret"),
            "{ partial }" => new ScriptedResult("{\"data\":{\"partial\":null},\"errors\":[{\"message\":\"failed\",\"path\":[\"partial\"]}]}", hasErrors: true),
            _ => Echo(request, document, request.Variables),
        };
    }

    public ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        var document = Encoding.UTF8.GetString(request.Document.Span);
        return ValueTask.FromResult<IReadOnlyList<SingleResult>>([.. variableSets.Select(set => Echo(request, document, set))]);
    }

    private static ScriptedResult Echo(OperationRequest request, string document, JsonElement variables)
        => new(JsonSerializer.Serialize(new
        {
            data = new
            {
                document,
                operationName = request.OperationName,
                variables = variables.ValueKind == JsonValueKind.Undefined ? null : (object)variables,
                extensions = request.Extensions.ValueKind == JsonValueKind.Undefined ? null : (object)request.Extensions,
                user = request.User?.Identity?.Name,
                authorization = request.State is { } state && state.TryGetValue(RequestState.Authorization, out var value) ? value : null,
                onError = request.OnError.ToString(),
                readOnly = request.ReadOnly,
            },
        }));

    private static ScriptedResult Error(string message, RequestErrorKind kind)
        => new(JsonSerializer.Serialize(new { errors = new[] { new { message } } }), kind, hasErrors: true);
}

internal sealed class ScriptedResult(string json, RequestErrorKind kind = RequestErrorKind.None, bool hasErrors = false) : SingleResult
{
    public override ReadOnlyMemory<byte> Json { get; } = Encoding.UTF8.GetBytes(json);
    public override RequestErrorKind RequestError => kind;
    public override bool HasErrors => hasErrors;
    public override ValueTask DisposeAsync() => default;
}

/// <summary>A stream of responses that a test writes; it knows when its reader went away.</summary>
internal sealed class ScriptedStream : StreamResult
{
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool IsSubscription => true;

    /// <summary>Completes when the transport reads.</summary>
    public Task Read => _read.Task;

    /// <summary>Completes when the transport cancels the source.</summary>
    public Task Cancelled => _cancelled.Task;

    public void Send(string json) => _events.Writer.TryWrite(json);

    public void End() => _events.Writer.TryComplete();

    public void Interrupt(StreamInterruptedException reason) => _events.Writer.TryComplete(reason);

    public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Never unregistered: the wait below may end, and this method with it, before its turn among the token's callbacks comes.
        cancellationToken.Register(() => _cancelled.TrySetResult());
        _read.TrySetResult();
        await foreach (var json in _events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return new ScriptedResult(json);
        }
    }

    public override ValueTask DisposeAsync() => default;
}
