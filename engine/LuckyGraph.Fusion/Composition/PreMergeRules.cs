using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Pre-merge validation: all source schemas side by side.</summary>
internal static class PreMergeRules
{
    public static void Check(IReadOnlyList<SourceDocument> schemas, CompositionLog log)
    {
        var possible = new PossibleTypes(schemas);
        foreach (var (name, all) in Group(schemas))
        {
            if (!CheckKinds(name, all, log))
            {
                continue;
            }

            switch (all[0].Kind)
            {
                case TypeKind.Enum:
                    if (!all.Any(t => t.Schema.IsApollo) || EnumUsage.Of(schemas, name) == EnumUse.Both)
                    {
                        CheckEnum(name, all, log);
                    }

                    break;
                case TypeKind.InputObject:
                    CheckInput(name, all, log);
                    break;
                case TypeKind.Object or TypeKind.Interface:
                    CheckFields(name, all, possible, log);
                    break;
            }
        }
    }

    /// <summary>The types of all schemas by name, both in ordinal order.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<SourceType> Types)> Group(IReadOnlyList<SourceDocument> schemas)
        => schemas.SelectMany(s => s.Types.Values)
            .Where(t => t.Name is not (CompositeDirectives.FieldSelectionMap or CompositeDirectives.FieldSelectionSet)
                && !t.Name.StartsWith("__", StringComparison.Ordinal) && !SourceSchemaLoader.IsBuiltInScalar(t.Name))
            .GroupBy(t => t.Name, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, (IReadOnlyList<SourceType>)[.. g]));

    /// <summary>"catalog", "orders" and "reviews"</summary>
    public static string Quote(IEnumerable<string> names)
    {
        var all = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(n => $"\"{n}\"").ToArray();
        return all.Length <= 1 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    private static bool CheckKinds(string name, IReadOnlyList<SourceType> types, CompositionLog log)
    {
        if (types.All(t => t.Kind == types[0].Kind))
        {
            return true;
        }

        var kinds = string.Join(", ", types.Select(t => $"{Kind(t.Kind)} in \"{t.Schema.Name}\""));
        log.Error(
            CompositionCodes.TypeKindMismatch, name,
            $"The type \"{name}\" has different kinds: {kinds}. Give it the same kind everywhere or rename one of them.", types.Select(t => t.Schema.Name));
        return false;
    }

    private static string Kind(TypeKind kind) => kind switch
    {
        TypeKind.Object => "an object type",
        TypeKind.Interface => "an interface",
        TypeKind.Union => "a union",
        TypeKind.Enum => "an enum",
        TypeKind.InputObject => "an input object",
        _ => "a scalar",
    };

    private static void CheckEnum(string name, IReadOnlyList<SourceType> enums, CompositionLog log)
    {
        if (enums.Count < 2)
        {
            return;
        }

        var inaccessible = enums.SelectMany(e => e.Values)
            .Where(v => CompositeDirectives.Has(v.Directives, CompositeDirectives.Inaccessible)).Select(v => v.Name.Value).ToHashSet(StringComparer.Ordinal);
        var required = enums.SelectMany(e => e.Values).Select(v => v.Name.Value).Where(v => !inaccessible.Contains(v)).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var @enum in enums)
        {
            var missing = required.Where(r => @enum.Values.All(v => v.Name.Value != r)).ToArray();
            if (missing.Length > 0)
            {
                log.Error(
                    CompositionCodes.EnumValuesMismatch, name,
                    $"The enum \"{name}\" in schema \"{@enum.Schema.Name}\" lacks {Quote(missing)}, which other schemas have. Add the values, or mark them @inaccessible where they exist.",
                    enums.Select(e => e.Schema.Name));
            }
        }
    }

    private static void CheckInput(string name, IReadOnlyList<SourceType> inputs, CompositionLog log)
    {
        if (inputs.Count < 2)
        {
            return;
        }

        var fields = inputs.SelectMany(i => i.InputFields.Select(f => (Schema: i.Schema.Name, Field: f)))
            .GroupBy(f => f.Field.Name.Value, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var group in fields)
        {
            var all = group.ToArray();
            var coordinate = $"{name}.{group.Key}";
            var schemas = all.Select(f => f.Schema).ToArray();
            if (all.FirstOrDefault(f => !TypeNodes.SameShape(f.Field.Type, all[0].Field.Type)) is { Field: { } different } mismatch)
            {
                log.Error(
                    CompositionCodes.InputFieldTypesNotMergeable, coordinate,
                    $"The input field \"{coordinate}\" is \"{TypeNodes.Print(all[0].Field.Type)}\" in schema \"{all[0].Schema}\" and \"{TypeNodes.Print(different.Type)}\" in \"{mismatch.Schema}\". Give it the same type, nullability aside.",
                    schemas);
            }

            var defaults = all.Where(f => f.Field.DefaultValue is not null).ToArray();
            if (defaults.FirstOrDefault(f => !TypeNodes.SameValue(f.Field.DefaultValue, defaults[0].Field.DefaultValue)) is { Field: { } other } differing)
            {
                log.Error(
                    CompositionCodes.InputFieldDefaultMismatch, coordinate,
                    $"The input field \"{coordinate}\" defaults to {Printer.PrintCompact(defaults[0].Field.DefaultValue!)} in schema \"{defaults[0].Schema}\" and to {Printer.PrintCompact(other.DefaultValue!)} in \"{differing.Schema}\". Give it one default.",
                    schemas);
            }

            if (inputs.Any(i => i.IsInaccessible) || all.Any(f => CompositeDirectives.Has(f.Field.Directives, CompositeDirectives.Inaccessible)))
            {
                continue;
            }

            var missing = inputs.Where(i => i.InputField(group.Key) is null).Select(i => i.Schema.Name).ToArray();
            if (missing.Length > 0 && all.FirstOrDefault(f => f.Field.Type is NonNullTypeNode) is { Field: not null } requiring)
            {
                log.Error(
                    CompositionCodes.InputWithMissingRequiredFields, coordinate,
                    $"The input field \"{coordinate}\" is non-null in schema \"{requiring.Schema}\" and missing in {Quote(missing)}. Input objects merge by intersection: add the field there, or make it nullable.",
                    inputs.Select(i => i.Schema.Name));
            }
        }
    }

    private static void CheckFields(string name, IReadOnlyList<SourceType> types, PossibleTypes possible, CompositionLog log)
    {
        var groups = types.SelectMany(t => t.Fields).Where(f => !f.IsInternal)
            .GroupBy(f => f.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var fields = group.ToArray();
            var coordinate = $"{name}.{group.Key}";
            if (types[0].Kind == TypeKind.Object)
            {
                CheckOverrides(coordinate, fields, log);
            }

            var external = fields.Where(f => f.IsExternal).ToArray();
            if (external.Length > 0)
            {
                CheckExternal(coordinate, external, [.. fields.Where(f => !f.IsExternal)], possible, log);
            }

            var live = fields.Where(f => !f.IsOverridden).ToArray();
            if (TypeNodes.LeastRestrictive([.. Typing(live).Select(f => f.Type)], possible.Cover) is null)
            {
                log.Error(
                    CompositionCodes.OutputFieldTypesNotMergeable, coordinate,
                    $"The field \"{coordinate}\" has types that do not merge: {string.Join(", ", live.Select(f => $"\"{TypeNodes.Print(f.Type)}\" in \"{f.Schema.Name}\""))}. Give it the same type, or one of them an interface or union that covers the others.",
                    live.Select(f => f.Schema.Name));
            }

            CheckArguments(coordinate, live, log);
            if (types[0].Kind == TypeKind.Object && fields.Count(f => f.OverrideFrom is not null) < 2)
            {
                CheckSharing(coordinate, types[0], live, log);
            }
        }
    }

    private static void CheckOverrides(string coordinate, SourceFieldDefinition[] fields, CompositionLog log)
    {
        var overrides = fields.Where(f => f.OverrideFrom is not null).ToArray();
        if (overrides.Length > 1)
        {
            log.Error(
                CompositionCodes.OverrideSourceHasOverride, coordinate,
                $"The field \"{coordinate}\" is overridden more than once: {string.Join(", ", overrides.Select(f => $"in \"{f.Schema.Name}\" from \"{f.OverrideFrom}\""))}. Keep the @override of the schema that owns the field now.",
                overrides.Select(f => f.Schema.Name));
            return;
        }

        foreach (var @override in overrides)
        {
            foreach (var field in fields)
            {
                if (field.Schema.Name == @override.OverrideFrom && field != @override)
                {
                    // A key stays known to its schema, whoever owns the field.
                    field.OverriddenLabel = @override.OverrideLabel;
                    field.IsOverridden = @override.OverrideLabel is null && !(field.Schema.IsApollo && (field.IsKeyMember || field.IsExternal));
                    field.IsTakenOver = true;
                }
            }
        }
    }

    private static void CheckExternal(string coordinate, SourceFieldDefinition[] external, SourceFieldDefinition[] owners, PossibleTypes possible, CompositionLog log)
    {
        if (owners.Length == 0)
        {
            log.Error(
                CompositionCodes.ExternalMissingOnBase, coordinate,
                $"The field \"{coordinate}\" is @external in {Quote(external.Select(f => f.Schema.Name))}, and no other schema resolves it. Remove @external, or define the field in the schema that resolves it.",
                external.Select(f => f.Schema.Name));
            return;
        }

        foreach (var field in external)
        {
            foreach (var owner in owners)
            {
                string[] schemas = [field.Schema.Name, owner.Schema.Name];
                // Federation takes a copy that promises as much as the merged field, or more.
                if (field.Schema.IsApollo
                    ? TypeNodes.LeastRestrictive([.. owners.Select(o => o.Type)], possible.Cover) is { } merged
                        && (TypeNodes.LeastRestrictive([field.Type, merged], possible.Cover) is not { } common || !TypeNodes.Same(common, merged))
                    : !TypeNodes.Same(field.Type, owner.Type))
                {
                    log.Error(
                        CompositionCodes.ExternalTypeMismatch, coordinate,
                        $"The @external field \"{coordinate}\" in schema \"{field.Schema.Name}\" is \"{TypeNodes.Print(field.Type)}\", but \"{TypeNodes.Print(owner.Type)}\" in \"{owner.Schema.Name}\", which resolves it. Copy the type.",
                        schemas);
                }

                foreach (var argument in owner.Arguments)
                {
                    if (argument.IsFilled)
                    {
                        continue;
                    }

                    if (field.Argument(argument.Name) is not { } copy)
                    {
                        log.Error(
                            CompositionCodes.ExternalArgumentMissing, coordinate,
                            $"The @external field \"{coordinate}\" in schema \"{field.Schema.Name}\" lacks the argument \"{argument.Name}\" that it has in \"{owner.Schema.Name}\". Add it.", schemas);
                        continue;
                    }

                    if (!TypeNodes.Same(argument.Type, copy.Type))
                    {
                        log.Error(
                            CompositionCodes.ExternalArgumentTypeMismatch, coordinate,
                            $"The argument \"{argument.Name}\" of the @external field \"{coordinate}\" is \"{TypeNodes.Print(copy.Type)}\" in schema \"{field.Schema.Name}\", but \"{TypeNodes.Print(argument.Type)}\" in \"{owner.Schema.Name}\". Copy the type.",
                            schemas);
                    }

                    if (!TypeNodes.SameValue(argument.Node.DefaultValue, copy.Node.DefaultValue))
                    {
                        log.Error(
                            CompositionCodes.ExternalArgumentDefaultMismatch, coordinate,
                            $"The argument \"{argument.Name}\" of the @external field \"{coordinate}\" has another default in schema \"{field.Schema.Name}\" than in \"{owner.Schema.Name}\". Copy the default.",
                            schemas);
                    }
                }
            }
        }
    }

    private static void CheckArguments(string coordinate, SourceFieldDefinition[] fields, CompositionLog log)
    {
        foreach (var name in fields.SelectMany(f => f.Arguments).Select(a => a.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var given = fields.Where(f => f.Argument(name) is { IsFilled: false }).Select(f => (Field: f, Argument: f.Argument(name)!)).ToArray();
            if (given.Length == 0)
            {
                continue;
            }

            var (firstField, first) = given[0];
            if (given.FirstOrDefault(g => !TypeNodes.SameShape(g.Argument.Type, first.Type)) is { Argument: { } different } mismatch)
            {
                log.Error(
                    CompositionCodes.FieldArgumentTypesNotMergeable, coordinate,
                    $"The argument \"{name}\" of \"{coordinate}\" is \"{TypeNodes.Print(first.Type)}\" in schema \"{firstField.Schema.Name}\" and \"{TypeNodes.Print(different.Type)}\" in \"{mismatch.Field.Schema.Name}\". Give it the same type, nullability aside.",
                    given.Select(g => g.Field.Schema.Name));
            }

            if (given.FirstOrDefault(g => g.Argument.IsRequired) is not { Argument: not null } requiring)
            {
                continue;
            }

            if (fields.Any(f => f.Argument(name) is { Context: not null }))
            {
                log.Error(
                    CompositionCodes.ContextualArgumentNotContextualInAllSubgraphs, coordinate,
                    $"The argument \"{name}\" of \"{coordinate}\" must be given in schema \"{requiring.Field.Schema.Name}\", but a context of another schema fills it, so that clients cannot give it. Fill it there too, make it nullable, or give it a default.",
                    fields.Select(f => f.Schema.Name));
                continue;
            }

            var hiding = given.FirstOrDefault(g => g.Argument.IsInaccessible);
            var missing = fields.Where(f => f.Argument(name) is not { IsFilled: false }).Select(f => f.Schema.Name).ToArray();
            if (missing.Length > 0 || hiding.Argument is not null)
            {
                log.Error(
                    CompositionCodes.FieldWithMissingRequiredArgument, coordinate,
                    $"The argument \"{name}\" of \"{coordinate}\" must be given in schema \"{requiring.Field.Schema.Name}\", but clients cannot give it: {(missing.Length > 0 ? $"{Quote(missing)} does not let them" : $"it is @inaccessible in \"{hiding.Field.Schema.Name}\"")}. Declare it everywhere, make it nullable, or give it a default.",
                    fields.Select(f => f.Schema.Name));
            }
        }
    }

    /// <summary>The definitions that decide a merged field's type: Federation's external ones only when there are no others.</summary>
    public static IReadOnlyList<SourceFieldDefinition> Typing(SourceFieldDefinition[] fields)
        => fields.Any(f => !f.IsExternal) ? [.. fields.Where(f => !(f.IsExternal && f.Schema.IsApollo))] : fields;

    private static void CheckSharing(string coordinate, SourceType type, SourceFieldDefinition[] fields, CompositionLog log)
    {
        var owners = fields.Where(f => (!f.IsExternal || f.IsProvided) && !f.IsTakenOver).ToArray();
        if (owners.Length < 2)
        {
            return;
        }

        if (type.Schema.Roots.GetValueOrDefault(OperationKind.Subscription) == type.Name)
        {
            log.Error(
                CompositionCodes.InvalidFieldSharing, coordinate,
                $"The subscription field \"{coordinate}\" is defined in {Quote(owners.Select(f => f.Schema.Name))}. Events have one source: keep it in one schema.",
                owners.Select(f => f.Schema.Name));
            return;
        }

        // Messages carry copies of what their schema, or the one that looks it up, answers for.
        owners = [.. owners.Where(static f => !f.Schema.IsEventStream)];
        if (owners.Length < 2)
        {
            return;
        }

        // Every schema answers Query.node for the types that it knows as nodes (Relay); the gateway tells them apart by id.
        // In Federation a key is shared only by the schema whose key it is.
        if (owners.Any(f => f.IsKeyMember && !f.Schema.IsApollo)
            || (coordinate is "Query.node" or "Query.nodes" && owners.All(f => TypeNodes.NamedOf(f.Type) == "Node")))
        {
            return;
        }

        var unshared = owners.Where(f => !f.IsShareable && !f.IsKeyMember && !f.IsExternal).ToArray();
        if (unshared.Length > 0)
        {
            log.Error(
                CompositionCodes.InvalidFieldSharing, coordinate,
                $"The field \"{coordinate}\" is defined in {Quote(owners.Select(f => f.Schema.Name))}, but is not @shareable in {Quote(unshared.Select(f => f.Schema.Name))}. Mark it @shareable everywhere when it means the same, or keep it in one schema (@override moves it).",
                owners.Select(f => f.Schema.Name));
        }
    }
}
