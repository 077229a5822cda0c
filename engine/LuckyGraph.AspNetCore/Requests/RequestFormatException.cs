using LuckyGraph.Engine.Execution;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>The transport's envelope is malformed: not JSON, a parameter of the wrong type, too large.</summary>
internal sealed class RequestFormatException(string message, int status = 400, string code = ErrorCodes.BadRequest) : Exception(message)
{
    /// <summary>The status of what can be read but is no request: 422 in <see cref="StatusProfile.Draft2026"/>, else 400.</summary>
    public const int Unprocessable = 422;

    public int Status { get; } = status;

    public string Code { get; } = code;
}
