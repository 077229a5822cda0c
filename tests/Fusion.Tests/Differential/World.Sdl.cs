using System.Text;
using System.Text.RegularExpressions;

namespace LuckyGraph.Fusion.Tests.Differential;

/// <content>The schemas of a world, as composition gets them and as servers serve them.</content>
internal sealed partial class World
{
    private const string Link = """
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject"])

        """;

    private readonly HashSet<string> _nodeSources = [];
    private readonly HashSet<WorldType> _nodes = [];

    /// <summary>The schema that has the interface <c>Marked</c>, when there is one.</summary>
    private string? _markedIn;

    /// <summary>The schema that knows <c>Marked</c> as an object only, and adds to it.</summary>
    private string? _standIn;

    /// <summary>The entities that are <c>Marked</c>.</summary>
    private WorldType[] _marked = [];

    /// <summary>The schema that composition gets.</summary>
    public string Sdl(string source) => (IsFederation ? Link : "") + Definitions(source, "");

    /// <summary>The schema that the source's server serves: Federation's directives are nothing to it, <c>_entities</c> is.</summary>
    public string ServedSdl(string source)
    {
        if (!IsFederation)
        {
            return Sdl(source);
        }

        var entities = _entities.Where(e => e.Sources.Contains(source)).Select(e => e.Name).Concat(source == _standIn ? ["Marked"] : []).ToArray();
        var definitions = Definitions(source, entities.Length == 0 ? "" : "_entities(representations: [_Any!]!): [_Entity]!");
        var machinery = entities.Length == 0 ? "" : $"scalar _Any\nunion _Entity = {string.Join(" | ", entities)}\n";
        return machinery + Applications().Replace(definitions, "");
    }

    private string Definitions(string source, string machinery)
    {
        var sdl = new StringBuilder("enum Color { RED GREEN BLUE }\n");
        var members = _entities.Where(e => e.Sources.Contains(source)).ToArray();
        if (members.Any(e => e.Labelled.Contains(source)))
        {
            sdl.AppendLine($"interface Labelled{(IsFederation ? "" : " @key(fields: \"id\")")} {{ id: ID! label: String }}");
        }

        if (_nodeSources.Contains(source))
        {
            sdl.AppendLine("interface Node { id: ID! }");
        }

        if (source == _markedIn)
        {
            sdl.AppendLine("interface Marked @key(fields: \"id\") { id: ID! mark: String }");
        }
        else if (source == _standIn)
        {
            var extra = Fields.Values.Where(f => f.Type == _marked[0].Name && f.Sources.Contains(source)).Select(f => f.Definition(source, true));
            sdl.AppendLine($"type Marked @interfaceObject @key(fields: \"id\") {{ id: ID! {string.Join(' ', extra)} }}");
        }

        if (members.Length > 0)
        {
            sdl.AppendLine($"union Thing = {string.Join(" | ", members.Select(e => e.Name))}");
        }

        if (IsFederation && members.Any(e => e.Keys(source).Any(k => k.StartsWith("code", StringComparison.Ordinal))))
        {
            sdl.AppendLine("type Place @shareable { code: String! region: String! }");
        }

        foreach (var value in _values)
        {
            sdl.AppendLine($"type {value.Name} @shareable {{ {Members(value, source)} }}");
        }

        foreach (var entity in members)
        {
            sdl.AppendLine($"type {entity.Name}{Interfaces(entity, source)}{string.Concat(entity.Keys(source).Select(k => $" @key(fields: \"{Key(k)}\"{(IsFederation && !entity.IsFoundIn(source) ? ", resolvable: false" : "")})"))} {{ {KeyFields(entity, source)} {Members(entity, source)} }}");
        }

        foreach (var root in new[] { "Query", "Mutation" })
        {
            var fields = Fields.Values.Where(f => f.Type == root && f.Sources.Contains(source)).Select(f => f.Definition(source, IsFederation)).ToList();
            if (root == "Query")
            {
                fields.AddRange(Lookups(members, source));
                fields.Add(machinery);
            }

            if (fields.Exists(f => f.Length > 0))
            {
                sdl.AppendLine($"type {root} {{ {string.Join(' ', fields)} }}");
            }
        }

