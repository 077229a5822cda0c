using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>Answers whether a request selects a field below another, for resolvers that load only what is asked for.</summary>
internal static class SelectedFields
{
    /// <summary>Whether a field below a selection is included; dots in the path separate levels.</summary>
    public static bool Contains(Schema schema, Selection selection, VariableSet set, ReadOnlySpan<char> path)
    {
        if (selection.Field.Type.IsLeaf)
        {
            return false;
        }

        foreach (var type in schema.PossibleTypes(selection.Field.Type.Named))
        {
            if (Contains(schema, selection.PlanFor(type), set, path))
            {
                return true;
            }
        }

        return selection.Child is { } child && Contains(schema, child, set, path);
    }

    private static bool Contains(Schema schema, SelectionPlan plan, VariableSet set, ReadOnlySpan<char> path)
    {
        var dot = path.IndexOf('.');
        var name = dot < 0 ? path : path[..dot];
        foreach (var selection in plan.Selections)
        {
            if (!name.SequenceEqual(selection.Field.Name) || !IsIncluded(selection, set))
            {
                continue;
            }

            if (dot < 0 || Contains(schema, selection, set, path[(dot + 1)..]))
            {
                return true;
            }
        }

        foreach (var partition in plan.Deferred)
        {
            if (Contains(schema, partition.Plan, set, path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the names of the fields below a selection, or below the fields that the path leads to from there.</summary>
    public static void Collect(Schema schema, Selection selection, VariableSet set, ReadOnlySpan<char> path, ISet<string> names)
    {
        if (selection.Field.Type.IsLeaf)
        {
            return;
        }

        if (selection.Child is { } child)
        {
            Collect(schema, child, set, path, names);
            return;
        }

        foreach (var type in schema.PossibleTypes(selection.Field.Type.Named))
        {
            Collect(schema, selection.PlanFor(type), set, path, names);
        }
    }

    private static void Collect(Schema schema, SelectionPlan plan, VariableSet set, ReadOnlySpan<char> path, ISet<string> names)
    {
        var dot = path.IndexOf('.');
        var name = dot < 0 ? path : path[..dot];
        foreach (var selection in plan.Selections)
        {
            if (selection.IsTypeName || !IsIncluded(selection, set))
            {
                continue;
            }

            if (path.IsEmpty)
            {
                names.Add(selection.Field.Name);
            }
            else if (name.SequenceEqual(selection.Field.Name))
            {
                Collect(schema, selection, set, dot < 0 ? [] : path[(dot + 1)..], names);
            }
        }
    }

    private static bool IsIncluded(Selection selection, VariableSet set)
    {
        foreach (var node in selection.Nodes)
        {
            if (Condition.IsSubset(node.Condition, set.Flags))
            {
                return true;
            }
        }

        return false;
    }
}
