using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>
/// 5.6.1: literals fit the type expected of them; with it 5.6.2 Input Object Field Names and 5.6.4 Input Object Required
/// Fields, which need the same descent. Variables are the business of <see cref="AllVariableUsagesAllowed"/>.
/// </summary>
internal sealed class ValuesOfCorrectType(ValidationContext context) : ValidationRule(context)
{
    public override void VariableDefinition(VariableDefinitionNode variable, GraphType? type)
    {
        if (variable.DefaultValue is { } value && type is { IsInput: true })
        {
            Check(value, type);
        }
    }

    public override void Field(FieldNode node, NamedType? parent, FieldDefinition? field)
    {
        if (field is not null)
        {
            Check(node.Arguments, field.Arguments);
        }
    }

    public override void Directive(DirectiveNode node, DirectiveType? directive, string location)
    {
        if (directive is not null)
        {
            Check(node.Arguments, directive.Arguments);
        }
    }

    private void Check(ImmutableArray<ArgumentNode> arguments, ImmutableArray<InputValueDefinition> definitions)
    {
        foreach (var argument in arguments)
        {
            foreach (var definition in definitions)
            {
                if (definition.Name == argument.Name.Value)
                {
                    Check(argument.Value, definition.Type);
                    break;
                }
            }
        }
    }

    private void Check(ValueNode value, GraphType type)
    {
        if (value is VariableNode)
        {
            return;
        }

        if (type is NonNullType nonNull)
        {
            if (value is NullValueNode)
            {
                Report($"Expected value of non-null type \"{type}\" not to be null.", value.Start);
                return;
            }

            type = nonNull.OfType;
        }

        if (value is NullValueNode)
        {
            return;
        }

        switch (type)
        {
            case ListType list when value is ListValueNode many:
                foreach (var item in many.Values)
                {
                    Check(item, list.OfType);
                }

                break;
            case ListType list:
                Check(value, list.OfType);
                break;
            case InputObjectType input when value is ObjectValueNode map:
                CheckObject(map, input);
                break;
            case InputObjectType input:
                Report($"Expected value of type \"{input.Name}\" to be an object, found: {ValueText.Of(value)}.", value.Start);
                break;
            case EnumType enumType:
                CheckEnum(value, enumType);
                break;
            case ScalarType scalar:
                CheckScalar(value, scalar);
                break;
        }
    }

    private void CheckObject(ObjectValueNode map, InputObjectType type)
    {
        // Of a field that is given twice, which is an error of its own, the last value counts.
        var given = new Dictionary<string, ObjectFieldNode>(map.Fields.Length, StringComparer.Ordinal);
        foreach (var node in map.Fields)
        {
            given[node.Name.Value] = node;
        }

        var known = 0;
        foreach (var node in map.Fields)
        {
            if (type.Field(node.Name.Value) is { } field)
            {
                known++;
                if (ReferenceEquals(given[node.Name.Value], node))
                {
                    Check(node.Value, field.Type);
                }
            }
            else
            {
                Context.Report("InputObjectFieldNames", InputCoercion.UnknownField(node.Name.Value, type, ValueText.Of(map), Context.Suggestions), [node.Start]);
            }
        }

        foreach (var field in type.Fields)
        {
            if (field.IsRequired && !given.ContainsKey(field.Name))
            {
                Context.Report("InputObjectRequiredFields", InputCoercion.MissingField(field, type, ValueText.Of(map)), [map.Start]);
            }
        }

        if (type.IsOneOf && (known != 1 || map.Fields.Any(f => f.Value is NullValueNode && type.Field(f.Name.Value) is not null)))
        {
            Report(InputCoercion.OneOf(type), map.Start);
        }
    }

    private void CheckEnum(ValueNode value, EnumType type)
    {
        if (value is not EnumValueNode name)
        {
            var text = ValueText.Of(value);
            Report($"Enum \"{type.Name}\" cannot represent non-enum value: {text}.{InputCoercion.EnumSuggestion(text.Trim('"'), type, Context.Suggestions)}", value.Start);
        }
        else if (type.Value(name.Value) is null)
        {
            Report($"Value \"{name.Value}\" does not exist in \"{type.Name}\" enum.{InputCoercion.EnumSuggestion(name.Value, type, Context.Suggestions)}", value.Start);
        }
    }

    private void CheckScalar(ValueNode value, ScalarType type)
    {
        try
        {
            type.Coercion.ParseLiteral(new VariableSubstitution(null).Replace(value));
        }
        catch (CoercionException e)
        {
            Report(e.Message, value.Start);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            Report($"Expected value of type \"{type.Name}\", found: {ValueText.Of(value)}.", value.Start);
        }
    }
}
