using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Object literals of defaults and directive arguments give a field once (5.6.3).</summary>
internal sealed class UniqueInputFieldNames(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        foreach (var (directives, _) in TypeSystemDirectives.Of(definition))
        {
            foreach (var argument in directives.SelectMany(d => d.Arguments))
            {
                Check(argument.Value);
            }
        }

        switch (definition)
        {
            case ComplexTypeDefinitionNode type:
                foreach (var field in type.Fields)
                {
                    Defaults(field.Arguments);
                }

                break;
            case InputObjectTypeDefinitionNode input:
                Defaults(input.Fields);
                break;
            case DirectiveDefinitionNode directive:
                Defaults(directive.Arguments);
                break;
        }
    }

    private void Defaults(ImmutableArray<InputValueDefinitionNode> inputs)
    {
        foreach (var input in inputs)
        {
            if (input.DefaultValue is { } value)
            {
                Check(value);
            }
        }
    }

    private void Check(ValueNode value)
    {
        switch (value)
        {
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    Check(item);
                }

                break;
            case ObjectValueNode map:
                var known = new Dictionary<string, Place>(StringComparer.Ordinal);
                foreach (var field in map.Fields)
                {
                    if (!known.TryAdd(field.Name.Value, At(field, field.Name)))
                    {
                        Report($"There can be only one input field named \"{field.Name}\".", known[field.Name.Value], At(field, field.Name));
                    }

                    Check(field.Value);
                }

                break;
        }
    }
}
