namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Thrown by <see cref="StreamResult.ReadAsync"/> when a stream cannot go on where it is, although nothing is wrong with the
/// operation: whoever subscribes again at once is served. Transports end the stream in their way of saying so.
/// </summary>
/// <param name="message">Why, for clients.</param>
/// <param name="code">The stable code of the error that clients see (<c>extensions.code</c>).</param>
public sealed class StreamInterruptedException(string message, string code) : Exception(message)
{
    /// <summary>The stable code of the error that clients see.</summary>
    public string Code { get; } = code;
}
