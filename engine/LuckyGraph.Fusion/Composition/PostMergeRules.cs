using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Post-merge validation: the merged schema as clients would see it.</summary>
internal static class PostMergeRules
{
    public static void Check(MergedSchema schema, CompositionLog log)
    {
        if (schema.Type("Query")?.Fields.Any(f => !f.IsInaccessible) != true)
        {
            log.Error(
                CompositionCodes.NoQueries, "Query", "The composed schema has no query field that clients see. Expose at least one.", schema.Sources.Select(s => s.Name));
        }

        foreach (var type in schema.Types.Values)
        {
            if (!type.IsInaccessible)
            {
                CheckNotEmpty(schema, type, log);
                CheckReferences(schema, type, log);
                CheckDefaults(schema, type, log);
                CheckInterfaces(schema, type, log);
            }

            if (type.Kind == TypeKind.InputObject)
            {
                CheckRequiredInputs(type, log);
            }
        }

        foreach (var source in schema.Sources)
        {
            foreach (var type in source.OrderedTypes)
            {
                foreach (var field in type.Fields)
                {
                    CheckMaps(schema, source, type, field, log);
                }
            }
        }
    }

    private static IEnumerable<string> Schemas(MergedType type) => type.Sources.Select(t => t.Schema.Name);

    private static IEnumerable<string> Schemas(MergedField field) => field.Sources.Select(f => f.Schema.Name);

    private static void CheckNotEmpty(MergedSchema schema, MergedType type, CompositionLog log)
    {
        var (code, what, empty) = type.Kind switch
        {
            TypeKind.Object when !type.IsRoot => (CompositionCodes.EmptyMergedObjectType, "field", !type.Fields.Any(f => !f.IsInaccessible)),
            TypeKind.Interface => (CompositionCodes.EmptyMergedInterfaceType, "field", !type.Fields.Any(f => !f.IsInaccessible)),
            TypeKind.InputObject => (CompositionCodes.EmptyMergedInputObjectType, "input field", type.InputFields.Count == 0),
            TypeKind.Enum => (CompositionCodes.EmptyMergedEnumType, "value", !type.Values.Any(v => !v.IsInaccessible)),
            TypeKind.Union => (CompositionCodes.EmptyMergedUnionType, "member", !type.Members.Any(m => schema.Type(m) is { IsInaccessible: false })),
            _ => ("", "", false),
        };
        if (empty)
        {
            log.Error(
                code, type.Name,
                $"The type \"{type.Name}\" of {PreMergeRules.Quote(Schemas(type))} has no {what} that clients see. Expose one, or mark the whole type @inaccessible{(type.Kind == TypeKind.Object ? " or @internal" : "")}.",
                Schemas(type));
        }
    }

    private static void CheckReferences(MergedSchema schema, MergedType type, CompositionLog log)
    {
        void Check(string coordinate, string what, TypeNode reference, IEnumerable<string> schemas)
        {
            var name = TypeNodes.NamedOf(reference);
            switch (schema.Type(name))
            {
                case { IsInaccessible: true }:
                    log.Error(
                        CompositionCodes.ReferenceToInaccessibleType, coordinate,
                        $"The {what} of {PreMergeRules.Quote(schemas)} has the type \"{name}\", which is @inaccessible. Hide the one too, or expose the other.", schemas);
                    break;
                case null when schema.Sources.Any(s => s.Type(name) is { IsInternal: true }):
                    log.Error(
                        CompositionCodes.ReferenceToInternalType, coordinate,
                        $"The {what} of {PreMergeRules.Quote(schemas)} has the type \"{name}\", which is @internal. Mark the field @internal too, or expose the type.", schemas);
                    break;
            }
        }

        foreach (var field in type.Fields)
        {
            if (field.IsInaccessible)
            {
                continue;
            }

            Check($"{type.Name}.{field.Name}", $"field \"{type.Name}.{field.Name}\"", field.Type, Schemas(field));
            foreach (var argument in field.Arguments)
            {
                Check($"{type.Name}.{field.Name}({argument.Name}:)", $"argument \"{argument.Name}\" of the field \"{type.Name}.{field.Name}\"", argument.Type, Schemas(field));
            }
        }

        foreach (var input in type.InputFields)
        {
            Check($"{type.Name}.{input.Name}", $"input field \"{type.Name}.{input.Name}\"", input.Type, Schemas(type));
        }
    }

