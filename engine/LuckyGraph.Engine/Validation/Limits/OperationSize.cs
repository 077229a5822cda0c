using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Limits;

/// <summary>Limits the depth and the number of fields and aliases of an operation, fragments counted wherever they are spread.</summary>
internal sealed class OperationSize(ValidationContext context) : ValidationRule(context)
{
    private const int MaxOpenFragments = 1_000;

    private readonly Dictionary<string, (int Depth, long Fields, long Aliases)> fragments = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);

    public override void Document(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            if (definition is not OperationDefinitionNode operation)
            {
                continue;
            }

            var (depth, fields, aliases) = Measure(operation.SelectionSet);
            if (depth > Context.Options.MaxDepth)
            {
                Context.ExceedLimit(Name, $"The operation nests fields {depth} deep; at most {Context.Options.MaxDepth} are allowed.", operation.Start);
            }

            if (fields > Context.Options.MaxFields)
            {
                Context.ExceedLimit(Name, $"The operation selects {fields} fields; at most {Context.Options.MaxFields} are allowed.", operation.Start);
            }

            if (aliases > Context.Options.MaxAliases)
            {
                Context.ExceedLimit(Name, $"The operation has {aliases} aliases; at most {Context.Options.MaxAliases} are allowed.", operation.Start);
            }
        }
    }

    private (int Depth, long Fields, long Aliases) Measure(SelectionSetNode selectionSet)
    {
        var depth = 0;
        var fields = 0L;
        var aliases = 0L;
        foreach (var selection in selectionSet.Selections)
        {
            var nested = selection switch
            {
                FieldNode { SelectionSet: { } below } => Measure(below) is var inner ? (Depth: inner.Depth + 1, Fields: inner.Fields + 1, inner.Aliases) : default,
                FieldNode => (Depth: 1, Fields: 1L, Aliases: 0L),
                InlineFragmentNode inline => Measure(inline.SelectionSet),
                FragmentSpreadNode spread => Measure(spread.Name.Value),
                _ => default,
            };
            depth = Math.Max(depth, nested.Depth);
            // A sum beyond int is beyond every limit, and never overflows this way.
            fields = Math.Min(fields + nested.Fields, int.MaxValue);
            aliases = Math.Min(aliases + nested.Aliases + (selection is FieldNode { Alias: not null } ? 1 : 0), int.MaxValue);
        }

        return (depth, fields, aliases);
    }

    private (int Depth, long Fields, long Aliases) Measure(string fragment)
    {
        if (fragments.TryGetValue(fragment, out var known))
        {
            return known;
        }

        // A cycle is an error of its own.
        if (!Context.Fragments.TryGetValue(fragment, out var definition) || !open.Add(fragment))
        {
            return default;
        }

        if (open.Count > MaxOpenFragments)
        {
            Context.ExceedLimit(Name, $"The operation nests fragments more than {MaxOpenFragments} deep.", definition.Start);
        }

        var size = Measure(definition.SelectionSet);
        open.Remove(fragment);
        fragments[fragment] = size;
        return size;
    }
}
