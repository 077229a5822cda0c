using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LuckyGraph.Fusion.Planning;

/// <summary>Prints plans as text and JSON. Equal plans print equal bytes.</summary>
internal static class PlanPrinter
{
    public static string Text(OperationPlan plan)
    {
        var text = new StringBuilder();
        text.Append(plan.Operation.ToString().ToLowerInvariant());
        if (plan.OperationName is not null)
        {
            text.Append(' ').Append(plan.OperationName);
        }

        text.Append('\n');
        foreach (var fetch in plan.Fetches)
        {
            text.Append("  ").Append(fetch.Id).Append(' ').Append(Kind(fetch)).Append(' ').Append(fetch.Service);
            if (!fetch.Dependencies.IsEmpty)
            {
                text.Append(" after ").AppendJoin(", ", fetch.Dependencies);
            }

            if (fetch.Batch >= 0)
            {
                text.Append(" in batch ").Append(fetch.Batch + 1);
            }

            if (fetch.Group is { } group)
            {
                text.Append(" deferred by ").AppendJoin(", ", Names(group, plan));
            }

            if (!fetch.Conditions.IsEmpty)
            {
                text.Append(" if ").Append(Conditions.Print(fetch.Conditions, plan.ConditionVariables));
            }

            text.Append('\n');
            foreach (var target in fetch.Targets)
            {
                if (target.Path.Length == 0)
                {
                    continue;
                }

                text.Append("    at ").Append(Path(target));
                for (var i = 0; i < target.Keys.Length; i++)
                {
                    text.Append(i == 0 ? " with $" : ", $").Append(target.Keys[i].Name).Append(" = ").Append(Map(target, target.Keys[i]));
                }

                text.Append('\n');
            }

            text.Append("    ").Append(fetch.Document).Append('\n');
        }

        return text.ToString();
    }

    public static byte[] Json(OperationPlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("operation", plan.Operation.ToString().ToLowerInvariant());
        if (plan.OperationName is not null)
        {
            writer.WriteString("name", plan.OperationName);
        }

        writer.WriteStartArray("fetches");
        foreach (var fetch in plan.Fetches)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", fetch.Id);
            writer.WriteString("kind", Kind(fetch));
            writer.WriteString("service", fetch.Service);
            writer.WriteStartArray("after");
            foreach (var dependency in fetch.Dependencies)
            {
                writer.WriteNumberValue(dependency);
            }

            writer.WriteEndArray();
            if (fetch.Batch >= 0)
            {
                writer.WriteNumber("batch", fetch.Batch + 1);
            }

            if (fetch.Group is { } group)
            {
                writer.WriteStartArray("deferredBy");
                foreach (var name in Names(group, plan))
                {
                    writer.WriteStringValue(name);
                }

                writer.WriteEndArray();
            }

            if (!fetch.Conditions.IsEmpty)
            {
                writer.WriteString("if", Conditions.Print(fetch.Conditions, plan.ConditionVariables));
            }

            writer.WriteStartArray("targets");
            foreach (var target in fetch.Targets)
            {
                writer.WriteStartObject();
                writer.WriteString("path", Path(target));
                writer.WriteStartObject("variables");
                foreach (var key in target.Keys)
                {
                    writer.WriteString(key.Name, Map(target, key));
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("document", fetch.Document);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Kind(FetchNode fetch) => fetch.Kind.ToString().ToLowerInvariant();

    private static string Map(FetchTarget target, KeyVariable key)
        => key.Depth < 0 ? key.Map : $"{key.Map} of {(key.Depth == 0 ? "the root" : Path(target, key.Depth))}";

    private static string Path(FetchTarget target) => Path(target, target.Path.Length);

    /// <summary>The defers of a group: their labels, or numbers where they have none, and the variables that decide on them.</summary>
    private static IEnumerable<string> Names(DeferGroup group, OperationPlan plan)
        => group.Sites.Select(site => (site.Usage.Label ?? $"#{group.Index + 1}")
            + (site.Bit == 0 ? "" : $" (${plan.ConditionVariables[BitOperations.TrailingZeroCount(site.Bit)]})"));

    private static string Path(FetchTarget target, int length)
    {
        var text = new StringBuilder();
        foreach (var selection in target.Path.AsSpan(0, length))
        {
            text.Append(text.Length == 0 ? "" : ".").Append(selection.ResponseName);
            for (var shape = selection.Shape; shape.Item is not null; shape = shape.Item)
            {
                text.Append("[]");
            }

            if (selection.Children!.Objects.Count > 1)
            {
                var next = Array.IndexOf(target.Path, selection) + 1;
                var types = next < target.Path.Length ? target.Path[next].Parent.Types : target.Object.Types;
                text.Append('<').AppendJoin('|', types.Select(t => t.Name)).Append('>');
            }
        }

        return text.ToString();
    }
}
