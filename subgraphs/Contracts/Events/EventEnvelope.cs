using System.Text.Json;

namespace LuckyGraph.Contracts.Events;

/// <summary>A fact that one subgraph tells the others. Its name is the record's name; its members are its payload.</summary>
public interface IEvent
{
    /// <summary>What the fact is about: facts of one aggregate arrive in the order in which they happened.</summary>
    Guid AggregateId { get; }

    /// <summary>The payload's version; raised when a member changes its meaning. Members may be added without.</summary>
    int Version => 1;
}

/// <summary>An event on its way.</summary>
/// <param name="EventId">Unique; consumers remember it, so that an event delivered twice takes effect once.</param>
/// <param name="Type">The event's name, such as <c>OrderPaid</c>.</param>
/// <param name="Version">The payload's version.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="AggregateId">What it is about.</param>
/// <param name="CorrelationId">The trace of the request that caused it, in W3C form; null when none did.</param>
/// <param name="Payload">The event as a JSON object.</param>
public sealed record EventEnvelope(
    Guid EventId, string Type, int Version, DateTimeOffset OccurredAt, Guid AggregateId, string? CorrelationId, JsonElement Payload)
{
    /// <summary>How payloads are written: camel case, enums by name.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper) },
    };

    /// <summary>Reads the payload.</summary>
    /// <exception cref="JsonException">The payload is not of that event.</exception>
    public T Read<T>() where T : IEvent
        => Payload.Deserialize<T>(Json) ?? throw new JsonException($"The payload of {Type} {EventId} is null.");
}
