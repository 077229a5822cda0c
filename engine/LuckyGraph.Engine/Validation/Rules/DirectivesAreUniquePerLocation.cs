using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.7.3: a directive that is not repeatable is applied once to one place.</summary>
internal sealed class DirectivesAreUniquePerLocation(ValidationContext context) : ValidationRule(context)
{
    public override void Directives(ImmutableArray<DirectiveNode> directives, string location)
    {
        if (directives.Length < 2)
        {
            return;
        }

        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in directives)
        {
            if (Context.Schema.Directives.TryGetValue(node.Name.Value, out var directive)
                && !directive.IsRepeatable
                && !known.TryAdd(node.Name.Value, node.Start))
            {
                Report($"The directive \"@{node.Name}\" can only be used once at this location.", known[node.Name.Value], node.Start);
            }
        }
    }
}
