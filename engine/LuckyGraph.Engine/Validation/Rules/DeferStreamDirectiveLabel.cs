using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>Proposal #1110: labels of <c>@defer</c> and <c>@stream</c> are literals, each unique in the document.</summary>
internal sealed class DeferStreamDirectiveLabel(ValidationContext context) : ValidationRule(context)
{
    private Dictionary<string, DirectiveNode>? labels;

    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        if (!IncrementalDirectives.IsIncremental(Context.Schema, node))
        {
            return;
        }

        switch (IncrementalDirectives.Argument(node, "label"))
        {
            case null or NullValueNode:
                break;
            case StringValueNode label when !(labels ??= new(StringComparer.Ordinal)).TryAdd(label.Value, node):
                Report("The labels of \"@defer\" and \"@stream\" must be unique in the document.", labels[label.Value].Start, node.Start);
                break;
            case StringValueNode:
                break;
            default:
                Report($"Argument \"@{node.Name}(label:)\" must be a static string.", node.Start);
                break;
        }
    }
}
