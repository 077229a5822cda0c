using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.4.2: an argument is given once.</summary>
internal sealed class ArgumentUniqueness(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field) => Check(node.Arguments);

    public override void Directive(DirectiveNode node, DirectiveType? directive, string location) => Check(node.Arguments);

    private void Check(ImmutableArray<ArgumentNode> arguments)
    {
        if (arguments.Length < 2)
        {
            return;
        }

        var seen = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            if (!seen.TryGetValue(argument.Name.Value, out var offsets))
            {
                seen.Add(argument.Name.Value, offsets = []);
            }

            offsets.Add(argument.Name.Start);
        }

        foreach (var (name, offsets) in seen)
        {
            if (offsets.Count > 1)
            {
                Report($"There can be only one argument named \"{name}\".", [.. offsets]);
            }
        }
    }
}
