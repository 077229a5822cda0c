using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>A response that the transport gives in an executor's place.</summary>
internal sealed class TransportErrorResult : SingleResult
{
    private readonly PooledBuffer _json = new(256);
    private readonly string _message;
    private readonly string _code;
    private readonly RequestErrorKind _kind;

    public TransportErrorResult(string message, string code, RequestErrorKind kind = RequestErrorKind.BadRequest)
    {
        (_message, _code, _kind) = (message, code, kind);
        ErrorResponse.Write(_json, message, code);
    }

    public override ReadOnlyMemory<byte> Json => _json.Memory;

    public override RequestErrorKind RequestError => _kind;

    public override bool HasErrors => true;

    /// <summary>The same response with memory of its own.</summary>
    public TransportErrorResult Again() => new(_message, _code, _kind);

    public override ValueTask DisposeAsync()
    {
        _json.Dispose();
        return default;
    }
}
