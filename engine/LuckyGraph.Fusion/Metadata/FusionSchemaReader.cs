using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>Thrown for an execution schema that does not follow <see cref="ExecutionVocabulary"/>.</summary>
public sealed class FusionSchemaException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Reads an execution schema: the inverse of what composition writes.</summary>
public sealed class FusionSchemaReader
{
    private readonly DocumentNode _document;
    private readonly Dictionary<string, SourceSchema> _sourcesByKey = new(StringComparer.Ordinal);
    private readonly IReadOnlyCollection<string> _activeLabels;
    private readonly SortedSet<string> _labels = new(StringComparer.Ordinal);
    private ImmutableArray<SourceSchema> _sources = [];

    private FusionSchemaReader(DocumentNode document, IReadOnlyCollection<string> activeLabels)
    {
        _document = document;
        _activeLabels = activeLabels;
    }

    /// <summary>Reads an execution schema.</summary>
    /// <exception cref="FusionSchemaException">The text is no execution schema; the message names the type or field.</exception>
    public static FusionSchema Read(string sdl)
    {
        try
        {
            return Read(Parser.ParseDocument(sdl, ParserOptions.Trusted));
        }
        catch (GraphQLSyntaxException e)
        {
            throw new FusionSchemaException($"The execution schema is not GraphQL: {e.Message}", e);
        }
    }

    /// <summary>Reads an execution schema.</summary>
    /// <exception cref="FusionSchemaException">The document is no execution schema; the message names the type or field.</exception>
    public static FusionSchema Read(DocumentNode document) => Read(document, []);

    private static FusionSchema Read(DocumentNode document, IReadOnlyCollection<string> activeLabels)
    {
        try
        {
            return new FusionSchemaReader(document, activeLabels).Read();
        }
        catch (SchemaException e)
        {
            throw new FusionSchemaException($"The execution schema is not valid: {e.Message}", e);
        }
        catch (Exception e) when (e is GraphQLSyntaxException or SelectedValueSyntaxException)
        {
            throw new FusionSchemaException($"The execution schema has a malformed directive: {e.Message}", e);
        }
    }

    private FusionSchema Read()
    {
        _sources = ReadSources();
        var full = new SchemaBuilder { IncrementalDelivery = true }.AddSdl(ExecutionDocument.Strip(_document, keepInaccessible: true)).Build();
        var client = ExecutionDocument.HasInaccessible(_document)
            ? new SchemaBuilder { IncrementalDelivery = true }.AddSdl(ExecutionDocument.Strip(_document, keepInaccessible: false)).Build()
            : full;

        var definitions = new Dictionary<string, TypeDefinitionNode>(StringComparer.Ordinal);
        foreach (var definition in _document.Definitions)
        {
            if (definition is TypeDefinitionNode type)
            {
                definitions[type.Name.Value] = type;
            }
        }

        var types = ImmutableArray.CreateBuilder<FusionType>(full.TypesById.Length);
        var byName = new Dictionary<string, FusionType>(StringComparer.Ordinal);
        foreach (var definition in full.TypesById)
        {
            var node = definitions.GetValueOrDefault(definition.Name);
            var type = new FusionType(definition, node is null || !ExecutionDocument.IsInaccessible(node.Directives));
            if (node is not null)
            {
                type.Cache = CacheHint.Read(node.Directives);
                type.Access = ReadAccess(node.Directives, definition.Name);
                foreach (var directive in node.Directives)
                {
                    if (directive.Name.Value == ExecutionVocabulary.Type)
                    {
                        var source = Source(directive, definition.Name);
                        type.Sources = type.Sources.Add(source.Id);
                        if (Argument(directive, "interfaceObject") is BooleanValueNode { Value: true })
                        {
                            type.InterfaceObjectSources = type.InterfaceObjectSources.Add(source.Id);
                        }
                    }
                }
            }

            types.Add(type);
            byName[type.Name] = type;
        }

        var fieldCount = 0;
        foreach (var type in types)
        {
            if (definitions.GetValueOrDefault(type.Name) is ComplexTypeDefinitionNode node && type.Definition is ComplexType complex)
            {
                type.Fields = ReadFields(type, complex, node, byName, ref fieldCount);
                type.FieldsByName = type.Fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
            }
        }

        ReadPossibleTypes(full, types, byName, definitions);
        var lookups = ReadLookups(types, byName, definitions);
        var document = _document;
        return new FusionSchema(
            client, full, _sources, types.ToImmutable(), fieldCount, lookups, [.. _labels], _labels.Count == 0 ? null : labels => Read(document, labels));
    }

