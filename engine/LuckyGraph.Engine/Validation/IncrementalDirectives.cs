using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>Finds <c>@defer</c> and <c>@stream</c> among directives; a directive of a schema's own by that name is none of them.</summary>
internal static class IncrementalDirectives
{
    public static bool IsIncremental(Schema schema, DirectiveNode node)
    {
        if (node.Name.Value is not ("defer" or "stream"))
        {
            return false;
        }

        if (!schema.Directives.TryGetValue(node.Name.Value, out var definition))
        {
            return true;
        }

        foreach (var argument in definition.Arguments)
        {
            if (argument.Name == "label")
            {
                return true;
            }
        }

        return false;
    }

    public static bool Has(Schema schema, ImmutableArray<DirectiveNode> directives, string name)
    {
        foreach (var node in directives)
        {
            if (node.Name.Value == name && IsIncremental(schema, node))
            {
                return true;
            }
        }

        return false;
    }

    public static ValueNode? Argument(DirectiveNode node, string name)
    {
        foreach (var argument in node.Arguments)
        {
            if (argument.Name.Value == name)
            {
                return argument.Value;
            }
        }

        return null;
    }
}
