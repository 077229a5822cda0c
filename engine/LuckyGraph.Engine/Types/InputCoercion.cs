using System.Collections.Immutable;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Uploads;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>A value that does not fit its type.</summary>
/// <param name="Message">What does not fit and what would.</param>
/// <param name="Path">Where in the value: field names (string) and indices (int).</param>
/// <param name="Node">The literal at fault; null for values of JSON.</param>
public sealed record InputError(string Message, ImmutableArray<object> Path, SyntaxNode? Node);

/// <summary>
/// Input coercion (3.5 to 3.12) of literals and of the variables' JSON to the values that <see cref="CoercedArguments"/>
/// documents. All errors of a value are collected, up to <see cref="MaxErrors"/>.
/// </summary>
public static class InputCoercion
{
    /// <summary>Most errors collected for one value.</summary>
    public const int MaxErrors = 50;

    /// <summary>Coerces JSON.</summary>
    /// <returns>Whether the value fits; otherwise the reasons are added to <paramref name="errors"/>.</returns>
    public static bool TryCoerce(JsonElement value, GraphType type, out object? result, List<InputError> errors)
        => TryCoerce(value, type, null, out result, errors);

    /// <summary>Coerces JSON in which files stand in the place of nulls.</summary>
    internal static bool TryCoerce(JsonElement value, GraphType type, VariableFiles? files, out object? result, List<InputError> errors)
    {
        var before = errors.Count;
        result = Coerce(value, type, null, files, errors);
        return errors.Count == before;
    }

    /// <summary>Coerces a literal; variables in it are taken from <paramref name="variables"/>.</summary>
    /// <returns>Whether the value fits; otherwise the reasons are added to <paramref name="errors"/>.</returns>
    public static bool TryCoerce(ValueNode literal, GraphType type, VariableValues? variables, out object? result, List<InputError> errors)
    {
        var before = errors.Count;
        result = Coerce(literal, type, variables, null, errors);
        return errors.Count == before;
    }

    private static object? Coerce(JsonElement value, GraphType type, ResponsePath? path, VariableFiles? files, List<InputError> errors)
    {
        if (files is not null && value.ValueKind == JsonValueKind.Null && files.Take(path) is { } file)
        {
            return CoerceFile(file, type, path, errors);
        }

        if (type is NonNullType nonNull)
        {
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            {
                return Fail($"Expected value of non-null type \"{type}\" not to be null.", path, null, errors);
            }

            type = nonNull.OfType;
        }

        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return null;
        }

        switch (type)
        {
            case ListType list:
                if (value.ValueKind != JsonValueKind.Array)
                {
                    // 3.11: a single value is a list of one.
                    return new[] { Coerce(value, list.OfType, path, files, errors) };
                }

                var items = new object?[value.GetArrayLength()];
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    items[index] = Coerce(item, list.OfType, ResponsePath.Append(path, index), files, errors);
                    index++;
                }

                return items;
            case InputObjectType input:
                return CoerceObject(value, input, path, files, errors);
            case EnumType enumType:
                if (value.ValueKind != JsonValueKind.String)
                {
                    return Fail($"Enum \"{enumType.Name}\" cannot represent non-string value: {ValueText.Of(value)}.", path, null, errors);
                }