    private ImmutableArray<SourceSchema> ReadSources()
    {
        foreach (var definition in _document.Definitions)
        {
            if (definition is not EnumTypeDefinitionNode { Name.Value: ExecutionVocabulary.SchemaEnum } node)
            {
                continue;
            }

            var found = new List<(string Name, string Key, string? Url, SourceCapabilities Capabilities, bool IsEventStream)>();
            foreach (var value in node.Values)
            {
                var settings = value.Directives.FirstOrDefault(d => d.Name.Value == ExecutionVocabulary.Schema);
                found.Add((
                    settings is null ? value.Name.Value.ToLowerInvariant() : Text(settings, "name") ?? value.Name.Value.ToLowerInvariant(),
                    value.Name.Value,
                    settings is null ? null : Text(settings, "url"),
                    settings is null ? SourceSchema.DefaultCapabilities : ReadCapabilities(settings),
                    settings is not null && Argument(settings, "events") is BooleanValueNode { Value: true }));
            }

            if (found.Count > SourceSet.Capacity)
            {
                throw new FusionSchemaException($"The execution schema has {found.Count} source schemas; at most {SourceSet.Capacity} are possible.");
            }

            found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            var sources = ImmutableArray.CreateBuilder<SourceSchema>(found.Count);
            foreach (var (name, key, url, capabilities, isEventStream) in found)
            {
                var source = new SourceSchema(sources.Count, name, key, url, isEventStream ? SourceCapabilities.None : capabilities) { IsEventStream = isEventStream };
                sources.Add(source);
                _sourcesByKey.Add(key, source);
            }

            return sources.MoveToImmutable();
        }

        throw new FusionSchemaException($"The document has no enum {ExecutionVocabulary.SchemaEnum}: it is no execution schema. Compose one with \"lucky schema compose\".");
    }

    private static SourceCapabilities ReadCapabilities(DirectiveNode settings)
    {
        if (Argument(settings, "capabilities") is not ListValueNode list)
        {
            return SourceSchema.DefaultCapabilities;
        }

        var capabilities = SourceCapabilities.None;
        foreach (var item in list.Values)
        {
            capabilities |= item is EnumValueNode value
                ? value.Value switch
                {
                    "VARIABLE_BATCHING" => SourceCapabilities.VariableBatching,
                    "REQUEST_BATCHING" => SourceCapabilities.RequestBatching,
                    "SERVER_SENT_EVENTS" => SourceCapabilities.ServerSentEvents,
                    "WEB_SOCKET" => SourceCapabilities.WebSocket,
                    _ => throw new FusionSchemaException($"\"{value.Value}\" is no capability of a source schema."),
                }
                : throw new FusionSchemaException("The capabilities of a source schema are enum values.");
        }

        return capabilities;
    }

    private ImmutableArray<FusionField> ReadFields(
        FusionType type, ComplexType complex, ComplexTypeDefinitionNode node, Dictionary<string, FusionType> types, ref int fieldCount)
    {
        var nodes = node.Fields.ToDictionary(f => f.Name.Value, StringComparer.Ordinal);
        var fields = ImmutableArray.CreateBuilder<FusionField>(complex.Fields.Length);
        foreach (var definition in complex.Fields)
        {
            var fieldNode = nodes[definition.Name];
            var where = $"{type.Name}.{definition.Name}";
            var sourceFields = new SortedDictionary<int, SourceField>();
            foreach (var directive in fieldNode.Directives)
            {
                if (directive.Name.Value == ExecutionVocabulary.Field && IsPresent(directive))
                {
                    var source = Source(directive, where);
                    sourceFields[source.Id] = new SourceField(
                        source,
                        Text(directive, "sourceName") ?? definition.Name,
                        Text(directive, "sourceType") is { } sourceType ? Parser.ParseType(sourceType) : null,
                        Argument(directive, "partial") is BooleanValueNode { Value: true },
                        Text(directive, "provides") is { } provides ? Parser.ParseSelectionSet(provides) : null,
                        ReadRequirements(fieldNode, source, where))
                    { Topic = source.IsEventStream ? ReadTopic(fieldNode, source, where) : null };
                }
            }

            foreach (var sourceField in sourceFields.Values)
            {
                var written = sourceField.SourceType;
                sourceField.TypeText = written is null ? definition.Type.ToString()! : Printer.PrintCompact(written);
                while (written is not (null or NamedTypeNode))
                {
                    written = written is ListTypeNode list ? list.Type : ((NonNullTypeNode)written).Type;
                }

                sourceField.NamedType = types.GetValueOrDefault(written is NamedTypeNode named ? named.Name.Value : definition.Type.Named.Name)
                    ?? throw new FusionSchemaException($"\"{where}\" has an unknown source type.");
            }

            fields.Add(new FusionField(
                fieldCount++, type, definition, type.IsAccessible && !ExecutionDocument.IsInaccessible(fieldNode.Directives),
                [.. sourceFields.Values], _sources.Length)
            { NamedType = types[definition.Type.Named.Name], Cache = CacheHint.Read(fieldNode.Directives), Access = ReadAccess(fieldNode.Directives, where) });
        }

        return fields.MoveToImmutable();
    }

