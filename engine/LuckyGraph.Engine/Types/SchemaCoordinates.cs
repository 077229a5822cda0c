using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>An element of a schema that a coordinate names; exactly the deepest one is set besides its containers.</summary>
/// <param name="Type">The type, unless the coordinate names a directive.</param>
/// <param name="Field">The field of an object or interface type.</param>
/// <param name="InputValue">The input field, field argument or directive argument.</param>
/// <param name="EnumValue">The enum value.</param>
/// <param name="Directive">The directive.</param>
public sealed record SchemaElement(
    NamedType? Type = null, FieldDefinition? Field = null, InputValueDefinition? InputValue = null, EnumValueDefinition? EnumValue = null, DirectiveType? Directive = null);

/// <summary>Finds what schema coordinates name (GraphQL September 2025, 2.13).</summary>
public static class SchemaCoordinates
{
    /// <summary>The element, or null when its container exists but has no such member.</summary>
    /// <exception cref="CoercionException">The containing element does not exist or is of a kind that has no such members.</exception>
    public static SchemaElement? Resolve(Schema schema, SchemaCoordinate coordinate)
    {
        if (coordinate.IsDirective)
        {
            var directive = schema.Directives.GetValueOrDefault(coordinate.Name);
            if (coordinate.ArgumentName is not { } directiveArgument)
            {
                return directive is null ? null : new SchemaElement(Directive: directive);
            }

            return directive is null
                ? throw new CoercionException($"Expected \"{coordinate.Name}\" to be defined as a directive in the schema.")
                : directive.Argument(directiveArgument) is { } found ? new SchemaElement(Directive: directive, InputValue: found) : null;
        }

        var type = schema.Type(coordinate.Name);
        if (coordinate.MemberName is not { } member)
        {
            return type is null ? null : new SchemaElement(type);
        }

        if (type is null)
        {
            throw new CoercionException($"Expected \"{coordinate.Name}\" to be defined as a type in the schema.");
        }

        if (coordinate.ArgumentName is { } argumentName)
        {
            var field = type is ComplexType ? schema.Field(type, member) : throw new CoercionException($"Expected \"{type.Name}\" to be an object type or interface type.");
            return field is null
                ? throw new CoercionException($"Expected \"{member}\" to exist as a field of type \"{type.Name}\" in the schema.")
                : field.Argument(argumentName) is { } argument ? new SchemaElement(type, field, argument) : null;
        }

        return type switch
        {
            EnumType enumType => enumType.Value(member) is { } value ? new SchemaElement(type, EnumValue: value) : null,
            InputObjectType input => input.Field(member) is { } inputField ? new SchemaElement(type, InputValue: inputField) : null,
            ComplexType => schema.Field(type, member) is { } field ? new SchemaElement(type, field) : null,
            _ => throw new CoercionException($"Expected \"{type.Name}\" to be an Enum, Input Object, Object or Interface type."),
        };
    }
}
