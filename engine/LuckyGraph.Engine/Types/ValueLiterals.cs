using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Writes JSON values as literals of a type: the inverse of literal coercion.</summary>
public static class ValueLiterals
{
    /// <summary>The literal that coerces to the value; false when the type has no such value.</summary>
    public static bool TryOf(JsonElement value, GraphType type, out ValueNode literal)
    {
        literal = Of(value, type)!;
        return literal is not null;
    }

    private static ValueNode? Of(JsonElement value, GraphType type)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return type.IsNonNull ? null : new NullValueNode();
        }

        switch (type.Nullable)
        {
            case ListType list when value.ValueKind == JsonValueKind.Array:
                var items = ImmutableArray.CreateBuilder<ValueNode>();
                foreach (var element in value.EnumerateArray())
                {
                    if (Of(element, list.OfType) is not { } item)
                    {
                        return null;
                    }

                    items.Add(item);
                }

                return new ListValueNode { Values = items.DrainToImmutable() };
            case ListType list:
                return Of(value, list.OfType);
            case InputObjectType input:
                return OfObject(value, input);
            case EnumType enumType:
                return value.ValueKind == JsonValueKind.String && enumType.Value(value.GetString()!) is { } known ? new EnumValueNode { Value = known.Name } : null;
            case ScalarType scalar:
                return OfScalar(value, scalar);
            default:
                return null;
        }
    }

    private static ObjectValueNode? OfObject(JsonElement value, InputObjectType type)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (type.Field(member.Name) is null)
            {
                return null;
            }
        }

        var fields = ImmutableArray.CreateBuilder<ObjectFieldNode>();
        foreach (var field in type.Fields)
        {
            if (!value.TryGetProperty(field.Name, out var member))
            {
                if (field.IsRequired)
                {
                    return null;
                }

                continue;
            }

            if (Of(member, field.Type) is not { } item)
            {
                return null;
            }

            fields.Add(new ObjectFieldNode { Name = new Name(field.Name), Value = item });
        }

        return new ObjectValueNode { Fields = fields.DrainToImmutable() };
    }

    private static ValueNode? OfScalar(JsonElement value, ScalarType type)
    {
        try
        {
            type.Coercion.ParseValue(value);
        }
        catch (CoercionException)
        {
            return null;
        }

        // An ID of digits is written as an integer, if it reads back as the same text.
        if (type.Name == "ID" && value.ValueKind == JsonValueKind.String
            && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == value.GetString())
        {
            return new IntValueNode { Value = value.GetString()! };
        }

        return VariableSubstitution.ToLiteral(value);
    }
}
