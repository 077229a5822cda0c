using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Validate Source Schemas: <c>@key</c> and <c>@provides</c>, and what they make of the fields they select.</summary>
internal static class SourceKeyRules
{
    public static void Check(SourceDocument schema, CompositionLog log)
    {
        foreach (var type in schema.OrderedTypes)
        {
            foreach (var directive in type.Directives)
            {
                if (directive.Name.Value == CompositeDirectives.Key)
                {
                    CheckKey(schema, type, directive, log);
                }
            }

            foreach (var field in type.Fields)
            {
                if (CompositeDirectives.Find(field.Node.Directives, CompositeDirectives.Provides) is { } provides)
                {
                    CheckProvides(schema, field, provides, log);
                }
            }
        }

        // Keys of an interface are inherited by its implementations.
        foreach (var type in schema.OrderedTypes)
        {
            foreach (var key in type.Keys)
            {
                MarkKeyMembers(schema, type, key);
                if (type.Kind == TypeKind.Interface)
                {
                    foreach (var possible in schema.PossibleTypes(type))
                    {
                        MarkKeyMembers(schema, possible, key);
                    }
                }
            }
        }
    }

    /// <summary>Marks the fields that a key selects; nested ones too, since they are part of the key's value.</summary>
    public static void MarkKeyMembers(SourceDocument schema, SourceType type, SelectionSetNode key)
    {
        var fields = new HashSet<SourceFieldDefinition>();
        SourceSelections.Visit(schema, type, key, fields);
        foreach (var field in fields)
        {
            field.IsKeyMember = true;
        }
    }

    private static void CheckKey(SourceDocument schema, SourceType type, DirectiveNode directive, CompositionLog log)
    {
        if (CompositeDirectives.Argument(directive, "fields") is not StringValueNode text)
        {
            log.Error(
                CompositionCodes.KeyInvalidFieldsType, type.Name,
                $"A @key of \"{type.Name}\" in schema \"{schema.Name}\" has no string as its argument \"fields\". Write a selection such as @key(fields: \"id\").", schema, directive);
            return;
        }

        SelectionSetNode selection;
        try
        {
            selection = Parser.ParseSelectionSet(text.Value);
        }
        catch (GraphQLSyntaxException e)
        {
            log.Error(
                CompositionCodes.KeyInvalidSyntax, type.Name,
                $"The @key \"{text.Value}\" of \"{type.Name}\" in schema \"{schema.Name}\" is no selection set: {e.Message}", schema, directive);
            return;
        }

        if (SourceSelections.HasDirective(selection))
        {
            log.Error(
                CompositionCodes.KeyDirectiveInFieldsArgument, type.Name,
                $"The @key \"{text.Value}\" of \"{type.Name}\" in schema \"{schema.Name}\" contains a directive. Select plain fields.", schema, directive);
            return;
        }

        if (CheckKeySelection(schema, type, type, text.Value, selection, directive, log))
        {
            type.Keys.Add(selection);
        }
    }

    private static bool CheckKeySelection(
        SourceDocument schema, SourceType keyed, SourceType type, string key, SelectionSetNode selection, DirectiveNode directive, CompositionLog log)
    {
        var valid = true;
        foreach (var node in selection.Selections)
        {
            if (node is not FieldNode selected || type.Field(selected.Name.Value) is not { } field)
            {
                var name = node is FieldNode named ? $"\"{type.Name}.{named.Name.Value}\", which does not exist there" : "a fragment";
                log.Error(
                    CompositionCodes.KeyInvalidFields, keyed.Name,
                    $"The @key \"{key}\" of \"{keyed.Name}\" in schema \"{schema.Name}\" selects {name}. Select fields that the schema declares.", schema, directive);
                valid = false;
                continue;
            }

            if (!selected.Arguments.IsEmpty || field.Arguments.Any(a => a.IsRequired && !a.HasRequire))
            {
                log.Error(
                    CompositionCodes.KeyInvalidArguments, keyed.Name,
                    $"The @key \"{key}\" of \"{keyed.Name}\" in schema \"{schema.Name}\" selects \"{field.Coordinate}\" with arguments or without ones it needs. A key consists of fields that need no argument.",
                    schema, directive);
                valid = false;
            }

            var fieldType = schema.Type(TypeNodes.NamedOf(field.Type));
            if (TypeNodes.IsList(field.Type) || fieldType?.Kind is TypeKind.Interface or TypeKind.Union)
            {
                log.Error(
                    CompositionCodes.KeyFieldsSelectInvalidType, keyed.Name,
                    $"The @key \"{key}\" of \"{keyed.Name}\" in schema \"{schema.Name}\" selects \"{field.Coordinate}\" of type \"{TypeNodes.Print(field.Type)}\". A key consists of scalars, enums and objects, not of lists, interfaces or unions.",
                    schema, directive);
                valid = false;
            }
            else if (fieldType is { Kind: TypeKind.Object } != selected.SelectionSet is not null)
            {
                log.Error(
                    CompositionCodes.KeyInvalidFields, keyed.Name,
                    $"The @key \"{key}\" of \"{keyed.Name}\" in schema \"{schema.Name}\" selects \"{field.Coordinate}\" {(selected.SelectionSet is null ? "without a selection of its fields" : "with a selection, but it has no fields")}.",
                    schema, directive);
                valid = false;
            }
            else if (selected.SelectionSet is { } children)
            {
                valid &= CheckKeySelection(schema, keyed, fieldType!, key, children, directive, log);
            }
        }

        return valid;
    }

