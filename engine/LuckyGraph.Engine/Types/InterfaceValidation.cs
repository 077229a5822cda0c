using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Checks that a type keeps the promises of its interfaces (3.6.1 IsValidImplementation).</summary>
internal static class InterfaceValidation
{
    public static void Validate(Schema schema, ComplexType type, SchemaErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in type.InterfaceNodes)
        {
            var name = node.Name.Value;
            if (!seen.Add(name))
            {
                if (schema.Type(name) is InterfaceType)
                {
                    errors.Add($"Type {type.Name} can only implement {name} once.", Naming(type, name));
                }

                continue;
            }

            if (schema.Type(name) is not InterfaceType implemented)
            {
                errors.Add($"Type {type.Name} must only implement Interface types, it cannot implement {name}.", Naming(type, name));
            }
            else if (ReferenceEquals(implemented, type))
            {
                errors.Add($"Type {type.Name} cannot implement itself because it would create a circular reference.", Naming(type, name));
            }
            else
            {
                Ancestors(type, implemented, errors);
                foreach (var field in implemented.Fields)
                {
                    Field(schema, type, implemented, field, errors);
                }
            }
        }
    }

    private static SyntaxNode?[] Naming(ComplexType type, string name) => [.. type.InterfaceNodes.Where(i => i.Name.Value == name)];

    private static void Ancestors(ComplexType type, InterfaceType implemented, SchemaErrors errors)
    {
        foreach (var ancestor in implemented.Interfaces)
        {
            if (!type.Interfaces.Contains(ancestor))
            {
                errors.Add(
                    ReferenceEquals(ancestor, type)
                        ? $"Type {type.Name} cannot implement {implemented.Name} because it would create a circular reference."
                        : $"Type {type.Name} must implement {ancestor.Name} because it is implemented by {implemented.Name}.",
                    [.. Naming(implemented, ancestor.Name), .. Naming(type, implemented.Name)]);
            }
        }
    }

    private static void Field(Schema schema, ComplexType type, InterfaceType implemented, FieldDefinition promised, SchemaErrors errors)
    {
        var coordinate = $"{implemented.Name}.{promised.Name}";
        if (type.Field(promised.Name) is not { } field)
        {
            errors.Add($"Interface field {coordinate} expected but {type.Name} does not provide it.", [promised.Node, .. type.Nodes]);
            return;
        }

        if (!TypeRelations.IsSubtype(schema, field.Type, promised.Type))
        {
            errors.Add(
                $"Interface field {coordinate} expects type {promised.Type} but {type.Name}.{field.Name} is type {field.Type}.",
                promised.Node?.Type, field.Node?.Type);
        }

        foreach (var expected in promised.Arguments)
        {
            if (field.Argument(expected.Name) is not { } argument)
            {
                errors.Add(
                    $"Interface field argument {coordinate}({expected.Name}:) expected but {type.Name}.{field.Name} does not provide it.",
                    expected.Node, field.Node);
            }
            else if (!ReferenceEquals(expected.Type, argument.Type))
            {
                errors.Add(
                    $"Interface field argument {coordinate}({expected.Name}:) expects type {expected.Type} but {type.Name}.{field.Name}({argument.Name}:) is type {argument.Type}.",
                    expected.Node?.Type, argument.Node?.Type);
            }
        }

        foreach (var argument in field.Arguments)
        {
            if (argument.IsRequired && promised.Argument(argument.Name) is null)
            {
                errors.Add(
                    $"Argument \"{type.Name}.{field.Name}({argument.Name}:)\" must not be required type \"{argument.Type}\" if not provided by the Interface field \"{coordinate}\".",
                    argument.Node, promised.Node);
            }
        }

        if (field.DeprecationReason is not null && promised.DeprecationReason is null)
        {
            errors.Add(
                $"Interface field {coordinate} is not deprecated, so implementation field {type.Name}.{field.Name} must not be deprecated.",
                SchemaValidator.Deprecation(field.AppliedDirectives), field.Node?.Type);
        }
    }
}
