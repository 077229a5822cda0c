namespace LuckyGraph.Contracts.Errors;

/// <summary>
/// A business error: part of a mutation's answer (its payload's <c>errors</c>), never a fault. The exception's public
/// properties are the fields of the GraphQL type.
/// </summary>
/// <param name="code">A stable code in capitals.</param>
/// <param name="message">What is wrong and what to do about it, for people.</param>
/// <param name="path">The input field it concerns, from <c>input</c> down; null when it concerns the whole call.</param>
public abstract class UserErrorException(string code, string message, IReadOnlyList<string>? path = null) : Exception(message)
{
    /// <summary>A stable code to decide by.</summary>
    public string Code { get; } = code;

    /// <summary>The input field it concerns, from <c>input</c> down; null when it concerns the whole call.</summary>
    public IReadOnlyList<string>? Path { get; } = path;
}
