using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>A response that the transport gives in an executor's place.</summary>
internal sealed class TransportErrorResult : SingleResult
{
    private readonly PooledBuffer _json = new(256);

    public TransportErrorResult(string message, string code) => ErrorResponse.Write(_json, message, code);

    public override ReadOnlyMemory<byte> Json => _json.Memory;

    public override RequestErrorKind RequestError => RequestErrorKind.BadRequest;

    public override bool HasErrors => true;

    public override ValueTask DisposeAsync()
    {
        _json.Dispose();
        return default;
    }
}
