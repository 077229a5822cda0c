namespace LuckyGraph.Fusion.Tests.Differential;

/// <summary>
/// A random federated world: entities, values, an interface and a union whose fields are spread over a few source schemas, with
/// keys, lookups, shared fields and requirements. What a field returns depends on the object, the field and its arguments
/// alone, so that a single server of the composed schema must answer exactly as the gateway does.
/// </summary>
internal sealed partial class World
{
    private readonly Random _random;
    private readonly List<WorldType> _entities = [];
    private readonly List<WorldType> _values = [];
    private WorldType? _split;

    public World(int seed, bool failures, bool isFederation = false)
    {
        Seed = seed;
        Failures = failures;
        IsFederation = isFederation;
        _random = new Random(seed);
        Sources = [.. Enumerable.Range(0, _random.Next(2, 5)).Select(i => $"s{i}")];
        CreateTypes();
        CreateFields();
        CreateRoots();
        CreateNodes(new Random(~seed));
        if (isFederation)
        {
            CreateStandIn();
        }
    }

    public int Seed { get; }

    /// <summary>Whether some resolvers fail.</summary>
    public bool Failures { get; }

    /// <summary>Whether its schemas are Apollo Federation's; else they are composite schemas.</summary>
    public bool IsFederation { get; }

    public string[] Sources { get; }

    /// <summary>All fields by <c>Type.field</c>.</summary>
    public Dictionary<string, WorldField> Fields { get; } = new(StringComparer.Ordinal);

    public HashSet<string> LabelledLookups { get; } = [];

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private void CreateTypes()
    {
        for (var i = 0; i < _random.Next(2, 4); i++)
        {
            _values.Add(new WorldType($"V{i}"));
        }

        for (var i = 0; i < _random.Next(2, 6); i++)
        {
            var entity = new WorldType($"E{i}") { HasSku = Chance(40), HasCode = Chance(30) };
            var first = true;
            foreach (var source in Sources.OrderBy(_ => _random.Next()))
            {
                if (first || Chance(60))
                {
                    // One schema knows all keys, so that the others are reachable through it.
                    entity.Enter(source, first ? null : !entity.HasSku ? "id" : Chance(50) ? "id" : Chance(50) ? "sku" : null, Chance(50));
                    if (Chance(50))
                    {
                        entity.Labelled.Add(source);
                    }

                    first = false;
                }
            }

            // An interface with a key needs that key on its implementations.
            entity.Labelled.RemoveWhere(s => !entity.Keys(s).Contains("id"));
            _entities.Add(entity);
        }

        foreach (var source in Sources)
        {
            if (Chance(50))
            {
                LabelledLookups.Add(source);
            }
        }
    }

    private void CreateFields()
    {
        _split = Chance(30) ? _values[0] : null;
        foreach (var value in _values)
        {
            for (var i = 0; i < _random.Next(2, 5); i++)
            {
                // What only some schemas know of a value is read through a parent that all share.
                Add(new WorldField(value.Name, $"{value.Name.ToLowerInvariant()}f{i}", Leaf(), value == _split && i > 0 ? Owners(Sources) : [.. Sources]));
            }
        }

        foreach (var entity in _entities)
        {
            for (var i = 0; i < _random.Next(4, 9); i++)
            {
                var owners = Owners(entity.Sources);
                var (type, targets) = OutputType(owners);
                var field = new WorldField(entity.Name, $"{entity.Name.ToLowerInvariant()}f{i}", type, owners) { Targets = targets };
                if (Chance(30))
                {
                    field.Arguments.Add(Chance(50) ? ("n", "Int = 3") : ("color", "Color"));
                }

                if (field.IsLeaf && owners.Count > 1 && Chance(40))
                {
                    // A failure takes the parent away where the type is strict, and not where it is weak.
                    (field.WeakIn, field.IsRequired) = (owners.Last(), true);
                }

                Add(field);
            }
        }

        foreach (var entity in _entities)
        {
            foreach (var field in Fields.Values.Where(f => f.Type == entity.Name && f.Sources.Count == 1 && f.IsLeaf).ToArray())
            {
                if (Chance(35) && Requirement(entity, field) is { } path)
                {
                    field.Requirement = path;
                }
            }
        }
    }

    private HashSet<string> Owners(IReadOnlyList<string> sources)
    {
        var owners = new HashSet<string> { Pick(sources) };
        if (Chance(25))
        {
            owners.Add(Pick(sources));
        }

        return owners;
    }

    private string Leaf()
    {
        var leaf = Pick(["Int", "String", "Boolean", "Color", "Int!", "String!"]);
        return Chance(20) ? $"[{leaf}]" : leaf;
    }