    // What a subscription's field of the event bus is fed by; fields of the types below have none.
    private EventTopicTemplate? ReadTopic(FieldDefinitionNode field, SourceSchema source, string where)
    {
        foreach (var directive in field.Directives)
        {
            if (directive.Name.Value == ExecutionVocabulary.EventStream && Source(directive, where) == source)
            {
                return EventTopicTemplate.TryParse(RequiredText(directive, "topic", where), out var topic, out var problem)
                    ? topic : throw new FusionSchemaException($"The topic of \"{where}\" {problem}.");
            }
        }

        return null;
    }

    // Progressive overrides: a field is in one schema while its label is active, and in the other while it is not.
    private bool IsPresent(DirectiveNode directive)
    {
        var label = Text(directive, "override");
        var overridden = Text(directive, "overridden");
        if ((label ?? overridden) is { } known)
        {
            _labels.Add(known);
        }

        return (label is null || _activeLabels.Contains(label)) && (overridden is null || !_activeLabels.Contains(overridden));
    }

    private ImmutableArray<Requirement> ReadRequirements(FieldDefinitionNode field, SourceSchema source, string where)
    {
        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var directive in field.Directives)
        {
            if (directive.Name.Value == ExecutionVocabulary.Requires && Source(directive, where) == source)
            {
                if (Text(directive, "fields") is { } required)
                {
                    requirements.Add(new Requirement(Parser.ParseSelectionSet(required), null));
                    continue;
                }

                var map = SelectedValueParser.Parse(RequiredText(directive, "map", where));
                requirements.Add(new Requirement(
                    SelectionMaps.ToSelectionSet(map),
                    new RequiredArgument(RequiredText(directive, "argument", where), Parser.ParseType(RequiredText(directive, "type", where)), map)
                    {
                        Context = Argument(directive, "context") is null ? [] : [.. Texts(directive, "context", where)],
                    }));
            }
        }

