using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Validate Source Schemas: the type system, internal, external, override and shareable directives.</summary>
internal static class SourceTypeSystemRules
{
    private static readonly (OperationKind Operation, string Name, string Code)[] s_roots =
    [
        (OperationKind.Query, "Query", CompositionCodes.RootQueryUsed),
        (OperationKind.Mutation, "Mutation", CompositionCodes.RootMutationUsed),
        (OperationKind.Subscription, "Subscription", CompositionCodes.RootSubscriptionUsed),
    ];

    public static void Check(SourceDocument schema, CompositionLog log)
    {
        CheckRoots(schema, log);
        foreach (var type in schema.OrderedTypes)
        {
            CheckType(schema, type, log);
            foreach (var field in type.Fields)
            {
                if (type.Kind == TypeKind.Interface)
                {
                    CheckInterfaceField(schema, field, log);
                }

                CheckField(schema, type, field, log);
            }
        }

        foreach (var directive in schema.Directives)
        {
            if (directive.Name.Value is "skip" or "include" or "deprecated" or "specifiedBy" or "oneOf"
                && directive.Arguments.FirstOrDefault(a => CompositeDirectives.Has(a.Directives, CompositeDirectives.Inaccessible)) is { } argument)
            {
                log.Error(
                    CompositionCodes.DisallowedInaccessible, $"@{directive.Name.Value}({argument.Name.Value}:)",
                    $"The argument \"{argument.Name.Value}\" of the built-in directive @{directive.Name.Value} in schema \"{schema.Name}\" cannot be @inaccessible. Remove the directive.",
                    schema, argument);
            }
        }
    }

    /// <summary>External Unused needs the keys and provided selections, so it runs after their rules.</summary>
    public static void CheckExternalUsage(SourceDocument schema, CompositionLog log)
    {
        var used = new HashSet<SourceFieldDefinition>();
        foreach (var type in schema.Types.Values)
        {
            foreach (var key in type.Keys)
            {
                SourceSelections.Visit(schema, type, key, used);
            }

            foreach (var field in type.Fields)
            {
                if (field.Provides is { } provides && schema.Type(TypeNodes.NamedOf(field.Type)) is { } returned)
                {
                    SourceSelections.Visit(schema, returned, provides, used);
                }
            }
        }

        foreach (var type in schema.OrderedTypes)
        {
            foreach (var field in type.Fields)
            {
                if (field.IsExternal && type.Kind != TypeKind.Interface && !used.Contains(field))
                {
                    log.Error(
                        CompositionCodes.ExternalUnused, field.Coordinate,
                        $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @external, but no @key and no @provides of that schema selects it. Remove the field, or the directive when the schema resolves it.",
                        schema, field.Node);
                }
            }
        }
    }

    private static void CheckRoots(SourceDocument schema, CompositionLog log)
    {
        foreach (var (operation, name, code) in s_roots)
        {
            var root = schema.Roots.GetValueOrDefault(operation);
            if (root is not null && root != name)
            {
                log.Error(
                    code, root,
                    $"The {name.ToLowerInvariant()} root of schema \"{schema.Name}\" is named \"{root}\". Name it \"{name}\".", schema, schema.Type(root)?.Node);
            }
            else if (root is null && schema.Type(name) is { } type)
            {
                log.Error(
                    code, name,
                    $"The schema \"{schema.Name}\" has a type \"{name}\" that is not its {name.ToLowerInvariant()} root. Declare it as the root or rename it.", schema, type.Node);
            }
        }

        if (schema.Roots.TryGetValue(OperationKind.Query, out var query) && schema.Type(query) is { IsInaccessible: true } inaccessible)
        {
            log.Error(
                CompositionCodes.QueryRootTypeInaccessible, query,
                $"The query root of schema \"{schema.Name}\" is @inaccessible. Remove the directive; hide single fields instead.", schema, inaccessible.Node);
        }
    }

