using LuckyGraph.Engine.Execution;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>The transport's envelope is malformed: not JSON, a parameter of the wrong type, too large.</summary>
internal sealed class RequestFormatException(string message, int status = 400, string code = ErrorCodes.BadRequest) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
