namespace LuckyGraph.Fusion.Metadata;

/// <summary>What a source schema's server understands beyond plain GraphQL requests.</summary>
[Flags]
public enum SourceCapabilities : byte
{
    /// <summary>Plain requests only.</summary>
    None = 0,
    /// <summary>One operation with a list of variable sets (<c>"variables":[{…},{…}]</c>).</summary>
    VariableBatching = 1,
    /// <summary>A list of requests in one body.</summary>
    RequestBatching = 2,
    /// <summary>Subscriptions as server-sent events, one connection per subscription.</summary>
    ServerSentEvents = 4,
    /// <summary>Subscriptions over WebSockets, by the protocol graphql-transport-ws.</summary>
    WebSocket = 8,
}

/// <summary>A source schema of the composed schema: a GraphQL server that answers for a part of it.</summary>
/// <param name="Id">Dense index in <see cref="FusionSchema.Sources"/>, in ordinal order of the names.</param>
/// <param name="Name">Its name, such as <c>catalog</c>; also the key of its settings.</param>
/// <param name="Key">Its value in the enum <c>fusion__Schema</c> of the execution schema, such as <c>CATALOG</c>.</param>
/// <param name="Url">Where it answers GraphQL requests; null when only the gateway's settings say so.</param>
/// <param name="Capabilities">What its server understands.</param>
public sealed record SourceSchema(int Id, string Name, string Key, string? Url, SourceCapabilities Capabilities)
{
    /// <summary>What the project's own servers understand; assumed unless settings say otherwise.</summary>
    public const SourceCapabilities DefaultCapabilities
        = SourceCapabilities.VariableBatching | SourceCapabilities.RequestBatching | SourceCapabilities.ServerSentEvents;

    /// <summary>Whether it stands for the event bus: its subscriptions are topics, and it has no server.</summary>
    public bool IsEventStream { get; init; }

    /// <summary>The set with this schema alone.</summary>
    public SourceSet Set => SourceSet.Of(Id);

    /// <inheritdoc />
    public override string ToString() => Name;
}
