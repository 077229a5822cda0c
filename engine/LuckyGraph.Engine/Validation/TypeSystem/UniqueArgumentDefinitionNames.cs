using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>The arguments of a field or directive have different names (3.6.1, 3.13).</summary>
internal sealed class UniqueArgumentDefinitionNames(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        switch (definition)
        {
            case DirectiveDefinitionNode directive:
                Check($"@{directive.Name}", directive.Arguments);
                break;
            case ComplexTypeDefinitionNode type:
                foreach (var field in type.Fields)
                {
                    Check($"{type.Name}.{field.Name}", field.Arguments);
                }

                break;
        }
    }

    private void Check(string parent, ImmutableArray<InputValueDefinitionNode> arguments)
    {
        if (arguments.Length < 2)
        {
            return;
        }

        foreach (var group in arguments.GroupBy(a => a.Name.Value).Where(g => g.Count() > 1))
        {
            Report($"Argument \"{parent}({group.Key}:)\" can only be defined once.", [.. group.Select(a => At(a, a.Name))]);
        }
    }
}
