using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Thrown for a text that is no supergraph, or one that uses what is not supported; the message says what.</summary>
public sealed class SupergraphException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Recovers the subgraphs' schemas from a supergraph (Apollo join specification v0.1 to v0.5), so that they compose again.
/// </summary>
public sealed class SupergraphReader
{
    private const string Header
        = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", import: [\"@key\", \"@external\", \"@requires\", \"@provides\", \"@shareable\", \"@override\", "
        + "\"@interfaceObject\", \"@inaccessible\", \"@tag\", \"@authenticated\", \"@requiresScopes\", \"@policy\", \"@context\", \"@fromContext\"])\n\n";

    private static readonly string[] s_carried
        = [FederationDirectives.Inaccessible, FederationDirectives.Tag, FederationDirectives.Authenticated, FederationDirectives.RequiresScopes, FederationDirectives.Policy];

    private readonly DocumentNode _document;
    private readonly FederationNames _names;
    private readonly List<(string Key, string Name, string? Url)> _graphs = [];
    private readonly bool _isVersion1;

    private SupergraphReader(DocumentNode document)
    {
        _document = document;
        _names = FederationNames.Of(document);
        foreach (var definition in document.Definitions)
        {
            if (definition is EnumTypeDefinitionNode { Name.Value: "join__Graph" } graphs)
            {
                foreach (var value in graphs.Values)
                {
                    var directive = CompositeDirectives.Find(value.Directives, "join__graph");
                    _graphs.Add((
                        value.Name.Value,
                        directive is null ? value.Name.Value.ToLowerInvariant() : Text(directive, "name") ?? value.Name.Value.ToLowerInvariant(),
                        directive is null ? null : Text(directive, "url") is { Length: > 0 } url ? url : null));
                }
            }

            _isVersion1 |= definition is DirectiveDefinitionNode { Name.Value: "join__owner" };
            RefuseConnectors(definition);
        }
    }

    /// <summary>Reads a supergraph. The schemas come in the order of <c>join__Graph</c>, with the URLs it gives.</summary>
    /// <exception cref="SupergraphException">The text is no supergraph, or uses connectors.</exception>
    public static IReadOnlyList<SourceSchemaInput> Read(string sdl)
    {
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(sdl, ParserOptions.Trusted);
        }
        catch (GraphQLSyntaxException e)
        {
            throw new SupergraphException($"The supergraph is not GraphQL, line {e.Location.Line}, column {e.Location.Column}: {e.Message}", e);
        }

        var reader = new SupergraphReader(document);
        if (reader._graphs.Count == 0)
        {
            throw new SupergraphException("The schema has no enum join__Graph: it is no supergraph. Compose your subgraphs, or give them as they are.");
        }