    // Enum Type Default Value Inaccessible
    private static void CheckDefaults(MergedSchema schema, MergedType type, CompositionLog log)
    {
        void Check(string coordinate, string what, MergedInput input, IEnumerable<string> schemas)
        {
            if (input.DefaultValue is not null && Hidden(schema, input.Type, input.DefaultValue) is { } hidden)
            {
                log.Error(
                    CompositionCodes.EnumTypeDefaultValueInaccessible, coordinate,
                    $"The {what} of {PreMergeRules.Quote(schemas)} defaults to {Printer.PrintCompact(input.DefaultValue)}, but clients do not see {hidden}. Choose another default.",
                    schemas);
            }
        }

        foreach (var field in type.Fields.Where(f => !f.IsInaccessible))
        {
            foreach (var argument in field.Arguments)
            {
                Check($"{type.Name}.{field.Name}({argument.Name}:)", $"argument \"{argument.Name}\" of the field \"{type.Name}.{field.Name}\"", argument, Schemas(field));
            }
        }

        foreach (var input in type.InputFields)
        {
            Check($"{type.Name}.{input.Name}", $"input field \"{type.Name}.{input.Name}\"", input, Schemas(type));
        }
    }

    private static string? Hidden(MergedSchema schema, TypeNode type, ValueNode value)
    {
        switch (value)
        {
            case ListValueNode list:
                var item = TypeNodes.IsList(type) ? TypeNodes.Item(type) : type;
                return list.Values.Select(v => Hidden(schema, item, v)).FirstOrDefault(h => h is not null);
            case ObjectValueNode node when schema.Type(TypeNodes.NamedOf(type)) is { Kind: TypeKind.InputObject } input:
                foreach (var field in node.Fields)
                {
                    var hidden = input.InputFields.Find(f => f.Name == field.Name.Value) is { } known
                        ? Hidden(schema, known.Type, field.Value)
                        : $"the input field \"{input.Name}.{field.Name.Value}\"";
                    if (hidden is not null)
                    {
                        return hidden;
                    }
                }

                return null;
            case EnumValueNode node when schema.Type(TypeNodes.NamedOf(type)) is { Kind: TypeKind.Enum } @enum:
                return @enum.Values.Exists(v => v.Name == node.Value && !v.IsInaccessible) ? null : $"the value \"{node.Value}\" of \"{@enum.Name}\"";
            default:
                return null;
        }
    }

    private static void CheckInterfaces(MergedSchema schema, MergedType type, CompositionLog log)
    {
        foreach (var name in type.Interfaces)
        {
            if (schema.Type(name) is not { Kind: TypeKind.Interface, IsInaccessible: false } contract)
            {
                continue;
            }

            foreach (var expected in contract.Fields.Where(f => !f.IsInaccessible))
            {
                var coordinate = $"{type.Name}.{expected.Name}";
                string[] schemas = [.. Schemas(type), .. Schemas(expected)];
                var field = type.Field(expected.Name);
                if (field is null)
                {
                    log.Error(
                        CompositionCodes.InterfaceFieldNoImplementation, coordinate,
                        $"The type \"{type.Name}\" of {PreMergeRules.Quote(Schemas(type))} implements \"{name}\", but no schema gives it the field \"{expected.Name}\" that {PreMergeRules.Quote(Schemas(expected))} declares on the interface. Add the field to the type, or take it off the interface.",
                        schemas);
                }
                else if (field.IsInaccessible)
                {
                    log.Error(
                        CompositionCodes.ImplementedByInaccessible, coordinate,
                        $"The field \"{coordinate}\" of {PreMergeRules.Quote(Schemas(field))} is @inaccessible, but it implements \"{name}.{expected.Name}\", which clients see. Hide both or neither.", schemas);
                }
                else
                {
                    CheckImplementation(schema, type, field, contract, expected, schemas, log);
                }
            }
        }
    }

    private static void CheckImplementation(
        MergedSchema schema, MergedType type, MergedField field, MergedType contract, MergedField expected, string[] schemas, CompositionLog log)
    {
        var coordinate = $"{type.Name}.{field.Name}";
        if (!IsImplementationFieldType(schema, field.Type, expected.Type))
        {
            log.Error(
                CompositionCodes.InterfaceFieldTypeMismatch, coordinate,
                $"The field \"{coordinate}\" merges to \"{TypeNodes.Print(field.Type)}\", which does not implement \"{contract.Name}.{expected.Name}: {TypeNodes.Print(expected.Type)}\". Give both the same type in every schema.",
                schemas);
        }

        foreach (var argument in expected.Arguments)
        {
            if (field.Argument(argument.Name) is not { } own)
            {
                log.Error(
                    CompositionCodes.InterfaceFieldArgumentNoImplementation, coordinate,
                    $"The argument \"{argument.Name}\" is on the interface field \"{contract.Name}.{expected.Name}\", but merging removed it from \"{coordinate}\". Declare it in every schema that has the field.",
                    schemas);
            }
            else if (!TypeNodes.Same(own.Type, argument.Type))
            {
                log.Error(
                    CompositionCodes.InterfaceFieldArgumentTypeMismatch, coordinate,
                    $"The argument \"{argument.Name}\" merges to \"{TypeNodes.Print(own.Type)}\" on \"{coordinate}\" and to \"{TypeNodes.Print(argument.Type)}\" on \"{contract.Name}.{expected.Name}\". Give it the same type in every schema.",
                    schemas);
            }
        }

        foreach (var argument in field.Arguments)
        {
            if (expected.Argument(argument.Name) is null && argument.Type is NonNullTypeNode && argument.DefaultValue is null)
            {
                log.Error(
                    CompositionCodes.InterfaceFieldArgumentTypeMismatch, coordinate,
                    $"The field \"{coordinate}\" needs the argument \"{argument.Name}\", which the interface field \"{contract.Name}.{expected.Name}\" does not have. Make it nullable or give it a default.",
                    schemas);
            }
        }
    }

