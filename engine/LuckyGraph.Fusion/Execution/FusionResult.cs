using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Execution;

/// <summary>A response in pooled memory.</summary>
internal sealed class FusionResult(PooledBuffer buffer, RequestErrorKind requestError, bool hasErrors) : SingleResult
{
    public override ReadOnlyMemory<byte> Json => buffer.Memory;

    public override RequestErrorKind RequestError => requestError;

    public override bool HasErrors => hasErrors;

    public override ValueTask DisposeAsync()
    {
        buffer.Dispose();
        return default;
    }

    /// <summary>A response without data (7.1.1: a request error).</summary>
    public static FusionResult OfErrors(RequestErrorKind kind, IEnumerable<GraphQLError> errors)
        => OfErrors(kind, [.. errors.Select(e => new ResultError { Message = e.Message, Code = e.Code, Engine = e, Path = e.Path.IsDefault ? null : [.. e.Path] })]);

    /// <summary>A response without data.</summary>
    public static FusionResult OfError(RequestErrorKind kind, string message, string code, string? service = null)
        => OfErrors(kind, [new ResultError { Message = message, Code = code, Service = service }]);

    /// <summary>A response that only says what the operation costs, and whether it would be refused for it.</summary>
    public static FusionResult OfPrice(OperationPrice price, GraphQLError? error)
    {
        var buffer = new PooledBuffer(512);
        buffer.Write((byte)'{');
        if (error is not null)
        {
            buffer.Write("\"errors\":"u8);
            ResultError.Write(buffer, [new ResultError { Message = error.Message, Code = error.Code, Engine = error }]);
            buffer.Write((byte)',');
        }

        buffer.Write("\"extensions\":{"u8);
        price.Write(buffer);
        buffer.Write("}}"u8);
        return new FusionResult(buffer, error is null ? RequestErrorKind.None : RequestErrorKind.Validation, error is not null);
    }

    private static FusionResult OfErrors(RequestErrorKind kind, List<ResultError> errors)
    {
        var buffer = new PooledBuffer(512);
        buffer.Write("{\"errors\":"u8);
        ResultError.Write(buffer, errors);
        buffer.Write((byte)'}');
        return new FusionResult(buffer, kind, hasErrors: true);
    }
}
