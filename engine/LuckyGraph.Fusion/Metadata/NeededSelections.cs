using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// Which positions keys and requirements may look into. There the object types of an abstract position are planned one by one,
/// since each may have to be entered by a lookup of its own.
/// </summary>
internal sealed class NeededSelections
{
    private readonly HashSet<string> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<FusionType> _types = [];
    private readonly FusionSchema _schema;

    public NeededSelections(FusionSchema schema)
    {
        _schema = schema;
        foreach (var lookup in schema.Lookups)
        {
            Collect(lookup.Key);
        }

        foreach (var type in schema.Types)
        {
            foreach (var field in type.Fields)
            {
                foreach (var source in field.SourceFields)
                {
                    foreach (var requirement in source.Requirements)
                    {
                        Collect(requirement.Selection);
                        foreach (var setter in requirement.Argument?.Context ?? [])
                        {
                            // Who sets a context and who does not must be told apart.
                            _types.UnionWith(schema.Type(setter)?.PossibleTypes ?? []);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Whether some key or requirement selects below a field of that name.</summary>
    public bool LookBelow(string field) => _fields.Contains(field);

    /// <summary>Whether some key or requirement has a condition that the object type fulfils.</summary>
    public bool TellApart(FusionType type) => _types.Contains(type);

    private void Collect(SelectionSetNode selection)
    {
        foreach (var node in selection.Selections)
        {
            if (node is FieldNode { SelectionSet: { } children } field)
            {
                _fields.Add(field.Name.Value);
                Collect(children);
            }
            else if (node is InlineFragmentNode fragment)
            {
                if (fragment.TypeCondition is { } condition && _schema.Type(condition.Name.Value) is { } type)
                {
                    _types.UnionWith(type.PossibleTypes);
                }

                Collect(fragment.SelectionSet);
            }
        }
    }
}
