namespace LuckyGraph.Fusion.Metadata;

/// <summary>The contexts that fields take values of (<c>@fromContext</c>), each by the types that set it.</summary>
internal sealed class ContextTable
{
    private readonly List<(string Key, HashSet<FusionType> Types)> _contexts = [];

    public ContextTable(FusionSchema schema)
    {
        foreach (var type in schema.Types)
        {
            foreach (var field in type.Fields)
            {
                foreach (var source in field.SourceFields)
                {
                    foreach (var requirement in source.Requirements)
                    {
                        if (requirement.Argument is { IsContextual: true } argument && IndexOf(argument) < 0)
                        {
                            _contexts.Add((Key(argument), [.. argument.Context.SelectMany(s => schema.Type(s)?.PossibleTypes ?? [])]));
                        }
                    }
                }
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _contexts.Count;

    /// <summary>Which of them an argument takes a value of.</summary>
    public int IndexOf(RequiredArgument argument)
    {
        var key = Key(argument);
        return _contexts.FindIndex(c => c.Key == key);
    }

    /// <summary>Whether objects of a type set one of them.</summary>
    public bool Sets(int context, FusionType objectType) => _contexts[context].Types.Contains(objectType);

    private static string Key(RequiredArgument argument) => string.Join('|', argument.Context);
}
