namespace LuckyGraph.Language;

/// <summary>Takes documents apart and puts them together.</summary>
public static class Documents
{
    /// <summary>
    /// One document with the definitions of all, in order. It has no source: the offsets of its nodes belong to the documents
    /// they came from.
    /// </summary>
    public static DocumentNode Concat(params IEnumerable<DocumentNode> documents)
        => new() { Definitions = [.. documents.SelectMany(static d => d.Definitions)] };

    /// <summary>The operation with that name; without a name, the document's only operation. Null when there is none, or more than one (6.1 GetOperation).</summary>
    public static OperationDefinitionNode? FindOperation(DocumentNode document, string? name)
    {
        OperationDefinitionNode? found = null;
        foreach (var definition in document.Definitions)
        {
            if (definition is not OperationDefinitionNode operation)
            {
                continue;
            }

            if (name is null)
            {
                if (found is not null)
                {
                    return null;
                }

                found = operation;
            }
            else if (operation.Name?.Value == name)
            {
                return operation;
            }
        }

        return found;
    }

    /// <summary>
    /// A document for each operation, by its name ("" for an anonymous one): the operation and the fragments it needs, in the
    /// order in which the document defines them. Type definitions are left out.
    /// </summary>
    public static IReadOnlyDictionary<string, DocumentNode> SeparateOperations(DocumentNode document)
    {
        var spreads = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var fragment in document.Definitions.OfType<FragmentDefinitionNode>())
        {
            spreads[fragment.Name.Value] = SpreadsOf(fragment.SelectionSet);
        }

        var separated = new Dictionary<string, DocumentNode>(StringComparer.Ordinal);
        foreach (var operation in document.Definitions.OfType<OperationDefinitionNode>())
        {
            var needed = Closure(SpreadsOf(operation.SelectionSet), spreads);
            separated[operation.Name?.Value ?? ""] = new DocumentNode
            {
                Definitions = [.. document.Definitions.Where(d => ReferenceEquals(d, operation) || (d is FragmentDefinitionNode fragment && needed.Contains(fragment.Name.Value)))],
                Source = document.Source,
            };
        }

        return separated;
    }

    private static HashSet<string> Closure(List<string> names, Dictionary<string, List<string>> spreads)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>(names);
        while (pending.TryPop(out var name))
        {
            if (needed.Add(name) && spreads.TryGetValue(name, out var next))
            {
                next.ForEach(pending.Push);
            }
        }

        return needed;
    }

    private static List<string> SpreadsOf(SelectionSetNode root)
    {
        var names = new List<string>();
        var pending = new Stack<SelectionSetNode>([root]);
        while (pending.TryPop(out var selectionSet))
        {
            foreach (var selection in selectionSet.Selections)
            {
                switch (selection)
                {
                    case FragmentSpreadNode spread: names.Add(spread.Name.Value); break;
                    case InlineFragmentNode inline: pending.Push(inline.SelectionSet); break;
                    case FieldNode { SelectionSet: { } nested }: pending.Push(nested); break;
                }
            }
        }

        return names;
    }
}