        return [.. reader._graphs.Select(g => new SourceSchemaInput(g.Name, reader.Write(g.Key)) { Url = g.Url, Kind = SourceSchemaKind.Apollo })];
    }

    private static void RefuseConnectors(DefinitionNode definition)
    {
        IEnumerable<DirectiveNode> directives = definition is ComplexTypeDefinitionNode type
            ? [.. type.Directives, .. type.Fields.SelectMany(f => f.Directives)] : definition.Directives;
        foreach (var directive in directives)
        {
            if (directive.Name.Value == "join__directive" && Text(directive, "name") is "connect" or "source")
            {
                throw new SupergraphException("The supergraph uses Apollo Connectors (@source, @connect), which are not supported. Serve that data by a GraphQL subgraph.");
            }
        }
    }

    private string Write(string graph)
    {
        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        foreach (var definition in _document.Definitions)
        {
            if (definition is TypeDefinitionNode type && !IsMachinery(type.Name.Value) && BelongsTo(type, graph) && Type(type, graph) is { } own)
            {
                definitions.Add(own);
            }
            else if (definition is DirectiveDefinitionNode directive && !_isVersion1 && ExecutionDocument.Executable(directive) is { } executable)
            {
                definitions.Add(executable);
            }
        }

        foreach (var schema in _document.Definitions.OfType<SchemaDefinitionNode>())
        {
            ImmutableArray<OperationTypeNode> operations = [.. schema.OperationTypes.Where(o => definitions.Any(d => d is TypeDefinitionNode t && t.Name.Value == o.Type.Name.Value))];
            if (!operations.IsEmpty)
            {
                definitions.Add(new SchemaDefinitionNode { OperationTypes = operations });
            }
        }

        return Header + Printer.Print(new DocumentNode { Definitions = _isVersion1 ? Reachable(definitions) : definitions.ToImmutable() });
    }

    private static bool IsMachinery(string name)
        => name.StartsWith("join__", StringComparison.Ordinal) || name.StartsWith("link__", StringComparison.Ordinal) || name.StartsWith("core__", StringComparison.Ordinal)
            || name.StartsWith("context__", StringComparison.Ordinal) || name.StartsWith("federation__", StringComparison.Ordinal)
            || name.StartsWith("requiresScopes__", StringComparison.Ordinal) || name.StartsWith("policy__", StringComparison.Ordinal) || name.StartsWith("connect__", StringComparison.Ordinal);

    private static IEnumerable<DirectiveNode> Joins(ImmutableArray<DirectiveNode> directives, string name, string? graph)
        => directives.Where(d => d.Name.Value == name && (graph is null || Graph(d) == graph));

    // Version 1 does not say which schemas know a value type.
    private bool BelongsTo(TypeDefinitionNode type, string graph)
        => Joins(type.Directives, "join__type", graph).Any() || (_isVersion1 && !Joins(type.Directives, "join__type", null).Any());

    private TypeDefinitionNode? Type(TypeDefinitionNode type, string graph)
    {
        var joins = Joins(type.Directives, "join__type", graph).ToArray();
        var directives = ImmutableArray.CreateBuilder<DirectiveNode>();
        directives.AddRange(Carried(type.Directives, graph == FirstGraph(type.Directives, "join__type")));
        foreach (var join in joins)
        {
            if (Text(join, "key") is { } key)
            {
                directives.Add(Is(join, "resolvable", false)
                    ? Directive(FederationDirectives.Key, ("fields", new StringValueNode { Value = key }), ("resolvable", new BooleanValueNode { Value = false }))
                    : Directive(FederationDirectives.Key, ("fields", new StringValueNode { Value = key })));
            }
        }

        var isStandIn = joins.Any(j => Is(j, "isInterfaceObject", true));
        if (isStandIn)
        {
            directives.Add(Directive(FederationDirectives.InterfaceObject));
        }

        directives.AddRange(SupergraphContexts.Setters(type, _names, _graphs.Find(g => g.Key == graph).Name));
        var applied = directives.ToImmutable();
        switch (type)
        {
            case ComplexTypeDefinitionNode complex:
                var fields = Fields(complex, graph, isStandIn);
                if (fields.IsEmpty)
                {
                    return null;
                }

                ImmutableArray<NamedTypeNode> interfaces = _isVersion1
                    ? complex.Interfaces
                    : [.. Joins(type.Directives, "join__implements", graph).Select(j => new NamedTypeNode { Name = new Name(Text(j, "interface")!) })];
                return type is InterfaceTypeDefinitionNode && !isStandIn
                    ? new InterfaceTypeDefinitionNode { Description = type.Description, Name = type.Name, Directives = applied, Interfaces = interfaces, Fields = fields }
                    : new ObjectTypeDefinitionNode { Description = type.Description, Name = type.Name, Directives = applied, Interfaces = isStandIn ? [] : interfaces, Fields = fields };
            case UnionTypeDefinitionNode union:
                var members = Joins(type.Directives, "join__unionMember", null).Any()
                    ? [.. Joins(type.Directives, "join__unionMember", graph).Select(j => new NamedTypeNode { Name = new Name(Text(j, "member")!) })]
                    : union.Types;
                return new UnionTypeDefinitionNode { Description = type.Description, Name = type.Name, Directives = applied, Types = members };
            case EnumTypeDefinitionNode @enum:
                return new EnumTypeDefinitionNode
                {
                    Description = type.Description,
                    Name = type.Name,
                    Directives = applied,
                    Values = [.. @enum.Values
                        .Where(v => !Joins(v.Directives, "join__enumValue", null).Any() || Joins(v.Directives, "join__enumValue", graph).Any())
                        .Select(v => new EnumValueDefinitionNode { Description = v.Description, Name = v.Name, Directives = [.. Carried(v.Directives, true)] })],
                };
            case InputObjectTypeDefinitionNode input:
                return new InputObjectTypeDefinitionNode
                {
                    Description = type.Description,
                    Name = type.Name,
                    Directives = applied,
                    Fields = [.. input.Fields
                        .Where(f => !Joins(f.Directives, "join__field", null).Any() || Joins(f.Directives, "join__field", graph).Any())
                        .Select(f => Input(f, Joins(f.Directives, "join__field", graph).Select(j => Text(j, "type")).FirstOrDefault(t => t is not null)))],
                };
            default:
                return new ScalarTypeDefinitionNode { Description = type.Description, Name = type.Name, Directives = applied };
        }
    }

    private ImmutableArray<FieldDefinitionNode> Fields(ComplexTypeDefinitionNode type, string graph, bool isStandIn)
    {
        var owner = type.Directives.FirstOrDefault(d => d.Name.Value == "join__owner") is { } owning ? Graph(owning) : null;
        var needed = _isVersion1 ? Version1Externals.Of(type, graph, _document) : [];
        var fields = ImmutableArray.CreateBuilder<FieldDefinitionNode>();
        foreach (var field in type.Fields)
        {
            var joins = Joins(field.Directives, "join__field", null).ToArray();
            var own = joins.FirstOrDefault(j => Graph(j) == graph);
            var isExternal = own is not null && Is(own, "external", true);
            if (joins.Length == 0 ? owner is not null && owner != graph : own is null)
            {
                if (!needed.Contains(field.Name.Value))
                {
                    continue;
                }

                isExternal = true;
            }

            var directives = ImmutableArray.CreateBuilder<DirectiveNode>();
            directives.AddRange(Carried(field.Directives, joins.Length == 0 ? graph == FirstGraph(type.Directives, "join__type") : joins[0] == own));
            if (isExternal)
            {
                directives.Add(Directive(FederationDirectives.External));
            }
            else if ((type is ObjectTypeDefinitionNode || isStandIn) && type.Name.Value != "Subscription")
            {
                // Whether it may be shared was checked when the supergraph was made.
                directives.Add(Directive(FederationDirectives.Shareable));
            }

            if (own is not null)
            {
                foreach (var (argument, name) in new[] { ("requires", FederationDirectives.Requires), ("provides", FederationDirectives.Provides) })
                {
                    if (Text(own, argument) is { Length: > 0 } selection)
                    {
                        directives.Add(Directive(name, ("fields", new StringValueNode { Value = selection })));
                    }
                }

                if (Text(own, "override") is { } from)
                {
                    directives.Add(Text(own, "overrideLabel") is { } label
                        ? Directive(FederationDirectives.Override, ("from", new StringValueNode { Value = from }), ("label", new StringValueNode { Value = label }))
                        : Directive(FederationDirectives.Override, ("from", new StringValueNode { Value = from })));
                }
            }

            fields.Add(new FieldDefinitionNode
            {
                Description = field.Description,
                Name = field.Name,
                Arguments = [.. field.Arguments.Select(a => Input(a, null)), .. SupergraphContexts.Arguments(own)],
                Type = own is not null && Text(own, "type") is { } sourceType ? Parser.ParseType(sourceType) : field.Type,
                Directives = directives.ToImmutable(),
            });
        }

        return fields.ToImmutable();
    }

    private InputValueDefinitionNode Input(InputValueDefinitionNode input, string? type) => new()
    {
        Description = input.Description,
        Name = input.Name,
        Type = type is null ? input.Type : Parser.ParseType(type),
        DefaultValue = input.DefaultValue,
        Directives = [.. Carried(input.Directives, true)],
    };

    // Demands on callers are merged already: one schema carries them. Hiding and tags may stand everywhere.
    private IEnumerable<DirectiveNode> Carried(ImmutableArray<DirectiveNode> directives, bool withAccess)
    {
        foreach (var directive in directives)
        {
            var name = directive.Name.Value == "deprecated" || directive.Name.Value == "specifiedBy" || directive.Name.Value == "oneOf" ? directive.Name.Value : _names.Directive(directive.Name.Value);
            if (name is "deprecated" or "specifiedBy" or "oneOf" or FederationDirectives.Inaccessible or FederationDirectives.Tag
                || (withAccess && name is not null && s_carried.Contains(name)))
            {
                yield return new DirectiveNode { Name = new Name(name), Arguments = directive.Arguments };
            }
        }
    }

    private ImmutableArray<DefinitionNode> Reachable(ImmutableArray<DefinitionNode>.Builder definitions)
    {
        var types = definitions.OfType<TypeDefinitionNode>().ToDictionary(t => t.Name.Value, StringComparer.Ordinal);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(types.Values
            .Where(t => _document.Definitions.Any(d => d is TypeDefinitionNode o && o.Name.Value == t.Name.Value && (Joins(o.Directives, "join__type", null).Any() || t.Name.Value is "Query" or "Mutation" or "Subscription")))
            .Select(t => t.Name.Value));
        while (open.TryPop(out var name))
        {
            if (!types.TryGetValue(name, out var type) || !reached.Add(name))
            {
                continue;
            }

            IEnumerable<TypeNode> references = type switch
            {
                ComplexTypeDefinitionNode complex => complex.Fields.SelectMany(f => f.Arguments.Select(a => a.Type).Append(f.Type)).Concat(complex.Interfaces),
                UnionTypeDefinitionNode union => union.Types,
                InputObjectTypeDefinitionNode input => input.Fields.Select(f => f.Type),
                _ => [],
            };
            foreach (var reference in references)
            {
                open.Push(TypeNodes.NamedOf(reference));
            }

            if (type is InterfaceTypeDefinitionNode)
            {
                foreach (var implementing in types.Values.OfType<ComplexTypeDefinitionNode>().Where(t => t.Interfaces.Any(i => i.Name.Value == name)))
                {
                    open.Push(implementing.Name.Value);
                }
            }
        }

        return [.. definitions.Where(d => d is not TypeDefinitionNode type || reached.Contains(type.Name.Value))];
    }

    private static string? FirstGraph(ImmutableArray<DirectiveNode> directives, string name) => Joins(directives, name, null).Select(Graph).FirstOrDefault();

    private static string? Graph(DirectiveNode directive) => (CompositeDirectives.Argument(directive, "graph") as EnumValueNode)?.Value;

    private static string? Text(DirectiveNode directive, string argument) => (CompositeDirectives.Argument(directive, argument) as StringValueNode)?.Value;

    private static bool Is(DirectiveNode directive, string argument, bool value)
        => CompositeDirectives.Argument(directive, argument) is BooleanValueNode node && node.Value == value;

    private static DirectiveNode Directive(string name, params ReadOnlySpan<(string Name, ValueNode Value)> arguments)
    {
        var nodes = ImmutableArray.CreateBuilder<ArgumentNode>(arguments.Length);
        foreach (var (argument, value) in arguments)
        {
            nodes.Add(new ArgumentNode { Name = new Name(argument), Value = value });
        }

        return new DirectiveNode { Name = new Name(name), Arguments = nodes.MoveToImmutable() };
    }
}