    private static void CheckProvides(SourceDocument schema, SourceFieldDefinition field, DirectiveNode directive, CompositionLog log)
    {
        var returned = schema.Type(TypeNodes.NamedOf(field.Type));
        if (returned?.Kind is not (TypeKind.Object or TypeKind.Interface))
        {
            log.Error(
                CompositionCodes.ProvidesOnNonCompositeField, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" has @provides, but its type \"{TypeNodes.Print(field.Type)}\" is no object or interface. Remove the directive.",
                schema, directive);
            return;
        }

        if (CompositeDirectives.Argument(directive, "fields") is not StringValueNode text)
        {
            log.Error(
                CompositionCodes.ProvidesInvalidFieldsType, field.Coordinate,
                $"The @provides of \"{field.Coordinate}\" in schema \"{schema.Name}\" has no string as its argument \"fields\". Write a selection such as @provides(fields: \"name\").",
                schema, directive);
            return;
        }

        SelectionSetNode selection;
        try
        {
            selection = Parser.ParseSelectionSet(text.Value);
        }
        catch (GraphQLSyntaxException e)
        {
            log.Error(
                CompositionCodes.ProvidesInvalidSyntax, field.Coordinate,
                $"The @provides \"{text.Value}\" of \"{field.Coordinate}\" in schema \"{schema.Name}\" is no selection set: {e.Message}", schema, directive);
            return;
        }

        if (SourceSelections.HasDirective(selection))
        {
            log.Error(
                CompositionCodes.ProvidesDirectiveInFieldsArgument, field.Coordinate,
                $"The @provides \"{text.Value}\" of \"{field.Coordinate}\" in schema \"{schema.Name}\" contains a directive. Select plain fields.", schema, directive);
            return;
        }

        if (CheckProvidedSelection(schema, field, returned, text.Value, selection, directive, log))
        {
            field.Provides = selection;
        }
    }

    private static bool CheckProvidedSelection(
        SourceDocument schema, SourceFieldDefinition providing, SourceType type, string text, SelectionSetNode selection, DirectiveNode directive, CompositionLog log)
    {
        var valid = true;
        foreach (var node in selection.Selections)
        {
            if (node is InlineFragmentNode fragment)
            {
                var condition = fragment.TypeCondition is { } named ? schema.Type(named.Name.Value) : type;
                if (condition is not null)
                {
                    valid &= CheckProvidedSelection(schema, providing, condition, text, fragment.SelectionSet, directive, log);
                    continue;
                }
            }

            if (node is not FieldNode selected || type.Field(selected.Name.Value) is not { } field)
            {
                log.Error(
                    CompositionCodes.ProvidesInvalidFields, providing.Coordinate,
                    $"The @provides \"{text}\" of \"{providing.Coordinate}\" in schema \"{schema.Name}\" selects {(node is FieldNode unknown ? $"\"{type.Name}.{unknown.Name.Value}\"" : "a fragment")}, which the schema does not declare. Declare it there with @external, or select another field.",
                    schema, directive);
                valid = false;
                continue;
            }

            if (!selected.Arguments.IsEmpty || field.Arguments.Any(a => !a.HasRequire))
            {
                log.Error(
                    CompositionCodes.ProvidesFieldsHasArguments, providing.Coordinate,
                    $"The @provides \"{text}\" of \"{providing.Coordinate}\" in schema \"{schema.Name}\" selects \"{field.Coordinate}\", which has arguments. Only fields without arguments can be provided.",
                    schema, directive);
                valid = false;
            }

            var fieldType = schema.Type(TypeNodes.NamedOf(field.Type));
            if (fieldType?.Kind is TypeKind.Object or TypeKind.Interface)
            {
                if (selected.SelectionSet is null)
                {
                    log.Error(
                        CompositionCodes.ProvidesInvalidFields, providing.Coordinate,
                        $"The @provides \"{text}\" of \"{providing.Coordinate}\" in schema \"{schema.Name}\" selects \"{field.Coordinate}\" without a selection of its fields.", schema, directive);
                    valid = false;
                }
                else
                {
                    valid &= CheckProvidedSelection(schema, providing, fieldType, text, selected.SelectionSet, directive, log);
                }
            }
            else if (!field.IsExternal)
            {
                // Objects on the way may be resolved here anyway; what is provided are the leaves.
                log.Error(
                    CompositionCodes.ProvidesFieldsMissingExternal, providing.Coordinate,
                    $"The @provides \"{text}\" of \"{providing.Coordinate}\" in schema \"{schema.Name}\" selects \"{field.Coordinate}\", which is not @external there. Mark it @external, or leave it out: the schema resolves it everywhere.",
                    schema, directive);
                valid = false;
            }
        }

        return valid;
    }
}
