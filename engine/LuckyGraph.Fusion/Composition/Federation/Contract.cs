using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// Hides members of the merged schema by their <c>@tag</c> directives, so that clients of one variant see a part of it. Hidden
/// members still serve keys and requirements.
/// </summary>
internal sealed class Contract
{
    private readonly MergedSchema _schema;
    private readonly CompositionOptions _options;

    private Contract(MergedSchema schema, CompositionOptions options)
    {
        _schema = schema;
        _options = options;
    }

    public static void Apply(MergedSchema schema, CompositionOptions options, CompositionLog log)
    {
        if (options.IncludeTags.IsEmpty && options.ExcludeTags.IsEmpty && !options.HideUnreachableTypes)
        {
            return;
        }

        var contract = new Contract(schema, options);
        if (!options.IncludeTags.IsEmpty || !options.ExcludeTags.IsEmpty)
        {
            foreach (var type in schema.Types.Values)
            {
                contract.Filter(type, log);
            }

            while (contract.Cascade(log))
            {
            }
        }

        if (options.HideUnreachableTypes)
        {
            contract.HideUnreachable();
        }
    }

    private bool IsIncluded(params ReadOnlySpan<IEnumerable<string>> tags)
    {
        if (_options.IncludeTags.IsEmpty)
        {
            return true;
        }

        foreach (var set in tags)
        {
            if (set.Any(t => _options.IncludeTags.Contains(t)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsExcluded(IEnumerable<string> tags) => tags.Any(t => _options.ExcludeTags.Contains(t));

    private void Filter(MergedType type, CompositionLog log)
    {
        var tags = Tags(type.Sources.Select(t => t.Directives));
        type.IsInaccessible |= IsExcluded(tags) || (type.Kind == TypeKind.Union && !IsIncluded(tags));
        foreach (var field in type.Fields)
        {
            var own = Tags(field.Sources.Select(f => f.Node.Directives));
            field.IsInaccessible |= IsExcluded(own) || !IsIncluded(own, tags);
            RemoveArguments(type, field, a => IsExcluded(Tags(field.Sources.Select(f => f.Argument(a.Name)?.Node.Directives ?? []))), log);
        }

        for (var i = 0; i < type.Values.Count; i++)
        {
            var name = type.Values[i].Name;
            if (IsExcluded(Tags(type.Sources.SelectMany(t => t.Values).Where(v => v.Name.Value == name).Select(v => v.Directives))))
            {
                type.Values[i] = type.Values[i] with { IsInaccessible = true };
            }
        }

        type.InputFields.RemoveAll(f => IsExcluded(Tags(type.Sources.Select(t => t.InputField(f.Name)?.Directives ?? []))));
    }

    // What is left empty, or leads to what is hidden, is hidden too.
    private bool Cascade(CompositionLog log)
    {
        var changed = false;
        foreach (var type in _schema.Types.Values)
        {
            foreach (var field in type.Fields)
            {
                if (!field.IsInaccessible && IsHidden(field.Type))
                {
                    field.IsInaccessible = changed = true;
                }

                changed |= RemoveArguments(type, field, a => IsHidden(a.Type), log);
            }

            changed |= type.InputFields.RemoveAll(f => IsHidden(f.Type)) > 0;
            var isEmpty = type.Kind switch
            {
                TypeKind.Object or TypeKind.Interface => type.Name != "Query" && type.Fields.TrueForAll(f => f.IsInaccessible),
                TypeKind.Union => type.Members.TrueForAll(m => _schema.Type(m) is not { IsInaccessible: false }),
                TypeKind.Enum => type.Values.TrueForAll(v => v.IsInaccessible),
                TypeKind.InputObject => type.InputFields.Count == 0,
                _ => false,
            };
            if (isEmpty && !type.IsInaccessible)
            {
                type.IsInaccessible = changed = true;
            }
        }

        return changed;
    }

    private bool RemoveArguments(MergedType type, MergedField field, Predicate<MergedInput> isHidden, CompositionLog log)
    {
        var removed = field.Arguments.FindAll(isHidden);
        foreach (var argument in removed)
        {
            field.Arguments.Remove(argument);
            if (!field.IsInaccessible && argument is { Type: NonNullTypeNode, DefaultValue: null })
            {
                log.Error(
                    CompositionCodes.FieldWithMissingRequiredArgument, $"{type.Name}.{field.Name}",
                    $"The argument \"{argument.Name}\" of \"{type.Name}.{field.Name}\" must be given, but the contract hides it. Hide the field too, or make the argument nullable.",
                    field.Sources.Select(f => f.Schema.Name));
            }
        }

        return removed.Count > 0;
    }

    private bool IsHidden(TypeNode type) => _schema.Type(TypeNodes.NamedOf(type)) is { IsInaccessible: true };

    private void HideUnreachable()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(["Query", "Mutation", "Subscription"]);
        while (open.TryPop(out var name))
        {
            if (_schema.Type(name) is not { IsInaccessible: false } type || !reached.Add(name))
            {
                continue;
            }

            foreach (var field in type.Fields.Where(f => !f.IsInaccessible))
            {
                open.Push(TypeNodes.NamedOf(field.Type));
                field.Arguments.ForEach(a => open.Push(TypeNodes.NamedOf(a.Type)));
            }

            type.InputFields.ForEach(f => open.Push(TypeNodes.NamedOf(f.Type)));
            type.Members.ForEach(open.Push);
            type.Interfaces.ForEach(open.Push);
            if (type.Kind == TypeKind.Interface)
            {
                foreach (var implementing in _schema.Types.Values.Where(t => t.Interfaces.Contains(name)))
                {
                    open.Push(implementing.Name);
                }
            }
        }

        foreach (var type in _schema.Types.Values)
        {
            type.IsInaccessible |= !reached.Contains(type.Name);
        }
    }

    private static HashSet<string> Tags(IEnumerable<ImmutableArray<DirectiveNode>> sources)
        => [.. sources.SelectMany(d => d).Where(d => d.Name.Value == FederationDirectives.Tag)
            .Select(d => (CompositeDirectives.Argument(d, "name") as StringValueNode)?.Value).OfType<string>()];
}