        return requirements.ToImmutable();
    }

    private void ReadPossibleTypes(
        Schema full, IEnumerable<FusionType> types, Dictionary<string, FusionType> byName, Dictionary<string, TypeDefinitionNode> definitions)
    {
        var bySource = new Dictionary<string, ImmutableArray<FusionType>.Builder[]>(StringComparer.Ordinal);
        ImmutableArray<FusionType>.Builder[] Table(string name)
        {
            if (!bySource.TryGetValue(name, out var table))
            {
                table = new ImmutableArray<FusionType>.Builder[_sources.Length];
                for (var i = 0; i < table.Length; i++)
                {
                    table[i] = ImmutableArray.CreateBuilder<FusionType>();
                }

                bySource.Add(name, table);
            }

            return table;
        }

        // Types come in name order, so every list below is in name order too.
        foreach (var type in types)
        {
            if (type.Kind == TypeKind.Object)
            {
                foreach (var source in type.Sources)
                {
                    Table(type.Name)[source].Add(type);
                }
            }

            if (definitions.GetValueOrDefault(type.Name) is not { } node)
            {
                continue;
            }

            foreach (var directive in node.Directives)
            {
                if (type.Kind == TypeKind.Object && directive.Name.Value == ExecutionVocabulary.Implements)
                {
                    Table(RequiredText(directive, "interface", type.Name))[Source(directive, type.Name).Id].Add(type);
                }
                else if (directive.Name.Value == ExecutionVocabulary.UnionMember)
                {
                    var member = RequiredText(directive, "member", type.Name);
                    Table(type.Name)[Source(directive, type.Name).Id].Add(
                        byName.GetValueOrDefault(member) ?? throw new FusionSchemaException($"The union \"{type.Name}\" has the unknown member \"{member}\"."));
                }
            }
        }

        foreach (var type in types)
        {
            if (type.Definition is { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union })
            {
                type.PossibleTypes = type.Kind == TypeKind.Object
                    ? [type]
                    : [.. full.PossibleTypes(type.Definition).Select(t => byName[t.Name]).OrderBy(t => t.Id)];
                type.SetPossibleTypes([.. Table(type.Name).Select(b => b.ToImmutable())]);
                if (type.Kind == TypeKind.Interface)
                {
                    foreach (var possible in type.PossibleTypes)
                    {
                        possible.InterfaceObjectSources |= type.InterfaceObjectSources;
                    }
                }
            }
        }
    }

    private ImmutableArray<Lookup> ReadLookups(
        IEnumerable<FusionType> types, Dictionary<string, FusionType> byName, Dictionary<string, TypeDefinitionNode> definitions)
    {
        var all = ImmutableArray.CreateBuilder<Lookup>();
        foreach (var type in types)
        {
            if (definitions.GetValueOrDefault(type.Name) is not { } node)
            {
                continue;
            }

            var lookups = ImmutableArray.CreateBuilder<Lookup>();
            foreach (var directive in node.Directives)
            {
                if (directive.Name.Value == ExecutionVocabulary.Lookup)
                {
                    var lookup = ReadLookup(directive, all.Count, type, byName);
                    lookups.Add(lookup);
                    all.Add(lookup);
                }
            }

            type.Lookups = lookups.ToImmutable();
        }

        AddNodeLookups(all, byName);
        foreach (var type in types)
        {
            // What finds an object of an interface that the schema takes for an object type finds any of its types.
            if (type.Kind != TypeKind.Interface || type.InterfaceObjectSources.IsEmpty)
            {
                continue;
            }

            foreach (var lookup in type.Lookups)
            {
                if (!type.InterfaceObjectSources.Contains(lookup.Source.Id))
                {
                    continue;
                }

                foreach (var possible in type.PossibleTypes)
                {
                    var inherited = new Lookup(all.Count, lookup.Source, possible, type, lookup.Steps, lookup.Key, lookup.IsInternal, lookup.IsEntities);
                    possible.Lookups = possible.Lookups.Add(inherited);
                    all.Add(inherited);
                }
            }
        }

        return all.ToImmutable();
    }

    // Every schema that has Query.node finds by it the types that are nodes there (Relay, Object Identification).
    private void AddNodeLookups(ImmutableArray<Lookup>.Builder all, Dictionary<string, FusionType> types)
    {
        if (!types.TryGetValue("Node", out var node) || node.Kind != TypeKind.Interface || node.Field("id") is null
            || !types.TryGetValue("Query", out var query) || query.Field("node") is not { } field || field.NamedType != node
            || field.Definition.Arguments is not [{ Name: "id" } argument] || argument.Type.ToString() != "ID!" || field.SourceFields.Length < 2)
        {
            return;
        }

        foreach (var source in field.SourceFields)
        {
            var steps = ImmutableArray.Create(new LookupStep(source.Name, [new LookupArgument("id", Parser.ParseType("ID!"), SelectedValueParser.Parse("id"))]));
            foreach (var type in node.PossibleTypesIn(source.Source.Id))
            {
                if (type.Field("id")?.In(source.Source.Id) is not null && !type.Lookups.Any(l => l.Source == source.Source && l.Steps is [{ Field: var known }] && known == source.Name))
                {
                    var lookup = new Lookup(all.Count, source.Source, type, node, steps, Parser.ParseSelectionSet("{ id }"), false, false);
                    type.Lookups = type.Lookups.Add(lookup);
                    all.Add(lookup);
                }
            }
        }
    }

    private Lookup ReadLookup(DirectiveNode directive, int id, FusionType type, Dictionary<string, FusionType> types)
    {
        var isEntities = Argument(directive, "entities") is BooleanValueNode { Value: true };
        var maps = isEntities ? [] : Texts(directive, "map", type.Name);
        var steps = ImmutableArray.CreateBuilder<LookupStep>();
        var used = 0;
        foreach (var text in isEntities ? [] : Texts(directive, "steps", type.Name))
        {
            // A step is written as a field definition without its type.
            var parsed = (ObjectTypeDefinitionNode)Parser.ParseDocument($"type _ {{ {text}: _ }}").Definitions[0];
            var arguments = ImmutableArray.CreateBuilder<LookupArgument>();
            foreach (var argument in parsed.Fields[0].Arguments)
            {
                if (used == maps.Length)
                {
                    throw new FusionSchemaException($"A lookup of \"{type.Name}\" has more arguments than maps.");
                }

                arguments.Add(new LookupArgument(argument.Name.Value, argument.Type, SelectedValueParser.Parse(maps[used++])));
            }

            steps.Add(new LookupStep(parsed.Fields[0].Name.Value, arguments.ToImmutable()));
        }

        var returnType = type;
        if (Text(directive, "returns") is { } returns && !types.TryGetValue(returns, out returnType))
        {
            throw new FusionSchemaException($"A lookup of \"{type.Name}\" returns the unknown type \"{returns}\".");
        }

        return new Lookup(
            id, Source(directive, type.Name), type, returnType!, steps.ToImmutable(),
            Parser.ParseSelectionSet(RequiredText(directive, "key", type.Name)), Argument(directive, "internal") is BooleanValueNode { Value: true }, isEntities);
    }

    private static AccessRule? ReadAccess(ImmutableArray<DirectiveNode> directives, string where)
    {
        var (authenticated, scopes, policies) = (false, ImmutableArray<ImmutableArray<string>>.Empty, ImmutableArray<ImmutableArray<string>>.Empty);
        foreach (var directive in directives)
        {
            switch (directive.Name.Value)
            {
                case ExecutionVocabulary.Authenticated:
                    authenticated = true;
                    break;
                case ExecutionVocabulary.RequiresScopes:
                    scopes = Groups(directive, "scopes", where);
                    break;
                case ExecutionVocabulary.Policy:
                    policies = Groups(directive, "policies", where);
                    break;
            }
        }

        return authenticated || !scopes.IsEmpty || !policies.IsEmpty ? new AccessRule(authenticated, scopes, policies) : null;
    }

    private static ImmutableArray<ImmutableArray<string>> Groups(DirectiveNode directive, string argument, string where)
        => Argument(directive, argument) is ListValueNode list && list.Values.All(v => v is ListValueNode group && group.Values.All(n => n is StringValueNode))
            ? [.. list.Values.Select(v => ((ListValueNode)v).Values.Select(n => ((StringValueNode)n).Value).ToImmutableArray())]
            : throw new FusionSchemaException($"@{directive.Name.Value} on \"{where}\" needs a list of lists of strings as its argument \"{argument}\".");

    private SourceSchema Source(DirectiveNode directive, string where)
        => Argument(directive, "schema") is EnumValueNode key && _sourcesByKey.TryGetValue(key.Value, out var source)
            ? source
            : throw new FusionSchemaException($"@{directive.Name.Value} on \"{where}\" names no value of {ExecutionVocabulary.SchemaEnum}.");

    private static string RequiredText(DirectiveNode directive, string argument, string where)
        => Text(directive, argument) ?? throw new FusionSchemaException($"@{directive.Name.Value} on \"{where}\" lacks the argument \"{argument}\".");

    private static string[] Texts(DirectiveNode directive, string argument, string where)
        => Argument(directive, argument) is ListValueNode list
            ? [.. list.Values.Select(v => v is StringValueNode text ? text.Value : throw new FusionSchemaException($"@{directive.Name.Value} on \"{where}\": \"{argument}\" is a list of strings."))]
            : throw new FusionSchemaException($"@{directive.Name.Value} on \"{where}\" lacks the argument \"{argument}\".");

    private static string? Text(DirectiveNode directive, string argument) => (Argument(directive, argument) as StringValueNode)?.Value;

    private static ValueNode? Argument(DirectiveNode directive, string name)
    {
        foreach (var argument in directive.Arguments)
        {
            if (argument.Name.Value == name)
            {
                return argument.Value;
            }
        }

        return null;
    }
}
