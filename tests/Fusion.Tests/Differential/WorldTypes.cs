namespace LuckyGraph.Fusion.Tests.Differential;

/// <summary>An entity or value type of a world.</summary>
internal sealed class WorldType(string name)
{
    private readonly Dictionary<string, string?> _keys = [];
    private readonly Dictionary<string, bool> _lookups = [];

    public string Name { get; } = name;
    public bool HasSku { get; init; }
    public bool HasCode { get; init; }
    public List<string> Sources { get; } = [];
    public HashSet<string> Labelled { get; } = [];

    /// <summary>The schema knows the entity by one key, or by all when it is null, and finds it by each.</summary>
    public void Enter(string source, string? key, bool isInternal)
    {
        Sources.Add(source);
        _keys[source] = key;
        _lookups[source] = isInternal;
    }

    /// <summary>The schema only refers to the entity by its id.</summary>
    public void Refer(string source)
    {
        Sources.Add(source);
        _keys[source] = "id";
    }

    /// <summary>Whether the schema finds the entity by its keys.</summary>
    public bool IsFoundIn(string source) => _lookups.ContainsKey(source);

    public string[] Keys(string source) => _keys[source] is { } key ? [key] : ["id", .. HasSku ? ["sku"] : Array.Empty<string>(), .. HasCode ? ["code region"] : Array.Empty<string>()];

    public IEnumerable<string> Lookups(string source)
        => _lookups.TryGetValue(source, out var isInternal)
            ? Keys(source).Select(k => $"{source}_{Name.ToLowerInvariant()}_{k.Replace(' ', '_')}({string.Join(", ", k.Split(' ').Select(p => $"{p}: {(p == "id" ? "ID" : "String")}!"))}): {Name} @lookup{(isInternal ? " @internal" : "")}")
            : [];
}

/// <summary>A field of a world.</summary>
internal sealed class WorldField(string type, string name, string output, HashSet<string> sources)
{
    public string Type { get; } = type;
    public string Name { get; } = name;
    public string Output { get; } = output;
    public string NamedType { get; } = output.Trim('[', ']', '!');
    public HashSet<string> Sources { get; } = sources;

    /// <summary>The object types that it returns; empty for leaves.</summary>
    public string[] Targets { get; init; } = [];
    public List<(string Name, string Type)> Arguments { get; init; } = [];

    /// <summary>A field that it provides below it, or null.</summary>
    public string? Provides { get; set; }

    /// <summary>The schemas that know it only where it is provided.</summary>
    public HashSet<string> ProvidedIn { get; } = [];

    /// <summary>The schemas that know it only for what requires it.</summary>
    public HashSet<string> RequiredIn { get; } = [];

    /// <summary>The schema that declares it nullable, whatever the others do.</summary>
    public string? WeakIn { get; set; }

    /// <summary>The field that <see cref="Requirement"/> starts with.</summary>
    public WorldField? Needs { get; set; }

    /// <summary>The path of another schema's field that it needs, or null.</summary>
    public string? Requirement { get; set; }
    public string RequiredType { get; set; } = "";

    /// <summary>Whether another field needs it. What becomes of a field whose requirement fails is the gateway's own affair.</summary>
    public bool IsRequired { get; set; }
    public bool IsLeaf => Targets.Length == 0;

    /// <summary>The selection of <see cref="Requirement"/> as Federation writes it.</summary>
    public string Required => Requirement!.EndsWith(']') ? $"{Requirement[..^1].Replace("[", " { ", StringComparison.Ordinal)} }}"
        : Requirement.Contains('.') ? $"{Requirement.Replace(".", " { ", StringComparison.Ordinal)} }}" : Requirement;

    public string Definition(string source, bool isFederation)
    {
        var arguments = Arguments.Select(a => $"{a.Name}: {a.Type}").ToList();
        var required = Requirement is not null && Sources.Contains(source);
        if (required && !isFederation)
        {
            arguments.Add($"need: {RequiredType} @require(field: \"{Requirement}\")");
        }

        var requires = required && isFederation ? $" @requires(fields: \"{Required.Replace("\"", "\\\"", StringComparison.Ordinal)}\")" : "";
        return $"{Name}{(arguments.Count > 0 ? $"({string.Join(", ", arguments)})" : "")}: {(source == WeakIn ? Output.TrimEnd('!') : Output)}{((Sources.Count > 1 || (isFederation && ProvidedIn.Count > 0)) && !Type.StartsWith('V') ? " @shareable" : "")}{(Provides is null ? "" : $" @provides(fields: \"{Provides}\")")}{requires}";
    }

    /// <summary>The field as a schema declares it that knows it only where it is provided or required.</summary>
    public string External()
        => $"{Name}{(Arguments.Count > 0 ? $"({string.Join(", ", Arguments.Select(a => $"{a.Name}: {a.Type}"))})" : "")}: {(WeakIn is null ? Output : Output.TrimEnd('!'))} @external";
}
