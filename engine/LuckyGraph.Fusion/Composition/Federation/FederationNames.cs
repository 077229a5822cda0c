using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>The names of Apollo Federation's directives, after renames and namespaces are undone.</summary>
internal static class FederationDirectives
{
    public const string Key = "key";
    public const string External = "external";
    public const string Requires = "requires";
    public const string Provides = "provides";
    public const string Shareable = "shareable";
    public const string Override = "override";
    public const string InterfaceObject = "interfaceObject";
    public const string Inaccessible = "inaccessible";
    public const string Tag = "tag";
    public const string Extends = "extends";
    public const string ComposeDirective = "composeDirective";
    public const string Authenticated = "authenticated";
    public const string RequiresScopes = "requiresScopes";
    public const string Policy = "policy";
    public const string Context = "context";
    public const string FromContext = "fromContext";

    public static readonly ImmutableArray<string> All =
    [
        Key, External, Requires, Provides, Shareable, Override, InterfaceObject, Inaccessible, Tag, Extends, ComposeDirective,
        Authenticated, RequiresScopes, Policy, Context, FromContext, "cost", "listSize",
    ];

    /// <summary>Directives that only Federation schemas use.</summary>
    public static readonly ImmutableArray<string> Distinctive = [Requires, Extends, InterfaceObject, ComposeDirective, FromContext];

    /// <summary>The directives of Federation 1, which need no import.</summary>
    public static readonly ImmutableArray<string> Version1 = [Key, External, Requires, Provides, Extends, Tag, Inaccessible];
}

/// <summary>Which directive is which in one Federation schema, as its <c>@link</c> directives say (Apollo link specification v1.0).</summary>
internal sealed class FederationNames
{
    private const string Specifications = "https://specs.apollo.dev/";
    private static readonly ImmutableArray<string> s_ownFeatures = [
        FederationDirectives.Inaccessible, FederationDirectives.Tag, FederationDirectives.Authenticated, FederationDirectives.RequiresScopes, FederationDirectives.Policy,
        FederationDirectives.Context];
    private readonly Dictionary<string, string> _canonical = new(StringComparer.Ordinal);
    private readonly List<string> _namespaces = ["link"];

    private FederationNames() { }

    /// <summary>Whether the schema links Federation 2; without, it is a Federation 1 schema.</summary>
    public bool IsVersion2 { get; private set; }

    /// <summary>Whether it is a supergraph, which the join specification describes.</summary>
    public bool IsSupergraph { get; private set; }

    /// <summary>Reads the links of a schema.</summary>
    public static FederationNames Of(DocumentNode document)
    {
        var names = new FederationNames();
        foreach (var definition in document.Definitions)
        {
            if (definition is SchemaDefinitionNode schema)
            {
                foreach (var directive in schema.Directives)
                {
                    names.Read(directive);
                }
            }
        }

        if (!names.IsVersion2)
        {
            foreach (var name in FederationDirectives.Version1)
            {
                names._canonical.TryAdd(name, name);
            }
        }

        return names;
    }

    /// <summary>The Federation directive behind a name of the schema, or null when it is another directive.</summary>
    public string? Directive(string name)
    {
        if (_canonical.TryGetValue(name, out var canonical))
        {
            return canonical;
        }

        foreach (var space in _namespaces)
        {
            if (name.Length > space.Length + 2 && name.StartsWith(space, StringComparison.Ordinal) && name.AsSpan(space.Length).StartsWith("__"))
            {
                return FederationDirectives.All.Contains(name[(space.Length + 2)..]) ? name[(space.Length + 2)..] : null;
            }
        }

        return null;
    }

    /// <summary>Whether a definition of that name belongs to a specification and not to the subgraph.</summary>
    public bool IsForeignType(string name)
        => name is "_Any" or "_Entity" or "_Service" or "_FieldSet" || (_canonical.TryGetValue("." + name, out _)) || IsNamespaced(name);

    /// <summary>Whether the definition of a directive belongs to a specification.</summary>
    public bool IsForeignDirective(string name) => name == "link" || Directive(name) is not null || IsNamespaced(name);

    private bool IsNamespaced(string name) => _namespaces.Exists(s => name.StartsWith(s + "__", StringComparison.Ordinal));

    private void Read(DirectiveNode directive)
    {
        if (CompositeDirectives.Argument(directive, "url", "feature") is not StringValueNode { Value: var url } || !url.StartsWith(Specifications, StringComparison.Ordinal))
        {
            return;
        }

        var parts = url[Specifications.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return;
        }

        var feature = parts[0];
        var space = (CompositeDirectives.Argument(directive, "as") as StringValueNode)?.Value ?? feature;
        IsSupergraph |= feature is "join" or "core";
        IsVersion2 |= feature == "federation";
        _namespaces.Add(space);
        if (s_ownFeatures.Contains(feature))
        {
            _canonical[space] = feature;
        }

        foreach (var item in (CompositeDirectives.Argument(directive, "import") as ListValueNode)?.Values ?? [])
        {
            var (name, local) = Import(item);
            if (name is null || local is null)
            {
                continue;
            }

            // Types are noted with a dot in front: they have a name space of their own.
            _canonical[local.StartsWith('@') ? local[1..] : "." + local] = name.TrimStart('@');
        }
    }

    /// <summary>An item of a link's imports: the name in the specification and the name in the schema; null when it is neither form.</summary>
    public static (string? Name, string? Local) Import(ValueNode item) => item switch
    {
        StringValueNode text => (text.Value, text.Value),
        ObjectValueNode node => (Text(node, "name"), Text(node, "as") ?? Text(node, "name")),
        _ => (null, null),
    };

    private static string? Text(ObjectValueNode node, string name)
        => (node.Fields.FirstOrDefault(f => f.Name.Value == name)?.Value as StringValueNode)?.Value;
}