    private static void CheckType(SourceDocument schema, SourceType type, CompositionLog log)
    {
        if (type.Name is CompositeDirectives.FieldSelectionMap or CompositeDirectives.FieldSelectionSet && type.Kind != TypeKind.Scalar)
        {
            log.Error(
                CompositionCodes.TypeDefinitionInvalid, type.Name,
                $"The schema \"{schema.Name}\" defines \"{type.Name}\" as something else than a scalar. The name belongs to the Composite Schemas specification: rename the type.",
                schema, type.Node);
        }

        if (SourceSchemaLoader.IsBuiltInScalar(type.Name) || type.Name.StartsWith("__", StringComparison.Ordinal))
        {
            if (type.IsInaccessible
                || type.Fields.Any(f => f.IsInaccessible || f.Arguments.Any(a => a.IsInaccessible)))
            {
                log.Error(
                    CompositionCodes.DisallowedInaccessible, type.Name,
                    $"The built-in type \"{type.Name}\" in schema \"{schema.Name}\" cannot be @inaccessible, nor any member of it. Remove the directive.", schema, type.Node);
            }
        }
    }

    private static void CheckInterfaceField(SourceDocument schema, SourceFieldDefinition field, CompositionLog log)
    {
        if (field.IsExternal)
        {
            log.Error(
                CompositionCodes.ExternalOnInterface, field.Coordinate,
                $"The interface field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @external. Interface fields are resolved by the implementing types: put the directive there.",
                schema, field.Node);
        }

        if (CompositeDirectives.Has(field.Node.Directives, CompositeDirectives.Override))
        {
            log.Error(
                CompositionCodes.OverrideOnInterface, field.Coordinate,
                $"The interface field \"{field.Coordinate}\" in schema \"{schema.Name}\" has @override. Override the fields of the implementing types instead.", schema, field.Node);
        }

        if (CompositeDirectives.Has(field.Node.Directives, CompositeDirectives.Shareable))
        {
            log.Error(
                CompositionCodes.InvalidShareableUsage, field.Coordinate,
                $"The interface field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @shareable. Interface fields are shared anyway: remove the directive.", schema, field.Node);
        }
    }

    private static void CheckField(SourceDocument schema, SourceType type, SourceFieldDefinition field, CompositionLog log)
    {
        if (type.Name == schema.Roots.GetValueOrDefault(OperationKind.Subscription) && field.IsShareable)
        {
            log.Error(
                CompositionCodes.InvalidShareableUsage, field.Coordinate,
                $"The subscription field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @shareable. Events have one source: remove the directive.", schema, field.Node);
        }

        var overrides = CompositeDirectives.Has(field.Node.Directives, CompositeDirectives.Override);
        if (overrides && field.OverrideFrom == schema.Name)
        {
            log.Error(
                CompositionCodes.OverrideFromSelf, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" overrides itself. Name the schema that the field moves from.", schema, field.Node);
        }

        if (overrides && field.IsInternal)
        {
            log.Error(
                CompositionCodes.InternalOverrideCollision, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @internal and has @override. An internal field cannot take over a composed one: remove one of the two.",
                schema, field.Node);
        }

        if (!field.IsExternal)
        {
            return;
        }

        if (overrides)
        {
            log.Error(
                CompositionCodes.ExternalOverrideCollision, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @external and has @override. A schema either takes a field over or leaves it to another: remove one of the two.",
                schema, field.Node);
        }

        if (CompositeDirectives.Has(field.Node.Directives, CompositeDirectives.Provides))
        {
            log.Error(
                CompositionCodes.ExternalProvidesCollision, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @external and has @provides. A field that is resolved elsewhere provides nothing here: remove one of the two.",
                schema, field.Node);
        }

        foreach (var argument in field.Arguments)
        {
            if (argument.HasRequire)
            {
                log.Error(
                    CompositionCodes.ExternalRequireCollision, field.Coordinate,
                    $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" is @external, but its argument \"{argument.Name}\" has @require. A field that is resolved elsewhere requires nothing here: remove one of the two.",
                    schema, argument.Node);
            }
        }
    }
}
