using System.Text.Json;
using LuckyGraph.Contracts.Events;

namespace LuckyGraph.Hosting.Idempotency;

/// <summary>A call that claimed its idempotency key, or found that it ran before.</summary>
public sealed class IdempotentCall
{
    internal IdempotentCall(string actor, string operation, Guid key, string? response)
    {
        Actor = actor;
        Operation = operation;
        Key = key;
        Response = response;
    }

    internal string Actor { get; }
    internal string Operation { get; }
    internal Guid Key { get; }
    internal string? Response { get; }

    /// <summary>Whether the call ran before, to its end.</summary>
    public bool IsReplay => Response is not null;

    /// <summary>What the call answered when it ran.</summary>
    public T Replay<T>()
        => JsonSerializer.Deserialize<T>(Response ?? throw new InvalidOperationException("The call did not run before."), EventEnvelope.Json)
            ?? throw new InvalidOperationException($"The stored answer of {Operation} is null.");
}
