using System.Buffers;

namespace LuckyGraph.Engine.Execution;

/// <summary>A response in a pooled buffer.</summary>
internal sealed class BufferedResult(byte[] buffer, int length, RequestErrorKind requestError, bool hasErrors) : SingleResult
{
    private byte[]? _buffer = buffer;

    public override ReadOnlyMemory<byte> Json
        => (_buffer ?? throw new ObjectDisposedException(nameof(SingleResult))).AsMemory(0, length);

    public override RequestErrorKind RequestError => requestError;

    public override bool HasErrors => hasErrors;

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { Length: > 0 } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return default;
    }

    /// <summary>Takes over what a writer holds.</summary>
    public static BufferedResult From(ResponseWriter writer, RequestErrorKind requestError, bool hasErrors)
    {
        var buffer = writer.Detach(out var length);
        return new BufferedResult(buffer, length, requestError, hasErrors);
    }

    /// <summary>A response without data (7.1.1: a request error).</summary>
    public static BufferedResult OfErrors(ExecutionEnvironment environment, RequestErrorKind kind, params IReadOnlyList<GraphQLError> errors)
    {
        var filtered = new List<GraphQLError>(errors.Count);
        foreach (var error in errors)
        {
            filtered.Add(environment.Filter(error));
        }

        return OfFiltered(kind, filtered);
    }

    /// <summary>A response without data, of errors that went through the filters already.</summary>
    public static BufferedResult OfFiltered(RequestErrorKind kind, IReadOnlyList<GraphQLError> errors)
    {
        using var writer = new ResponseWriter();
        writer.WriteRaw("{\"errors\":"u8);
        ErrorWriter.Write(writer, errors);
        writer.WriteByte((byte)'}');
        return From(writer, kind, hasErrors: true);
    }
}
