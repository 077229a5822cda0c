using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>Proposal #1110: mutations and subscriptions answer their root fields at once.</summary>
internal sealed class DeferStreamDirectiveOnRootField(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field) => Check(node.Directives, parent);

    public override void Spread(FragmentSpreadNode node, NamedType? parent) => Check(node.Directives, parent);

    public override void InlineFragment(InlineFragmentNode node, NamedType? parent, NamedType? type) => Check(node.Directives, type ?? parent);

    private void Check(ImmutableArray<DirectiveNode> directives, NamedType? parent)
    {
        if (directives.IsEmpty || parent is null)
        {
            return;
        }

        var kind = ReferenceEquals(parent, Context.Schema.RootType(OperationKind.Mutation)) ? "mutation"
            : ReferenceEquals(parent, Context.Schema.RootType(OperationKind.Subscription)) ? "subscription" : null;
        foreach (var directive in directives)
        {
            if (kind is not null && IncrementalDirectives.IsIncremental(Context.Schema, directive))
            {
                Report($"Directive \"@{directive.Name}\" cannot be used on the root {kind} type \"{parent.Name}\".", directive.Start);
            }
        }
    }
}
