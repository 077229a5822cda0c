using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.4.3: non-null arguments without default are given.</summary>
internal sealed class RequiredArguments(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        if (field is not null)
        {
            Check(field.Arguments, node.Arguments, node, $"Argument \"{parent?.Name}.{field.Name}(", ":)\"");
        }
    }

    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        if (directive is not null)
        {
            Check(directive.Arguments, node.Arguments, node, $"Argument \"@{directive.Name}(", ":)\"");
        }
    }

    private void Check(ImmutableArray<InputValueDefinition> definitions, ImmutableArray<ArgumentNode> arguments, SyntaxNode node, string before, string after)
    {
        foreach (var definition in definitions)
        {
            if (definition.IsRequired && !Given(arguments, definition.Name))
            {
                Report($"{before}{definition.Name}{after} of type \"{definition.Type}\" is required, but it was not provided.", node.Start);
            }
        }
    }

    private static bool Given(ImmutableArray<ArgumentNode> arguments, string name)
    {
        foreach (var argument in arguments)
        {
            if (argument.Name.Value == name)
            {
                return true;
            }
        }

        return false;
    }
}
