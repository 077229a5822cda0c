using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Execution;

/// <summary>An error of the composite result (7.1.2), with the subgraph it came from.</summary>
internal sealed class ResultError
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public required string Message { get; init; }

    public string? Code { get; init; }

    public string? Service { get; init; }

    /// <summary>Names and indices from the root, or null for errors of the whole request.</summary>
    public object[]? Path { get; init; }

    /// <summary>The subgraph's own <c>extensions</c>; code and service are replaced.</summary>
    public JsonElement Extensions { get; init; }

    /// <summary>The members of <see cref="Extensions"/> that are written; null for all.</summary>
    public FrozenSet<string>? VisibleExtensions { get; init; }

    public GraphQLError? Engine { get; init; }

    /// <summary>Whether a payload of an incremental delivery has it.</summary>
    public bool IsDelivered { get; set; }

    /// <summary>The error as the engine's incremental delivery writes it.</summary>
    public GraphQLError ToEngineError()
    {
        var extensions = ImmutableDictionary<string, object?>.Empty;
        if (Service is not null)
        {
            extensions = extensions.Add("service", Service);
        }

        if (Extensions.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in Extensions.EnumerateObject())
            {
                if (member.Name is not ("code" or "service") && VisibleExtensions?.Contains(member.Name) != false)
                {
                    extensions = extensions.SetItem(member.Name, member.Value);
                }
            }
        }

        return new GraphQLError(Message) { Code = Code, Path = Path is null ? default : [.. Path], Extensions = extensions };
    }

    /// <summary>Whether this error already explains a null at <paramref name="path"/>: it lies there, above or below.</summary>
    public bool Explains(ReadOnlySpan<PathPart> path)
    {
        if (Path is null)
        {
            return false;
        }

        var common = Math.Min(Path.Length, path.Length);
        for (var i = 0; i < common; i++)
        {
            if (!path[i].Matches(Path[i]))
            {
                return false;
            }
        }

        return true;
    }

    public static void Write(PooledBuffer buffer, IReadOnlyList<ResultError> errors)
    {
        using var writer = new Utf8JsonWriter(buffer, s_options);
        writer.WriteStartArray();
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("message", error.Message);
            if (error.Engine is { Locations: { IsDefaultOrEmpty: false } locations })
            {
                writer.WriteStartArray("locations");
                foreach (var location in locations)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("line", location.Line);
                    writer.WriteNumber("column", location.Column);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            if (error.Path is not null)
            {
                writer.WriteStartArray("path");
                foreach (var part in error.Path)
                {
                    if (part is int index)
                    {
                        writer.WriteNumberValue(index);
                    }
                    else
                    {
                        writer.WriteStringValue((string)part);
                    }
                }

                writer.WriteEndArray();
            }

            WriteExtensions(writer, error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
    }

    private static void WriteExtensions(Utf8JsonWriter writer, ResultError error)
    {
        if (error.Code is null && error.Service is null && error.Extensions.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        writer.WriteStartObject("extensions");
        if (error.Code is not null)
        {
            writer.WriteString("code", error.Code);
        }

        if (error.Service is not null)
        {
            writer.WriteString("service", error.Service);
        }

        if (error.Extensions.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in error.Extensions.EnumerateObject())
            {
                if (!member.NameEquals("code") && !member.NameEquals("service") && error.VisibleExtensions?.Contains(member.Name) != false)
                {
                    member.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }
}

/// <summary>A segment of a response path: a response name or a list index.</summary>
internal readonly record struct PathPart(string? Name, int Index)
{
    public bool Matches(object part) => Name is not null ? part is string name && name == Name : part is int index && index == Index;

    public object Value => Name is not null ? Name : Index;
}
