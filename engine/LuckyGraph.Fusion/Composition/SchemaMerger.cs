using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>MergeSchemas: combines the definitions of all source schemas, type by type.</summary>
internal static class SchemaMerger
{
    public static MergedSchema Merge(IReadOnlyList<SourceDocument> schemas, IReadOnlyList<CollectedLookup> lookups, ComposedDirectives composed)
    {
        var merged = new MergedSchema(schemas, new PossibleTypes(schemas), composed);
        foreach (var (name, all) in PreMergeRules.Group(schemas))
        {
            SourceType[] types = [.. all.Where(t => !t.IsInternal)];
            if (types.Length == 0)
            {
                continue;
            }

            var type = new MergedType(name, types[0].Kind, types)
            {
                Description = types.Select(t => t.Description).FirstOrDefault(d => d is not null),
                IsInaccessible = all.Any(t => t.IsInaccessible),
            };
            switch (type.Kind)
            {
                case TypeKind.Scalar:
                    type.SpecifiedBy = types.Select(t => CompositeDirectives.Find(t.Directives, "specifiedBy")).FirstOrDefault(d => d is not null);
                    break;
                case TypeKind.Object or TypeKind.Interface:
                    MergeComplexType(type, merged.PossibleTypes, composed);
                    break;
                case TypeKind.Union:
                    type.Members.AddRange(types.SelectMany(t => t.Members.Where(m => t.Schema.Type(m) is not { IsInternal: true }))
                        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
                    break;
                case TypeKind.Enum:
                    MergeEnum(type, types.Any(t => t.Schema.IsApollo) ? EnumUsage.Of(schemas, name) : EnumUse.Both, composed);
                    break;
                case TypeKind.InputObject:
                    MergeInputObject(type, composed);
                    break;
            }

            merged.Types.Add(name, type);
        }

        foreach (var lookup in lookups)
        {
            merged.Type(lookup.EntityType.Name)?.Lookups.Add(lookup);
        }

        return merged;
    }

    /// <summary>Removes leaf and input types that only requirements, internal fields or nothing at all refer to.</summary>
    public static void Prune(MergedSchema schema)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        void Use(TypeNode type)
        {
            var name = TypeNodes.NamedOf(type);
            if (used.Add(name) && schema.Type(name) is { Kind: TypeKind.InputObject } input)
            {
                foreach (var field in input.InputFields)
                {
                    Use(field.Type);
                }
            }
        }

        foreach (var argument in schema.ComposedDirectives.Definitions.SelectMany(static d => d.Arguments))
        {
            Use(argument.Type);
        }

        foreach (var type in schema.Types.Values)
        {
            foreach (var field in type.Fields)
            {
                Use(field.Type);
                foreach (var argument in field.Arguments)
                {
                    Use(argument.Type);
                }
            }
        }

        foreach (var type in schema.Types.Values.ToArray())
        {
            if (type.Kind is TypeKind.Scalar or TypeKind.Enum or TypeKind.InputObject && !used.Contains(type.Name))
            {
                schema.Types.Remove(type.Name);
            }
        }
    }

    // MergeObjectTypes, MergeInterfaceTypes
    private static void MergeComplexType(MergedType type, PossibleTypes possibleTypes, ComposedDirectives composed)
    {
        type.Interfaces.AddRange(type.Sources
            .SelectMany(t => t.Interfaces.Where(i => t.Schema.Type(i) is not { IsInternal: true }))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var groups = type.Sources.SelectMany(t => t.Fields).GroupBy(f => f.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            SourceFieldDefinition[] fields = [.. group.Where(f => !f.IsInternal && !f.IsOverridden)];
            if (fields.Length == 0 || TypeNodes.LeastRestrictive([.. PreMergeRules.Typing(fields).Select(f => f.Type)], possibleTypes.Cover) is not { } fieldType)
            {
                continue;
            }

            var field = new MergedField(group.Key, fieldType, fields)
            {
                Description = fields.Select(f => f.Node.Description).FirstOrDefault(d => d is not null),
                Deprecated = fields.Select(f => CompositeDirectives.Find(f.Node.Directives, "deprecated")).FirstOrDefault(d => d is not null),
                IsInaccessible = fields.Any(f => f.IsInaccessible),
            };
            MergeArguments(field, composed);
            type.Fields.Add(field);
        }
    }

    private static void MergeArguments(MergedField field, ComposedDirectives composed)
    {
        // An argument survives when every definition has it and none hides it or fills it by @require or @fromContext.
        foreach (var first in field.Sources[0].Arguments)
        {
            var arguments = new List<SourceArgument>(field.Sources.Count);
            foreach (var source in field.Sources)
            {
                if (source.Argument(first.Name) is { IsFilled: false, IsInaccessible: false } argument)
                {
                    arguments.Add(argument);
                }
            }

            if (arguments.Count == field.Sources.Count)
            {
                field.Arguments.Add(MergeInputs([.. arguments.Select(a => a.Node)], composed));
            }
        }
    }

    // MergeEnumTypes
    private static void MergeEnum(MergedType type, EnumUse use, ComposedDirectives composed)
    {
        foreach (var group in type.Sources.SelectMany(t => t.Values).GroupBy(v => v.Name.Value, StringComparer.Ordinal))
        {
            // Federation: clients may only give what every schema takes.
            if (use == EnumUse.Input && type.Sources.Any(t => t.Values.TrueForAll(v => v.Name.Value != group.Key)))
            {
                continue;
            }

            type.Values.Add(new MergedValue(
                group.Key,
                group.Select(v => v.Description).FirstOrDefault(d => d is not null),
                group.Select(v => CompositeDirectives.Find(v.Directives, "deprecated")).FirstOrDefault(d => d is not null),
                group.Any(v => CompositeDirectives.Has(v.Directives, CompositeDirectives.Inaccessible)),
                [.. composed.Of(group.Select(v => v.Directives))]));
        }
    }

    // MergeInputTypes: by intersection
    private static void MergeInputObject(MergedType type, ComposedDirectives composed)
    {
        type.IsOneOf = type.Sources.Any(t => CompositeDirectives.Has(t.Directives, "oneOf"));
        foreach (var first in type.Sources[0].InputFields)
        {
            var fields = type.Sources.Select(t => t.InputField(first.Name.Value)).OfType<InputValueDefinitionNode>().ToArray();
            if (fields.Length == type.Sources.Count && !fields.Any(f => CompositeDirectives.Has(f.Directives, CompositeDirectives.Inaccessible)))
            {
                type.InputFields.Add(MergeInputs(fields, composed));
            }
        }
    }

    // MergeInputFields, MergeArguments
    private static MergedInput MergeInputs(IReadOnlyList<InputValueDefinitionNode> inputs, ComposedDirectives composed)
    {
        var type = inputs[0].Type;
        foreach (var input in inputs)
        {
            type = TypeNodes.MostRestrictive(type, input.Type);
        }

        return new MergedInput(
            inputs[0].Name.Value,
            type,
            inputs.Select(i => i.DefaultValue).FirstOrDefault(d => d is not null),
            inputs.Select(i => i.Description).FirstOrDefault(d => d is not null),
            inputs.Select(i => CompositeDirectives.Find(i.Directives, "deprecated")).FirstOrDefault(d => d is not null),
            [.. CarriedDirectives.Of(inputs.Select(i => i.Directives)), .. composed.Of(inputs.Select(i => i.Directives))]);
    }
}
