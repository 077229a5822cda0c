using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;

namespace LuckyGraph.Engine.Execution;

/// <summary>Writes errors as 7.1.2 describes them.</summary>
internal static class ErrorWriter
{
    /// <summary>Writes the list of errors.</summary>
    public static void Write(ResponseWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        writer.BeginList();
        foreach (var error in errors)
        {
            writer.BeginItem();
            Write(writer, error);
        }

        writer.EndList();
    }

    private static void Write(ResponseWriter writer, GraphQLError error)
    {
        writer.WriteRaw("{\"message\":"u8);
        writer.Write(error.Message);
        if (!error.Locations.IsDefaultOrEmpty)
        {
            writer.WriteRaw(",\"locations\":"u8);
            writer.BeginList();
            foreach (var location in error.Locations)
            {
                writer.BeginItem();
                writer.WriteRaw("{\"line\":"u8);
                writer.Write(location.Line);
                writer.WriteRaw(",\"column\":"u8);
                writer.Write(location.Column);
                writer.WriteByte((byte)'}');
            }

            writer.EndList();
        }

        if (!error.Path.IsDefault)
        {
            writer.WriteRaw(",\"path\":"u8);
            WriteValue(writer, error.Path);
        }

        WriteExtensions(writer, error);
        writer.WriteByte((byte)'}');
    }

    private static void WriteExtensions(ResponseWriter writer, GraphQLError error)
    {
        if (error.Code is null && error.Extensions is not { Count: > 0 })
        {
            return;
        }

        writer.WriteRaw(",\"extensions\":{"u8);
        var first = true;
        if (error.Code is { } code)
        {
            writer.WriteRaw("\"code\":"u8);
            writer.Write(code);
            first = false;
        }

        foreach (var (key, value) in error.Extensions ?? ImmutableDictionary<string, object?>.Empty)
        {
            if (key == "code" && error.Code is not null)
            {
                continue;
            }

            WriteMember(writer, key, value, ref first);
        }

        writer.WriteByte((byte)'}');
    }

    private static void WriteMember(ResponseWriter writer, string key, object? value, ref bool first)
    {
        if (!first)
        {
            writer.WriteByte((byte)',');
        }

        first = false;
        writer.Write(key);
        writer.WriteByte((byte)':');
        WriteValue(writer, value);
    }

    /// <summary>Writes a value of an error: a path, or what an extension holds.</summary>
    internal static void WriteValue(ResponseWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case string text: writer.Write(text); break;
            case bool flag: writer.Write(flag); break;
            case int number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number when double.IsFinite(number): writer.Write(number); break;
            case decimal number: writer.Write(number); break;
            case Guid id: writer.Write(id); break;
            case DateTimeOffset instant: writer.Write(instant); break;
            case JsonElement json: writer.Write(json); break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                writer.WriteByte((byte)'{');
                var first = true;
                foreach (var (key, item) in map)
                {
                    WriteMember(writer, key, item, ref first);
                }

                writer.WriteByte((byte)'}');
                break;
            case IEnumerable items:
                writer.BeginList();
                foreach (var item in items)
                {
                    writer.BeginItem();
                    WriteValue(writer, item);
                }

                writer.EndList();
                break;
            default: writer.Write(value.ToString() ?? ""); break;
        }
    }
}
