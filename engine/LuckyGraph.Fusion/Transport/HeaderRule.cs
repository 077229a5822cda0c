using System.Collections.Immutable;

namespace LuckyGraph.Fusion.Transport;

/// <summary>What a <see cref="HeaderRule"/> does.</summary>
public enum HeaderRuleKind : byte
{
    /// <summary>Forwards the client's field, perhaps by another name.</summary>
    Propagate,
    /// <summary>Sets a field to a fixed value.</summary>
    Insert,
    /// <summary>Takes a field away that an earlier rule, or the default, forwards.</summary>
    Remove,
}

/// <summary>One rule about the header fields that a subgraph gets. Rules apply in order, each to what the ones before made.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Name">The client's field to propagate, or the field to insert or remove.</param>
/// <param name="Value">The name under which a propagated field is sent, or the value that is inserted.</param>
public sealed record HeaderRule(HeaderRuleKind Kind, string Name, string? Value = null)
{
    internal void Apply(RequestHeaders request, ImmutableArray<HeaderField>.Builder fields)
    {
        switch (Kind)
        {
            case HeaderRuleKind.Insert:
                Remove(fields, Name);
                fields.Add(new HeaderField(Name, Value ?? ""));
                break;
            case HeaderRuleKind.Remove:
                Remove(fields, Name);
                break;
            default:
                var to = Value ?? Name;
                Remove(fields, to);
                if (request.Authorization is { } authorization && Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                {
                    fields.Add(new HeaderField(to, authorization));
                    break;
                }

                foreach (var field in request.Fields)
                {
                    if (RequestHeaders.Is(field, Name))
                    {
                        fields.Add(new HeaderField(to, field.Value));
                    }
                }

                break;
        }
    }

    private static void Remove(ImmutableArray<HeaderField>.Builder fields, string name)
    {
        for (var i = fields.Count - 1; i >= 0; i--)
        {
            if (RequestHeaders.Is(fields[i], name))
            {
                fields.RemoveAt(i);
            }
        }
    }
}
