namespace LuckyGraph.Hosting.Events;

/// <summary>An event that waits to be published, or was; a row beside the change that it tells of.</summary>
public sealed class OutboxMessage
{
    public long Id { get; init; }
    public required Guid EventId { get; init; }
    public required string Type { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required Guid AggregateId { get; init; }
    public string? CorrelationId { get; init; }
    public required string Payload { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
}
