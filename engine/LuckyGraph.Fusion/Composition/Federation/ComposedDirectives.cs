using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// The custom directives that schemas keep in the composed schema by <c>@composeDirective</c> (Apollo Federation 2.1): their
/// definitions, and where any schema applies them. They are in the execution schema; clients see those for operations alone.
/// Directives for operations that all schemas define need no asking.
/// </summary>
internal sealed class ComposedDirectives
{
    private static readonly string[] s_builtIn = ["skip", "include", "defer", "stream", "deprecated", "specifiedBy", "oneOf"];
    private readonly SortedDictionary<string, DirectiveDefinitionNode> _definitions = new(StringComparer.Ordinal);

    /// <summary>Their definitions in the order of their names.</summary>
    public IEnumerable<DirectiveDefinitionNode> Definitions => _definitions.Values;

    /// <summary>Reads what the schemas ask for, and reports what cannot be kept.</summary>
    public static ComposedDirectives Of(IReadOnlyList<SourceDocument> schemas, CompositionLog log)
    {
        var composed = new ComposedDirectives();
        var origins = new Dictionary<string, (LinkedDirective Link, SourceDocument Schema)>(StringComparer.Ordinal);
        foreach (var schema in schemas.Where(s => s.IsApollo))
        {
            foreach (var (directive, name) in Asked(schema))
            {
                if (Check(schema, directive, name, log) is not { } link)
                {
                    continue;
                }

                if (!origins.TryGetValue(name!, out var known))
                {
                    origins.Add(name!, (link, schema));
                }
                else if (known.Link.Feature != link.Feature || known.Link.Name != link.Name)
                {
                    Report(log, schema, directive, name, $"is \"@{link.Name}\" of {link.Feature}, but in \"{known.Schema.Name}\" \"@{known.Link.Name}\" of {known.Link.Feature}. Import one of the two under another name.");
                    continue;
                }
                else if (known.Link.Major != link.Major)
                {
                    Report(log, schema, directive, name, $"is of version {link.Major} of {link.Feature}, but in \"{known.Schema.Name}\" of version {known.Link.Major}. Link one major version everywhere.");
                    continue;
                }

                composed.Add(schema.Directives.Find(d => d.Name.Value == name![1..])!);
            }
        }

        composed.AddCommon(schemas);
        return composed;
    }

    /// <summary>The applications to keep of what several schemas apply at one place, each once.</summary>
    public IEnumerable<DirectiveNode> Of(IEnumerable<ImmutableArray<DirectiveNode>> applied)
    {
        if (_definitions.Count == 0)
        {
            return [];
        }

        // Where a directive may stand once, the first schema's counts.
        return applied.SelectMany(static d => d)
            .Where(d => _definitions.ContainsKey(d.Name.Value))
            .DistinctBy(d => _definitions[d.Name.Value].IsRepeatable ? Printer.Print(d) : d.Name.Value, StringComparer.Ordinal)
            .OrderBy(static d => d.Name.Value, StringComparer.Ordinal)
            .Select(static d => new DirectiveNode { Name = new Name(d.Name.Value), Arguments = d.Arguments });
    }

    // Operations may have what every schema understands, where every schema understands it.
    private void AddCommon(IReadOnlyList<SourceDocument> schemas)
    {
        foreach (var first in schemas[0].Directives)
        {
            if (_definitions.ContainsKey(first.Name.Value) || s_builtIn.Contains(first.Name.Value) || CompositeDirectives.All.Contains(first.Name.Value))
            {
                continue;
            }

            var common = ExecutionDocument.Executable(first);
            for (var i = 1; i < schemas.Count && common is not null; i++)
            {
                common = schemas[i].Directives.Find(d => d.Name.Value == first.Name.Value) is { } other ? Common(common, other) : null;
            }

            if (common is not null)
            {
                _definitions.Add(common.Name.Value, common);
            }
        }
    }

    private static DirectiveDefinitionNode? Common(DirectiveDefinitionNode left, DirectiveDefinitionNode right)
    {
        var locations = left.Locations.RemoveAll(l => right.Locations.All(r => r.Value != l.Value));
        ImmutableArray<InputValueDefinitionNode> arguments
            = [.. left.Arguments.Where(a => right.Arguments.Any(b => a.Name.Value == b.Name.Value && TypeNodes.Same(a.Type, b.Type)))];
        return locations.IsEmpty || left.Arguments.Concat(right.Arguments).Any(a => a is { Type: NonNullTypeNode, DefaultValue: null } && arguments.All(b => a.Name.Value != b.Name.Value))
            ? null
            : new DirectiveDefinitionNode
            {
                Description = left.Description,
                Name = new Name(left.Name.Value),
                Arguments = arguments,
                IsRepeatable = left.IsRepeatable && right.IsRepeatable,
                Locations = locations,
            };
    }