                var name = value.GetString()!;
                return enumType.Value(name)?.Name
                    ?? Fail($"Value \"{name}\" does not exist in \"{enumType.Name}\" enum.{EnumSuggestion(name, enumType)}", path, null, errors);
            case ScalarType scalar:
                try
                {
                    return scalar.Coercion.ParseValue(value);
                }
                catch (CoercionException e)
                {
                    return Fail(e.Message, path, null, errors);
                }
                catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidOperationException)
                {
                    return Fail($"Expected a value of type \"{scalar.Name}\", found: {ValueText.Of(value)}.", path, null, errors);
                }

            default:
                return Fail($"Type \"{type}\" is not an input type.", path, null, errors);
        }
    }

    private static object? CoerceFile(IFile file, GraphType type, ResponsePath? path, List<InputError> errors) => type.Nullable switch
    {
        ScalarType { Coercion: UploadCoercion } => file,
        // 3.11: a single value is a list of one.
        ListType list => new[] { CoerceFile(file, list.OfType, path, errors) },
        var other => Fail($"Expected a value of type \"{other}\", found: a file.", path, null, errors),
    };

    private static object? CoerceObject(JsonElement value, InputObjectType type, ResponsePath? path, VariableFiles? files, List<InputError> errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Fail($"Expected value of type \"{type.Name}\" to be an object, found: {ValueText.Of(value)}.", path, null, errors);
        }

        var values = new object?[type.Fields.Length];
        var provided = new bool[type.Fields.Length];
        var given = 0;
        foreach (var member in value.EnumerateObject())
        {
            if (type.Field(member.Name) is not { } field)
            {
                // What exceeds the errors that are reported is not worth a message.
                _ = errors.Count >= MaxErrors ? null : Fail(UnknownField(member.Name, type, ValueText.Of(value)), path, null, errors);
                continue;
            }

            values[field.Index] = Coerce(member.Value, field.Type, ResponsePath.Append(path, field.Name), files, errors);
            given += provided[field.Index] ? 0 : 1;
            provided[field.Index] = true;
        }

        foreach (var field in type.Fields)
        {
            if (!provided[field.Index])
            {
                if (field.IsRequired)
                {
                    Fail(MissingField(field, type, ValueText.Of(value)), path, null, errors);
                }
                else if (field.DefaultValue is not null)
                {
                    values[field.Index] = field.CoercedDefault;
                    provided[field.Index] = true;
                }
            }
        }

        CheckOneOf(
            type,
            given,
            name => !value.TryGetProperty(name, out var member) || (member.ValueKind == JsonValueKind.Null && values[type.Field(name)!.Index] is null),
            provided,
            path,
            null,
            errors);

        return new InputObjectValue(type, values, provided);
    }

    private static object? Coerce(ValueNode literal, GraphType type, VariableValues? variables, ResponsePath? path, List<InputError> errors)
    {
        if (literal is VariableNode variable)
        {
            return CoerceVariable(variable, type, variables, path, errors);
        }

        if (type is NonNullType nonNull)
        {
            if (literal is NullValueNode)
            {
                return Fail($"Expected value of non-null type \"{type}\" not to be null.", path, literal, errors);
            }

            type = nonNull.OfType;
        }

        if (literal is NullValueNode)
        {
            return null;
        }

        switch (type)
        {
            case ListType list:
                return CoerceList(literal, list, variables, path, errors);
            case InputObjectType input:
                return CoerceObject(literal, input, variables, path, errors);
            case EnumType enumType:
                if (literal is not EnumValueNode name)
                {
                    var text = ValueText.Of(literal);
                    return Fail($"Enum \"{enumType.Name}\" cannot represent non-enum value: {text}.{EnumSuggestion(text.Trim('"'), enumType)}", path, literal, errors);
                }

                return enumType.Value(name.Value)?.Name
                    ?? Fail($"Value \"{name.Value}\" does not exist in \"{enumType.Name}\" enum.{EnumSuggestion(name.Value, enumType)}", path, literal, errors);
            case ScalarType scalar:
                return CoerceScalar(literal, scalar, variables, path, errors);

            default:
                return Fail($"Type \"{type}\" is not an input type.", path, literal, errors);
        }
    }

    private static object? CoerceScalar(ValueNode literal, ScalarType scalar, VariableValues? variables, ResponsePath? path, List<InputError> errors)
    {
        var constant = literal;
        if (literal is ListValueNode or ObjectValueNode)
        {
            var substitution = new VariableSubstitution(variables);
            constant = substitution.Replace(literal, path);
            if (substitution.File is { } file)
            {
                // A scalar's literal is text: a file in it would be lost.
                return Fail(
                    $"Variable \"${file.Variable.Name.Value}\" holds a file, which no value of type \"{scalar.Name}\" can; give the file to an argument or input field of type Upload.",
                    file.Path, file.Variable, errors);
            }
        }

        try
        {
            return scalar.Coercion.ParseLiteral(constant);
        }
        catch (CoercionException e)
        {
            return Fail(e.Message, path, literal, errors);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            return Fail($"Expected a value of type \"{scalar.Name}\", found: {ValueText.Of(literal)}.", path, literal, errors);
        }
    }

    private static object? CoerceVariable(VariableNode variable, GraphType type, VariableValues? variables, ResponsePath? path, List<InputError> errors)
    {
        if (variables is null || !variables.TryGet(variable.Name.Value, out var value))
        {
            return type.IsNonNull
                ? Fail($"Expected variable \"${variable.Name.Value}\" provided to type \"{type}\" to provide a runtime value.", path, variable, errors)
                : null;
        }

        if (value is null && type.IsNonNull)
        {
            return Fail($"Expected variable \"${variable.Name.Value}\" provided to non-null type \"{type}\" not to be null.", path, variable, errors);
        }

        // 5.8.5: validation has made sure that the variable's type fits; only list depth may differ (3.11).
        return Wrap(value, variables.TypeOf(variable.Name.Value), type.Nullable);
    }

    // A variable of an item type in the position of a list is a list of one, at every depth.
    private static object? Wrap(object? value, GraphType? from, GraphType to)
    {
        if (value is null || from is null || to is not ListType list || from.Nullable is ListType)
        {
            return value;
        }

        return new[] { Wrap(value, from, list.OfType.Nullable) };
    }

    private static object?[] CoerceList(ValueNode literal, ListType list, VariableValues? variables, ResponsePath? path, List<InputError> errors)
    {
        if (literal is not ListValueNode many)
        {
            return [Coerce(literal, list.OfType, variables, path, errors)];
        }

        var items = new object?[many.Values.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Coerce(many.Values[i], list.OfType, variables, ResponsePath.Append(path, i), errors);
        }

        return items;
    }

    private static object? CoerceObject(ValueNode literal, InputObjectType type, VariableValues? variables, ResponsePath? path, List<InputError> errors)
    {
        if (literal is not ObjectValueNode map)
        {
            return Fail($"Expected value of type \"{type.Name}\" to be an object, found: {ValueText.Of(literal)}.", path, literal, errors);
        }

        var values = new object?[type.Fields.Length];
        var provided = new bool[type.Fields.Length];
        var failed = errors.Count;
        var given = 0;
        foreach (var node in map.Fields)
        {
            if (type.Field(node.Name.Value) is not { } field)
            {
                _ = errors.Count >= MaxErrors ? null : Fail(UnknownField(node.Name.Value, type, ValueText.Of(literal)), path, node, errors);
                continue;
            }

            // 3.10: a field whose variable has no value counts as not given.
            if (node.Value is VariableNode variable && (variables is null || !variables.TryGet(variable.Name.Value, out _)))
            {
                if (type.IsOneOf)
                {
                    Fail(
                        $"Expected variable \"${variable.Name.Value}\" provided to field \"{field.Name}\" for OneOf Input Object type \"{type.Name}\" to provide a runtime value.",
                        path, node.Value, errors);
                    given++;
                    provided[field.Index] = true;
                }
                else if (field.IsRequired)
                {
                    Fail($"Expected variable \"${variable.Name.Value}\" provided to type \"{field.Type}\" to provide a runtime value.",
                        ResponsePath.Append(path, field.Name), node.Value, errors);
                    provided[field.Index] = true;
                }

                continue;
            }

            values[field.Index] = Coerce(node.Value, field.Type, variables, ResponsePath.Append(path, field.Name), errors);
            given += provided[field.Index] ? 0 : 1;
            provided[field.Index] = true;
        }

        foreach (var field in type.Fields)
        {
            if (!provided[field.Index])
            {
                if (field.IsRequired)
                {
                    Fail(MissingField(field, type, ValueText.Of(literal)), path, literal, errors);
                }
                else if (field.DefaultValue is not null)
                {
                    values[field.Index] = field.CoercedDefault;
                    provided[field.Index] = true;
                }
            }
        }

        CheckOneOf(type, given, name => values[type.Field(name)!.Index] is null && errors.Count == failed, provided, path, literal, errors);

        return new InputObjectValue(type, values, provided);
    }

    // 3.10.1: exactly one field, and not null.
    private static void CheckOneOf(
        InputObjectType type, int given, Func<string, bool> isNull, bool[] provided, ResponsePath? path, SyntaxNode? node, List<InputError> errors)
    {
        if (!type.IsOneOf)
        {
            return;
        }

        if (given != 1)
        {
            Fail(OneOf(type), path, node, errors);
        }
        else if (type.Fields[Array.IndexOf(provided, true)].Name is var name && isNull(name))
        {
            Fail(OneOf(type), ResponsePath.Append(path, name), node, errors);
        }
    }

    internal static string OneOf(InputObjectType type)
        => $"Within OneOf Input Object type \"{type.Name}\", exactly one field must be specified, and the value for that field must be non-null.";

    internal static string MissingField(InputValueDefinition field, InputObjectType type, string found)
        => $"Expected value of type \"{type.Name}\" to include required field \"{field.Name}\", found: {found}.";

    internal static string UnknownField(string name, InputObjectType type, string found, SuggestionBudget? budget = null)
    {
        var suggestion = Suggestions.DidYouMean(name, type.Fields.Select(f => f.Name), budget: budget);
        return suggestion.Length > 0
            ? $"Expected value of type \"{type.Name}\" not to include unknown field \"{name}\".{suggestion} Found: {found}."
            : $"Expected value of type \"{type.Name}\" not to include unknown field \"{name}\", found: {found}.";
    }

    internal static string EnumSuggestion(string found, EnumType type, SuggestionBudget? budget = null)
        => Suggestions.DidYouMean(found, type.Values.Select(v => v.Name), "the enum value", budget);

    private static object? Fail(string message, ResponsePath? path, SyntaxNode? node, List<InputError> errors)
    {
        if (errors.Count < MaxErrors)
        {
            errors.Add(new InputError(message, Segments(path), node));
        }

        return null;
    }

    internal static ImmutableArray<object> Segments(ResponsePath? path)
    {
        var segments = new List<object>();
        for (; path is not null; path = path.Parent)
        {
            segments.Add(path.Name ?? (object)path.Index);
        }

        segments.Reverse();
        return [.. segments];
    }
}