        return sdl.ToString();
    }

    private IEnumerable<string> Lookups(WorldType[] members, string source)
    {
        if (_nodeSources.Contains(source))
        {
            var shareable = IsFederation ? " @shareable" : "";
            yield return $"node(id: ID!): Node{shareable} nodes(ids: [ID!]!): [Node]!{shareable}";
        }

        if (IsFederation)
        {
            yield break;
        }

        foreach (var lookup in members.SelectMany(e => e.Lookups(source)))
        {
            yield return lookup;
        }

        if (members.Any(e => e.Labelled.Contains(source)) && LabelledLookups.Contains(source))
        {
            yield return $"{source}_labelled(id: ID!): Labelled @lookup @internal";
        }
    }

    private string Interfaces(WorldType entity, string source)
    {
        string[] interfaces =
        [
            .. entity.Labelled.Contains(source) ? ["Labelled"] : Array.Empty<string>(),
            .. _nodeSources.Contains(source) && IsNode(entity, source) ? ["Node"] : Array.Empty<string>(),
            .. source == _markedIn && _marked.Contains(entity) ? ["Marked"] : Array.Empty<string>(),
        ];
        return interfaces.Length == 0 ? "" : $" implements {string.Join(" & ", interfaces)}";
    }

    private bool IsNode(WorldType entity, string source) => _nodes.Contains(entity) && entity.IsFoundIn(source) && entity.Keys(source).Contains("id");

    private string Key(string key) => IsFederation && key.StartsWith("code", StringComparison.Ordinal) ? $"place {{ {key} }}" : key;

    private string KeyFields(WorldType entity, string source)
    {
        var fields = entity.Keys(source).SelectMany(k => IsFederation && k.StartsWith("code", StringComparison.Ordinal) ? ["place: Place!"]
            : k.Split(' ').Select(part => $"{part}: {(part == "id" ? "ID" : "String")}!")).Distinct();
        var external = Fields.Values.Where(f => f.Type == entity.Name && !f.Sources.Contains(source) && (f.ProvidedIn.Contains(source) || f.RequiredIn.Contains(source))).Select(f => f.External());
        var label = entity.Labelled.Contains(source) ? " label: String @shareable" : "";
        var mark = source == _markedIn && _marked.Contains(entity) ? " mark: String" : "";
        return $"{string.Join(' ', fields.Concat(external))}{label}{mark}";
    }

    private string Members(WorldType type, string source)
        => string.Join(' ', Fields.Values.Where(f => f.Type == type.Name && f.Sources.Contains(source)).Select(f => f.Definition(source, IsFederation)));

    /// <summary>Some schemas answer for objects by their id alone, each for its own.</summary>
    private void CreateNodes(Random random)
    {
        if (random.Next(3) > 0)
        {
            return;
        }

        foreach (var source in Sources)
        {
            var found = _entities.Where(e => e.IsFoundIn(source) && e.Keys(source).Contains("id")).ToArray();
            if (found.Length > 0 && random.Next(3) > 0)
            {
                _nodeSources.Add(source);
                _nodes.UnionWith(found);
            }
        }
    }

    /// <summary>One schema has an interface of entities of which another knows none: it adds to them all at once.</summary>
    private void CreateStandIn()
    {
        foreach (var (home, other) in Sources.SelectMany(h => Sources.Where(o => o != h).Select(o => (h, o))).OrderBy(_ => _random.Next()))
        {
            var marked = _entities.Where(e => e.IsFoundIn(home) && e.Keys(home).Contains("id") && !e.Sources.Contains(other)).ToArray();
            if (marked.Length == 0)
            {
                continue;
            }

            (_markedIn, _standIn, _marked) = (home, other, marked);
            string[] targets = [.. marked.Select(e => e.Name)];
            for (var i = 0; i < 3; i++)
            {
                var leaf = Leaf();
                foreach (var entity in marked)
                {
                    Add(new WorldField(entity.Name, $"note{i}", leaf, [other]));
                }
            }

            Add(new WorldField("Query", "noted", Pick(["Marked", "[Marked!]!", "[Marked]"]), [other]) { Targets = targets });
            Add(new WorldField("Query", "marked", Pick(["Marked", "[Marked!]!"]), [home]) { Targets = targets });
            return;
        }
    }

    [GeneratedRegex("""\s*@\w+(\(fields: "([^"\\]|\\.)*"(, resolvable: false)?\))?""")]
    private static partial Regex Applications();
}