    // IsImplementationFieldType
    private static bool IsImplementationFieldType(MergedSchema schema, TypeNode type, TypeNode contract)
    {
        if (contract is NonNullTypeNode nonNull)
        {
            return type is NonNullTypeNode own && IsImplementationFieldType(schema, own.Type, nonNull.Type);
        }

        type = TypeNodes.Nullable(type);
        return (type, contract) switch
        {
            (ListTypeNode a, ListTypeNode b) => IsImplementationFieldType(schema, a.Type, b.Type),
            (NamedTypeNode a, NamedTypeNode b) => a.Name.Value == b.Name.Value
                || (schema.Type(b.Name.Value) is { } wide
                    && (wide.Members.Contains(a.Name.Value)
                        || (wide.Kind == TypeKind.Interface && schema.Type(a.Name.Value)?.Interfaces.Contains(wide.Name) == true))),
            _ => false,
        };
    }

    private static void CheckRequiredInputs(MergedType type, CompositionLog log)
    {
        if (type.IsInaccessible)
        {
            return;
        }

        foreach (var source in type.Sources)
        {
            foreach (var field in source.InputFields)
            {
                if (field is { Type: NonNullTypeNode, DefaultValue: null } && !type.InputFields.Exists(f => f.Name == field.Name.Value))
                {
                    log.Error(
                        CompositionCodes.NonNullInputFieldIsInaccessible, $"{type.Name}.{field.Name.Value}",
                        $"The input field \"{type.Name}.{field.Name.Value}\" is non-null in schema \"{source.Schema.Name}\", but clients do not see it: another schema hides or lacks it. Expose it everywhere, or make it nullable.",
                        Schemas(type));
                }
            }
        }
    }

    private static void CheckMaps(MergedSchema schema, SourceDocument source, SourceType type, SourceFieldDefinition field, CompositionLog log)
    {
        foreach (var argument in field.Arguments)
        {
            if (argument.Require is { } require && !field.IsInternal && !field.IsOverridden)
            {
                var error = SelfRequired(type, require) ?? new SelectionMapRules(schema, source, isRequirement: true).Check(require, argument.Type, type.Name);
                if (error is not null)
                {
                    log.Error(
                        CompositionCodes.RequireInvalidFields, field.Coordinate,
                        $"The @require \"{require}\" on argument \"{argument.Name}\" of \"{field.Coordinate}\" in schema \"{source.Name}\" does not fit: {error}", source, argument.Node);
                }
            }

            if (field.IsLookup && !TypeNodes.IsList(field.Type))
            {
                CheckKeyMap(schema, source, field, argument, log);
            }
        }
    }

    private static void CheckKeyMap(MergedSchema schema, SourceDocument source, SourceFieldDefinition field, SourceArgument argument, CompositionLog log)
    {
        var returned = TypeNodes.NamedOf(field.Type);
        if (argument.HasIs && argument.Is is null)
        {
            return;
        }

        // Without @is the name must match, which LOOKUP_KEY_MISSING_FOR_TYPE has checked; here its type must match too.
        var map = argument.Is ?? new SelectedPath(new FieldPath(null, [new PathSegment(argument.Name)]));
        if (argument.Is is null && source.Type(returned) is { Kind: TypeKind.Union or TypeKind.Interface })
        {
            return;
        }

        if (new SelectionMapRules(schema, source, isRequirement: false).Check(map, argument.Type, returned) is { } error)
        {
            log.Error(
                CompositionCodes.IsInvalidFields, field.Coordinate,
                $"The {(argument.Is is null ? "key" : "@is")} \"{map}\" on argument \"{argument.Name}\" of the lookup \"{field.Coordinate}\" in schema \"{source.Name}\" does not fit: {error}",
                source, argument.Node);
        }
    }

    private static string? SelfRequired(SourceType type, SelectedValue require)
    {
        foreach (var root in SelectedValues.RootFields(require))
        {
            if (type.Field(root) is { IsExternal: false, IsInternal: false, IsOverridden: false } own)
            {
                return $"\"{own.Coordinate}\" is a field of the same schema. Require only what other schemas know; read your own fields in the resolver.";
            }
        }

        return null;
    }
}
