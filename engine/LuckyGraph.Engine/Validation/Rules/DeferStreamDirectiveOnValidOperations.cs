using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>Proposal #1110: each event of a subscription is answered with one response.</summary>
internal sealed class DeferStreamDirectiveOnValidOperations(ValidationContext context) : ValidationRule(context)
{
    private readonly List<FragmentSpreadNode> around = [];
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private bool isUsed;

    public override void Directive(DirectiveNode node, Types.DirectiveType? directive, string location)
        => isUsed |= IncrementalDirectives.IsIncremental(Context.Schema, node);

    public override void End()
    {
        foreach (var facts in Context.Operations)
        {
            if (isUsed && facts.Node is OperationDefinitionNode { Operation: OperationKind.Subscription } subscription)
            {
                visited.Clear();
                Check(subscription.SelectionSet);
            }
        }
    }

    private void Check(SelectionSetNode selectionSet)
    {
        foreach (var selection in selectionSet.Selections)
        {
            foreach (var directive in selection.Directives)
            {
                if (IncrementalDirectives.IsIncremental(Context.Schema, directive)
                    && IncrementalDirectives.Argument(directive, "if") is not (VariableNode or BooleanValueNode { Value: false }))
                {
                    Report(
                        $"Directive \"@{directive.Name}\" is not supported on subscription operations. Disable it by setting the `if` argument to `false`.",
                        [directive.Start, .. around.Select(s => s.Start).Reverse()]);
                }
            }

            switch (selection)
            {
                case FieldNode { SelectionSet: { } below }:
                    Check(below);
                    break;
                case InlineFragmentNode inline:
                    Check(inline.SelectionSet);
                    break;
                case FragmentSpreadNode spread when visited.Add(spread.Name.Value) && Context.Fragments.TryGetValue(spread.Name.Value, out var fragment):
                    around.Add(spread);
                    Check(fragment.SelectionSet);
                    around.RemoveAt(around.Count - 1);
                    break;
            }
        }
    }
}
