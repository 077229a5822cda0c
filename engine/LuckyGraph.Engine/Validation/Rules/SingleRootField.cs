using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.2.4.1: a subscription selects exactly one root field, no meta-field, without <c>@skip</c> and <c>@include</c>.</summary>
internal sealed class SingleRootField(ValidationContext context) : ValidationRule(context)
{
    private readonly Dictionary<string, int> byKey = new(StringComparer.Ordinal);

    public override void Operation(OperationDefinitionNode operation, ObjectType? root)
    {
        if (operation.Operation != OperationKind.Subscription || root is null)
        {
            return;
        }

        var fields = new List<(string Key, List<FieldNode> Nodes)>();
        var conditions = new List<int>();
        byKey.Clear();
        Collect(operation.SelectionSet, root, fields, conditions, new HashSet<string>(StringComparer.Ordinal));
        var name = operation.Name is { } given ? $"Subscription \"{given}\"" : "Anonymous Subscription";
        if (conditions.Count > 0)
        {
            Report($"{name} must not use `@skip` or `@include` directives in the top level selection.", [.. conditions]);
            return;
        }

        if (fields.Count == 0)
        {
            Report($"{name} must select one top level field.", operation.SelectionSet.Start);
        }

        if (fields.Count > 1)
        {
            Report($"{name} must select only one top level field.", [.. fields.Skip(1).SelectMany(f => f.Nodes).Select(n => n.Start)]);
        }

        foreach (var (_, nodes) in fields)
        {
            if (nodes[0].Name.Value.StartsWith("__", StringComparison.Ordinal))
            {
                Report($"{name} must not select an introspection top level field.", [.. nodes.Select(n => n.Start)]);
            }
        }
    }

    // CollectSubscriptionFields
    private void Collect(SelectionSetNode selectionSet, ObjectType root, List<(string Key, List<FieldNode> Nodes)> fields, List<int> conditions, HashSet<string> visited)
    {
        foreach (var selection in selectionSet.Selections)
        {
            // What is conditional is an error already; what it holds does not count.
            if ((Condition(selection, "skip") ?? Condition(selection, "include")) is { } condition)
            {
                conditions.Add(condition.Start);
                continue;
            }

            switch (selection)
            {
                case FieldNode field:
                    if (byKey.TryGetValue(field.ResponseName, out var existing))
                    {
                        fields[existing].Nodes.Add(field);
                    }
                    else
                    {
                        byKey.Add(field.ResponseName, fields.Count);
                        fields.Add((field.ResponseName, [field]));
                    }

                    break;
                case InlineFragmentNode inline when Applies(inline.TypeCondition, root):
                    Collect(inline.SelectionSet, root, fields, conditions, visited);
                    break;
                case FragmentSpreadNode spread:
                    if (visited.Add(spread.Name.Value)
                        && Context.Fragments.TryGetValue(spread.Name.Value, out var fragment)
                        && Applies(fragment.TypeCondition, root))
                    {
                        Collect(fragment.SelectionSet, root, fields, conditions, visited);
                    }

                    break;
            }
        }
    }

    private static DirectiveNode? Condition(SelectionNode selection, string name)
    {
        foreach (var directive in selection.Directives)
        {
            if (directive.Name.Value == name)
            {
                return directive;
            }
        }

        return null;
    }

    private bool Applies(NamedTypeNode? condition, ObjectType root)
        => condition is null || (Context.Schema.Type(condition.Name.Value) is { } type && Context.Schema.IsPossibleType(type, root));
}