    private (string Type, string[] Targets) OutputType(HashSet<string> owners)
    {
        // What a shared field returns must be the same in all its schemas, so only plain types are shared.
        var source = owners.First();
        string target;
        string[] targets;
        switch (_random.Next(10))
        {
            case 0 or 1 when owners.Count == 1:
                targets = [.. _entities.Where(e => e.Labelled.Contains(source)).Select(e => e.Name)];
                if (targets.Length == 0)
                {
                    return (Leaf(), []);
                }

                target = "Labelled";
                break;
            case 2 when owners.Count == 1:
                targets = [.. _entities.Where(e => e.Sources.Contains(source)).Select(e => e.Name)];
                if (targets.Length == 0)
                {
                    return (Leaf(), []);
                }

                target = "Thing";
                break;
            case 3 or 4 or 5:
                var entity = Pick(_entities);
                foreach (var owner in owners)
                {
                    if (!entity.Sources.Contains(owner))
                    {
                        entity.Refer(owner);
                    }
                }

                target = entity.Name;
                targets = [target];
                break;
            case 6:
                target = Pick(_values.FindAll(v => v != _split)).Name;
                targets = [target];
                break;
            default:
                return (Leaf(), []);
        }

        return (Pick([target, target, $"{target}!", $"[{target}!]!", $"[{target}]"]), targets);
    }

    private string? Requirement(WorldType entity, WorldField field)
    {
        var source = field.Sources.Single();
        bool Elsewhere(WorldField other) => !other.Sources.Contains(source) && !Needs(other, field);
        var candidates = Fields.Values.Where(f => f.Type == entity.Name && f != field && Elsewhere(f)).ToArray();
        if (candidates.Length == 0)
        {
            return null;
        }

        var first = Pick(candidates);
        if (first.IsLeaf)
        {
            first.IsRequired = true;
            Know(source, first);
            field.RequiredType = first.Output.TrimEnd('!');
            field.Needs = first;
            return Path(first);
        }

        if (first.Targets.Length != 1 || first.NamedType is "Labelled" or "Thing")
        {
            return null;
        }

        var inner = Fields.Values.Where(f => f.Type == first.NamedType && f.IsLeaf && f.Arguments.Count == 0 && f.Requirement is null && f != field).ToArray();
        if (inner.Length == 0)
        {
            return null;
        }

        var second = Pick(inner);
        first.IsRequired = true;
        Know(source, second);
        Know(source, first);
        Protect(first.NamedType);
        field.Needs = first;
        var isList = first.Output.StartsWith('[');
        field.RequiredType = isList ? $"[{second.Output.TrimEnd('!')}]" : second.Output.TrimEnd('!');
        return isList ? $"{Path(first)}[{second.Name}]" : $"{Path(first)}.{second.Name}";
    }

    /// <summary>In Federation a schema declares what it requires.</summary>
    private void Know(string source, WorldField field)
    {
        if (!IsFederation)
        {
            return;
        }

        if (!field.Sources.Contains(source))
        {
            field.RequiredIn.Add(source);
        }

        if (_entities.Find(e => e.Name == field.NamedType) is { } target && !target.Sources.Contains(source))
        {
            target.Refer(source);
        }
    }

    private string Path(WorldField field)
        => field.Arguments.Count == 0 || Chance(40) ? field.Name : $"{field.Name}({(field.Arguments[0].Name == "n" ? $"n: {_random.Next(5)}" : "color: GREEN")})";

    private static bool Needs(WorldField? field, WorldField other)
    {
        for (; field is not null; field = field.Needs)
        {
            if (field == other)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A failure anywhere below a required object may take it away, so nothing there fails.</summary>
    private void Protect(string type)
    {
        foreach (var field in Fields.Values.Where(f => f.Type == type && !f.IsRequired).ToArray())
        {
            field.IsRequired = true;
            foreach (var target in field.Targets)
            {
                Protect(target);
            }
        }
    }

    private void CreateRoots()
    {
        foreach (var source in Sources)
        {
            for (var i = 0; i < _random.Next(1, 4); i++)
            {
                var (type, targets) = OutputType([source]);
                var field = new WorldField("Query", $"{source}q{i}", type, [source]) { Targets = targets };
                if (Chance(50))
                {
                    field.Arguments.Add(("n", "Int = 1"));
                }

                Add(field);
            }

            if (Chance(50))
            {
                var (type, targets) = OutputType([source]);
                Add(new WorldField("Mutation", $"{source}m", type.TrimEnd('!'), [source]) { Targets = targets, Arguments = { ("n", "Int!") } });
            }
        }

        if (_split is not null)
        {
            Add(new WorldField("Query", "split", Pick([_split.Name, $"{_split.Name}!", $"[{_split.Name}!]!", $"[{_split.Name}]"]), [.. Sources]) { Targets = [_split.Name] });
        }

        foreach (var root in Fields.Values.Where(f => f.Type == "Query" && f.Sources.Count == 1 && f.Targets.Length == 1 && Chance(40)).ToArray())
        {
            var source = root.Sources.Single();
            var field = Fields.Values.FirstOrDefault(f => f.Type == root.NamedType && f.Type.StartsWith('E') && f.IsLeaf && !f.Sources.Contains(source)
                && f.Arguments.Count == 0 && f.Requirement is null && f.WeakIn is null);
            if (field is not null && _entities.Find(e => e.Name == root.NamedType)!.Sources.Contains(source))
            {
                field.ProvidedIn.Add(source);
                root.Provides = field.Name;
            }
        }

        for (var i = 0; i < 2; i++)
        {
            var owners = Owners(Sources);
            var (type, targets) = OutputType(owners);
            Add(new WorldField("Query", $"shared{i}", type, owners) { Targets = targets });
        }
    }

    private void Add(WorldField field) => Fields.Add($"{field.Type}.{field.Name}", field);
}
