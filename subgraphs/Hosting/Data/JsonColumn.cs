using System.Text.Json;
using LuckyGraph.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LuckyGraph.Hosting.Data;

/// <summary>Values that live whole in one <c>jsonb</c> column, written as events write them.</summary>
public static class JsonColumn
{
    /// <summary>Stores a list or record as <c>jsonb</c>; a change within it is noticed.</summary>
    public static PropertyBuilder<T> StoreAsJson<T>(this PropertyBuilder<T> property)
    {
        var comparer = new ValueComparer<T>(
            (a, b) => Write(a) == Write(b),
            value => Write(value).GetHashCode(),
            value => Read<T>(Write(value)));
        return property.HasColumnType("jsonb").HasConversion(value => Write(value), text => Read<T>(text), comparer);
    }

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, EventEnvelope.Json);
    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, EventEnvelope.Json)!;
}
