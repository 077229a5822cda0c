namespace LuckyGraph.Fusion.Telemetry;

/// <summary>An operation that was answered with errors, for logs: nothing of it is the caller's data.</summary>
/// <param name="OperationName">The operation's name, or null.</param>
/// <param name="OperationType">query, mutation or subscription.</param>
/// <param name="DocumentHash">The SHA-256 of the document, in hexadecimal.</param>
/// <param name="Errors">How many errors.</param>
/// <param name="Codes">Their distinct codes with the subgraphs they came from, such as <c>SUBGRAPH_TIMEOUT@orders</c>; at most ten.</param>
public sealed record OperationErrors(string? OperationName, string OperationType, string DocumentHash, int Errors, IReadOnlyList<string> Codes);