    private void Add(DirectiveDefinitionNode definition)
    {
        var known = _definitions.GetValueOrDefault(definition.Name.Value);
        _definitions[definition.Name.Value] = new DirectiveDefinitionNode
        {
            Description = known?.Description ?? definition.Description,
            Name = new Name(definition.Name.Value),
            Arguments = [.. (known?.Arguments ?? []).Concat(definition.Arguments).GroupBy(static a => a.Name.Value, StringComparer.Ordinal).Select(static g => Merge([.. g]))],
            IsRepeatable = definition.IsRepeatable || known?.IsRepeatable == true,
            Locations = [.. (known?.Locations ?? []).Concat(definition.Locations).DistinctBy(static l => l.Value, StringComparer.Ordinal)],
        };
    }

    // The first schema's, but a default counts wherever it is.
    private static InputValueDefinitionNode Merge(InputValueDefinitionNode[] arguments)
        => arguments[0].DefaultValue is not null || arguments.All(static a => a.DefaultValue is null) ? arguments[0] : new InputValueDefinitionNode
        {
            Description = arguments[0].Description,
            Name = arguments[0].Name,
            Type = arguments[0].Type,
            DefaultValue = arguments.First(static a => a.DefaultValue is not null).DefaultValue,
            Directives = arguments[0].Directives,
        };

    private static IEnumerable<(DirectiveNode Directive, string? Name)> Asked(SourceDocument schema)
    {
        foreach (var definition in schema.Document.Definitions.OfType<SchemaDefinitionNode>())
        {
            foreach (var directive in definition.Directives)
            {
                if (directive.Name.Value == FederationDirectives.ComposeDirective)
                {
                    yield return (directive, (CompositeDirectives.Argument(directive, "name") as StringValueNode)?.Value);
                }
            }
        }
    }

    private static LinkedDirective? Check(SourceDocument schema, DirectiveNode directive, string? name, CompositionLog log)
    {
        if (name is not { Length: > 1 } || name[0] != '@')
        {
            Report(log, schema, directive, name, "does not begin with \"@\". Write the directive's name as in @composeDirective(name: \"@custom\").");
            return null;
        }

        if (FederationDirectives.All.Contains(name[1..]))
        {
            Report(log, schema, directive, name, "belongs to Federation, which composes its directives by itself. Take it out.");
            return null;
        }

        if (schema.Directives.Find(d => d.Name.Value == name[1..]) is null)
        {
            Report(log, schema, directive, name, "is not defined. Define it in this schema.");
            return null;
        }

        if (Linked(schema, name) is { } link)
        {
            return link;
        }

        Report(log, schema, directive, name, $"is not linked, so nobody can tell whether other schemas mean the same. Add @link(url: \"https://your.org/{name[1..]}/v1.0\", import: [\"{name}\"]).");
        return null;
    }

    private static void Report(CompositionLog log, SourceDocument schema, DirectiveNode directive, string? name, string what)
        => log.Error(CompositionCodes.DirectiveCompositionError, name ?? "", $"The directive \"{name}\" that \"{schema.Name}\" composes {what}", schema, directive);

    /// <summary>The link by which a schema imports a directive.</summary>
    private static LinkedDirective? Linked(SourceDocument schema, string name)
    {
        foreach (var link in schema.Document.Definitions.OfType<SchemaDefinitionNode>().SelectMany(static s => s.Directives).Where(static d => d.Name.Value == "link"))
        {
            if (CompositeDirectives.Argument(link, "url") is not StringValueNode { Value: var url })
            {
                continue;
            }

            foreach (var item in (CompositeDirectives.Argument(link, "import") as ListValueNode)?.Values ?? [])
            {
                var (original, local) = FederationNames.Import(item);
                if (local == name)
                {
                    return LinkedDirective.Of(url, original!);
                }
            }

            // A specification's own directive needs no import: it has the specification's name.
            var linked = LinkedDirective.Of(url, "");
            var space = (CompositeDirectives.Argument(link, "as") as StringValueNode)?.Value ?? linked.Feature[(linked.Feature.LastIndexOf('/') + 1)..];
            if (name[1..] == space)
            {
                return linked with { Name = linked.Feature[(linked.Feature.LastIndexOf('/') + 1)..] };
            }
        }

        return null;
    }

    /// <summary>A directive of a linked specification.</summary>
    private readonly record struct LinkedDirective(string Feature, string Major, string Name)
    {
        public static LinkedDirective Of(string url, string name)
        {
            // https://example.org/specs/name/v1.2; the version may be missing.
            var slash = url.TrimEnd('/').LastIndexOf('/');
            var last = url.TrimEnd('/')[(slash + 1)..];
            return last.Length > 1 && last[0] == 'v' && char.IsAsciiDigit(last[1])
                ? new LinkedDirective(url[..slash], last.Split('.')[0], name.TrimStart('@'))
                : new LinkedDirective(url, "v0", name.TrimStart('@'));
        }
    }
}
