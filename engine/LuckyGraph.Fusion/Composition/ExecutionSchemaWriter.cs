using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Writes the merged schema in the vocabulary of <see cref="ExecutionVocabulary"/>.</summary>
internal sealed class ExecutionSchemaWriter
{
    private readonly MergedSchema _schema;
    private readonly Dictionary<SourceDocument, EnumValueNode> _keys = [];

    private ExecutionSchemaWriter(MergedSchema schema)
    {
        _schema = schema;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in schema.Sources)
        {
            var key = Key(source.Name);
            for (var n = 2; !taken.Add(key); n++)
            {
                key = $"{Key(source.Name)}_{n}";
            }

            _keys.Add(source, new EnumValueNode { Value = key });
        }
    }

    public static DocumentNode Write(MergedSchema schema) => new ExecutionSchemaWriter(schema).Write();

    private static string Key(string name)
    {
        var key = new StringBuilder(name.Length + 1);
        foreach (var character in name)
        {
            key.Append(char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_');
        }

        return key.Length == 0 || char.IsAsciiDigit(key[0]) || key.ToString().StartsWith("__", StringComparison.Ordinal) || key.ToString() is "TRUE" or "FALSE" or "NULL"
            ? $"S_{key}"
            : key.ToString();
    }

    private DocumentNode Write()
    {
        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        foreach (var type in _schema.Types.Values)
        {
            definitions.Add(Type(type));
        }

        definitions.AddRange(_schema.ComposedDirectives.Definitions);
        definitions.Add(new EnumTypeDefinitionNode
        {
            Name = new Name(ExecutionVocabulary.SchemaEnum),
            Description = new StringValueNode { Value = "The source schemas." },
            Values = [.. _schema.Sources.Select(Source)],
        });
        definitions.AddRange(Parser.ParseDocument(ExecutionVocabulary.Definitions).Definitions);
        return new DocumentNode { Definitions = definitions.ToImmutable() };
    }

    private EnumValueDefinitionNode Source(SourceDocument source)
    {
        var arguments = new List<(string, ValueNode)> { ("name", Text(source.Name)) };
        if (source.IsEventStream)
        {
            return new EnumValueDefinitionNode
            {
                Name = new Name(_keys[source].Value),
                Directives = [Directive(ExecutionVocabulary.Schema, [.. arguments, ("events", new BooleanValueNode { Value = true })])],
            };
        }

        if (source.Input.Url is { } url)
        {
            arguments.Add(("url", Text(url)));
        }

        var understood = source.Input.Capabilities ?? (source.IsApollo ? SourceCapabilities.None : SourceSchema.DefaultCapabilities);
        if (understood != SourceSchema.DefaultCapabilities)
        {
            var capabilities = ImmutableArray.CreateBuilder<ValueNode>();
            foreach (var (flag, name) in new[]
            {
                (SourceCapabilities.VariableBatching, "VARIABLE_BATCHING"),
                (SourceCapabilities.RequestBatching, "REQUEST_BATCHING"),
                (SourceCapabilities.ServerSentEvents, "SERVER_SENT_EVENTS"),
                (SourceCapabilities.WebSocket, "WEB_SOCKET"),
            })
            {
                if (understood.HasFlag(flag))
                {
                    capabilities.Add(new EnumValueNode { Value = name });
                }
            }

            arguments.Add(("capabilities", new ListValueNode { Values = capabilities.ToImmutable() }));
        }

        return new EnumValueDefinitionNode { Name = new Name(_keys[source].Value), Directives = [Directive(ExecutionVocabulary.Schema, [.. arguments])] };
    }

    private TypeDefinitionNode Type(MergedType type)
    {
        var directives = ImmutableArray.CreateBuilder<DirectiveNode>();
        if (type.SpecifiedBy is not null)
        {
            directives.Add(Clean(type.SpecifiedBy));
        }

        if (type.IsOneOf)
        {
            directives.Add(Directive("oneOf"));
        }

        if (type.IsInaccessible)
        {
            directives.Add(Directive(ExecutionVocabulary.Inaccessible));
        }

        directives.AddRange(CarriedDirectives.Of(type.Sources.Select(static t => t.Directives)));
        directives.AddRange(_schema.ComposedDirectives.Of(type.Sources.Select(static t => t.Directives)));
        directives.AddRange(AccessRules.Write(type.Sources.Select(t => t.Directives)));
        foreach (var source in type.Sources)
        {
            directives.Add(source.IsInterfaceObject
                ? Directive(ExecutionVocabulary.Type, ("schema", _keys[source.Schema]), ("interfaceObject", new BooleanValueNode { Value = true }))
                : Directive(ExecutionVocabulary.Type, ("schema", _keys[source.Schema])));
        }

        foreach (var source in type.Sources)
        {
            foreach (var name in source.Schema.AllInterfaces(source).Where(type.Interfaces.Contains))
            {
                directives.Add(Directive(ExecutionVocabulary.Implements, ("schema", _keys[source.Schema]), ("interface", Text(name))));
            }

            foreach (var member in source.Members.Order(StringComparer.Ordinal).Where(type.Members.Contains))
            {
                directives.Add(Directive(ExecutionVocabulary.UnionMember, ("schema", _keys[source.Schema]), ("member", Text(member))));
            }
        }

        foreach (var lookup in type.Lookups)
        {
            directives.Add(Lookup(lookup));
        }

        var nameNode = new Name(type.Name);
        var applied = directives.ToImmutable();
        ImmutableArray<NamedTypeNode> interfaces = [.. type.Interfaces.Where(i => _schema.Type(i) is not null).Select(i => new NamedTypeNode { Name = new Name(i) })];
        return type.Kind switch
        {
            TypeKind.Scalar => new ScalarTypeDefinitionNode { Name = nameNode, Description = type.Description, Directives = applied },
            TypeKind.Object => new ObjectTypeDefinitionNode
            { Name = nameNode, Description = type.Description, Directives = applied, Interfaces = interfaces, Fields = [.. type.Fields.Select(f => Field(type, f))] },
            TypeKind.Interface => new InterfaceTypeDefinitionNode
            { Name = nameNode, Description = type.Description, Directives = applied, Interfaces = interfaces, Fields = [.. type.Fields.Select(f => Field(type, f))] },
            TypeKind.Union => new UnionTypeDefinitionNode
            { Name = nameNode, Description = type.Description, Directives = applied, Types = [.. type.Members.Select(m => new NamedTypeNode { Name = new Name(m) })] },
            TypeKind.Enum => new EnumTypeDefinitionNode
            {
                Name = nameNode,
                Description = type.Description,
                Directives = applied,
                Values = [.. type.Values.Select(v => new EnumValueDefinitionNode
                {
                    Name = new Name(v.Name),
                    Description = v.Description,
                    Directives = [.. Deprecated(v.Deprecated), .. v.Carried, .. v.IsInaccessible ? [Directive(ExecutionVocabulary.Inaccessible)] : ImmutableArray<DirectiveNode>.Empty],
                })],
            },
            _ => new InputObjectTypeDefinitionNode { Name = nameNode, Description = type.Description, Directives = applied, Fields = [.. type.InputFields.Select(Input)] },
        };
    }

    private FieldDefinitionNode Field(MergedType type, MergedField field)
    {
        var directives = ImmutableArray.CreateBuilder<DirectiveNode>();
        directives.AddRange(Deprecated(field.Deprecated));
        directives.AddRange(CarriedDirectives.Of(field));
        directives.AddRange(_schema.ComposedDirectives.Of(field.Sources.Select(static f => f.Node.Directives)));
        directives.AddRange(AccessRules.Write(field.Sources.Select(f => f.Node.Directives)));
        if (field.IsInaccessible)
        {
            directives.Add(Directive(ExecutionVocabulary.Inaccessible));
        }

        foreach (var source in field.Sources)
        {
            var arguments = new List<(string, ValueNode)> { ("schema", _keys[source.Schema]) };
            if (!TypeNodes.Same(source.Type, field.Type))
            {
                arguments.Add(("sourceType", Text(TypeNodes.Print(source.Type))));
            }

            if (source.Provides is { } provides)
            {
                arguments.Add(("provides", Text(SelectionText.Print(provides))));
            }

            // A schema always knows its own keys, whoever resolves them otherwise. Federation 2 takes @external at its word.
            if (source.IsExternal && (!source.IsKeyMember || (source.Schema.IsApollo && !source.Schema.IsFederation1)))
            {
                arguments.Add(("partial", new BooleanValueNode { Value = true }));
            }

            if (source.OverrideLabel is { } label)
            {
                arguments.Add(("override", Text(label)));
            }
            else if (source.OverriddenLabel is { } overridden)
            {
                arguments.Add(("overridden", Text(overridden)));
            }

            directives.Add(Directive(ExecutionVocabulary.Field, [.. arguments]));
        }

        foreach (var source in field.Sources)
        {
            if (source.EventTopic is { } topic)
            {
                directives.Add(Directive(ExecutionVocabulary.EventStream, ("schema", _keys[source.Schema]), ("topic", Text(topic))));
            }

            if (source.Requires is { } required)
            {
                directives.Add(Directive(ExecutionVocabulary.Requires, ("schema", _keys[source.Schema]), ("fields", Text(SelectionText.Print(required)))));
            }

            foreach (var argument in source.Arguments)
            {
                if ((argument.Require ?? argument.Context?.Map) is { } map)
                {
                    var filled = new List<(string, ValueNode)>
                    {
                        ("schema", _keys[source.Schema]), ("argument", Text(argument.Name)), ("type", Text(TypeNodes.Print(argument.Type))), ("map", Text(map.ToString())),
                    };
                    if (argument.Context is { } context)
                    {
                        filled.Add(("context", new ListValueNode { Values = [.. context.Setters.Select(Text)] }));
                    }

                    directives.Add(Directive(ExecutionVocabulary.Requires, [.. filled]));
                }
            }
        }

        return new FieldDefinitionNode
        {
            Name = new Name(field.Name),
            Description = field.Description,
            Arguments = [.. field.Arguments.Select(Input)],
            Type = field.Type,
            Directives = directives.ToImmutable(),
        };
    }

    private DirectiveNode Lookup(CollectedLookup lookup)
    {
        var arguments = new List<(string, ValueNode)>
        {
            ("schema", _keys[lookup.Schema]),
            ("key", Text(SelectionText.Print(lookup.Key))),
        };
        if (lookup.IsEntities)
        {
            arguments.Add(("entities", new BooleanValueNode { Value = true }));
            return Directive(ExecutionVocabulary.Lookup, [.. arguments]);
        }

        arguments.AddRange(
        [
            ("steps", new ListValueNode { Values = [.. lookup.Steps.Select(s => Text(Step(s)))] }),
            ("map", new ListValueNode { Values = [.. lookup.Steps.SelectMany(s => s.Arguments).Select(a => Text(a.Map.ToString()))] }),
        ]);
        if (lookup.ReturnType != lookup.EntityType)
        {
            arguments.Add(("returns", Text(lookup.ReturnType.Name)));
        }

        if (lookup.IsInternal)
        {
            arguments.Add(("internal", new BooleanValueNode { Value = true }));
        }

        return Directive(ExecutionVocabulary.Lookup, [.. arguments]);
    }

    private static string Step(CollectedStep step)
        => step.Arguments.IsEmpty
            ? step.Field.Name
            : $"{step.Field.Name}({string.Join(", ", step.Arguments.Select(a => $"{a.Argument.Name}: {TypeNodes.Print(a.Argument.Type)}"))})";

    private static InputValueDefinitionNode Input(MergedInput input) => new()
    {
        Name = new Name(input.Name),
        Description = input.Description,
        Type = input.Type,
        DefaultValue = input.DefaultValue,
        Directives = Deprecated(input.Deprecated).AddRange(input.Carried),
    };

    private static ImmutableArray<DirectiveNode> Deprecated(DirectiveNode? directive) => directive is null ? [] : [Clean(directive)];

    private static DirectiveNode Clean(DirectiveNode directive) => new() { Name = new Name(directive.Name.Value), Arguments = directive.Arguments };

    private static StringValueNode Text(string value) => new() { Value = value };

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
