namespace LuckyGraph.Engine.Execution;

/// <summary>Keys of <see cref="OperationRequest.State"/> under which transports put what they know about a request.</summary>
public static class RequestState
{
    /// <summary>
    /// The value of the request's <c>Authorization</c> header, a string such as <c>Bearer …</c>, or the same made from a socket's
    /// <c>connection_init</c>: what a gateway forwards to its subgraphs. Absent for anonymous requests and never set for
    /// credentials that failed verification.
    /// </summary>
    public const string Authorization = "lucky.authorization";

    /// <summary>Present and true when the caller asked to see the plan (<c>GraphQL-Plan: 1</c>) and the host allows it.</summary>
    public const string IncludePlan = "lucky.includePlan";

    /// <summary>The trace parent of the request, a W3C <c>traceparent</c> value, when it carries one.</summary>
    public const string TraceParent = "lucky.traceParent";
}
