using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.4.1: arguments are defined by their field or directive.</summary>
internal sealed class ArgumentNames(ValidationContext context) : ValidationRule(context)
{
    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        if (field is null)
        {
            return;
        }

        foreach (var argument in node.Arguments)
        {
            if (field.Argument(argument.Name.Value) is null)
            {
                var suggestion = Suggestions.DidYouMean(argument.Name.Value, field.Arguments.Select(a => a.Name), budget: Context.Suggestions);
                Report($"Unknown argument \"{argument.Name}\" on field \"{parent!.Name}.{field.Name}\".{suggestion}", argument.Start);
            }
        }
    }

    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        if (directive is null)
        {
            return;
        }

        foreach (var argument in node.Arguments)
        {
            if (directive.Argument(argument.Name.Value) is null)
            {
                var suggestion = Suggestions.DidYouMean(argument.Name.Value, directive.Arguments.Select(a => a.Name), budget: Context.Suggestions);
                Report($"Unknown argument \"{argument.Name}\" on directive \"@{directive.Name}\".{suggestion}", argument.Start);
            }
        }
    }
}
