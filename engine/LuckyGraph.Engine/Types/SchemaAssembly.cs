using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Turns drafts and documents into a schema: merges, adds what is referenced and known, resolves names, freezes.</summary>
internal sealed partial class SchemaAssembly(
    string? description, List<TypeDraft> fromCode, List<(DocumentNode Document, FieldBinding? Binding)> documents, bool enableDefer, bool enableStream)
{
    private readonly Dictionary<string, TypeDraft> drafts = new(StringComparer.Ordinal);
    private readonly List<TypeDraft> order = [];
    private readonly List<(DirectiveDefinitionNode Node, bool Specified)> directiveNodes = [];
    private readonly List<SchemaDefinitionNode> schemaNodes = [];
    private readonly Dictionary<string, NamedType> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> referenced = new(StringComparer.Ordinal);
    private readonly List<SchemaError> errors = [];
    private readonly List<InputValueDefinition> defaults = [];

    public Schema Assemble()
    {
        foreach (var draft in fromCode)
        {
            AddDraft(Copy(draft));
        }

        foreach (var (document, binding) in documents)
        {
            foreach (var definition in document.Definitions)
            {
                Merge(definition, binding);
            }
        }

        AddSpecifiedDirectives();
        MergeAll(IntrospectionTypes.Document);
        AddReferencedScalars();
        var schema = new Schema();
        foreach (var draft in order)
        {
            types.Add(draft.Name, Create(draft));
        }

        var introspection = new IntrospectionBinding(schema);
        foreach (var draft in order)
        {
            Complete(draft, types[draft.Name], draft.Name.StartsWith("__", StringComparison.Ordinal) ? introspection : null);
        }

        schema.DirectivesInOrder = [.. directiveNodes.Select(d => Directive(d.Node))];
        if (errors.Count > 0)
        {
            throw new SchemaException([.. errors]);
        }

        schema.Description = description;
        schema.Documents = [.. documents.Select(d => d.Document)];
        schema.TypesInOrder = [.. order.Select(d => types[d.Name])];
        schema.Types = types.ToFrozenDictionary(StringComparer.Ordinal);
        schema.TypesById = [.. types.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];
        for (var i = 0; i < schema.TypesById.Length; i++)
        {
            schema.TypesById[i].Id = i;
        }

        var directives = new Dictionary<string, DirectiveType>(StringComparer.Ordinal);
        foreach (var directive in schema.DirectivesInOrder)
        {
            directives.TryAdd(directive.Name, directive);
        }

        schema.Directives = directives.ToFrozenDictionary(StringComparer.Ordinal);
        schema.UnusedScalars = WellKnownScalars.BuiltIn.Where(n => !referenced.Contains(n)).ToFrozenSet(StringComparer.Ordinal);
        SetRoots(schema);
        SetPossibleTypes(schema);
        SetMetaFields(schema, introspection);
        AttachBindings(schema.SubscriptionType);
        foreach (var input in defaults)
        {
            _ = input.CoercedDefault;
        }

        return schema;
    }

    private void AddSpecifiedDirectives()
    {
        var defined = directiveNodes.Select(d => d.Node.Name.Value).ToHashSet(StringComparer.Ordinal);
        var position = 0;
        foreach (var node in KnownDirectiveDefinitions.Specified(enableDefer, enableStream))
        {
            if (defined.Add(node.Name.Value))
            {
                directiveNodes.Insert(position++, (node, true));
            }
        }

        // Composite-schema directives define themselves, and their scalars, when they are applied.
        foreach (var name in AppliedDirectiveNames())
        {
            if (!defined.Contains(name) && KnownDirectiveDefinitions.Composite(name) is { } node)
            {
                defined.Add(name);
                directiveNodes.Add((node, true));
            }
        }
    }

    private HashSet<string> AppliedDirectiveNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        void Add(IEnumerable<DirectiveNode> applied)
        {
            foreach (var directive in applied)
            {
                names.Add(directive.Name.Value);
            }
        }

        foreach (var node in schemaNodes)
        {
            Add(node.Directives);
        }

        foreach (var draft in order)
        {
            Add(draft.Directives);
            foreach (var field in draft.Fields)
            {
                Add(field.Directives);
                foreach (var argument in field.Arguments)
                {
                    Add(argument.Directives);
                }
            }

            foreach (var value in draft.Values)
            {
                Add(value.Directives);
            }

            foreach (var input in draft.Inputs)
            {
                Add(input.Directives);
            }
        }

        return names;
    }

    private void AddReferencedScalars()
    {
        foreach (var draft in order)
        {
            foreach (var field in draft.Fields)
            {
                Reference(field.Type);
                field.Arguments.ForEach(a => Reference(a.Type));
            }

            draft.Inputs.ForEach(i => Reference(i.Type));
        }

        foreach (var (node, _) in directiveNodes)
        {
            foreach (var argument in node.Arguments)
            {
                Reference(argument.Type);
            }
        }

        foreach (var name in referenced.Concat(WellKnownScalars.BuiltIn).Distinct().ToArray())
        {
            if (!drafts.ContainsKey(name) && WellKnownScalars.Find(name) is { } known)
            {
                var draft = new TypeDraft(name, TypeKind.Scalar) { Coercion = known.Coercion, Description = known.Description };
                if (known.SpecifiedByUrl is { } url)
                {
                    draft.Directives.Add(Applications.SpecifiedBy(url));
                }

                AddDraft(draft);
            }
        }
    }

    private void Reference(TypeNode type)
    {
        while (type is not NamedTypeNode)
        {
            type = type is ListTypeNode list ? list.Type : ((NonNullTypeNode)type).Type;
        }

        referenced.Add(((NamedTypeNode)type).Name.Value);
    }

    private static NamedType Create(TypeDraft draft)
    {
        NamedType type = draft.Kind switch
        {
            TypeKind.Scalar => new ScalarType
            {
                Name = draft.Name,
                Coercion = draft.Coercion ?? WellKnownScalars.Find(draft.Name)?.Coercion ?? AnyCoercion.Instance,
                SpecifiedByUrl = draft.Directives.FindLast(d => d.Name.Value == "specifiedBy") is { } by ? Applications.StringArgument(by, "url") : null,
            },
            TypeKind.Object => new ObjectType { Name = draft.Name },
            TypeKind.Interface => new InterfaceType { Name = draft.Name },
            TypeKind.Union => new UnionType { Name = draft.Name },
            TypeKind.Enum => new EnumType { Name = draft.Name },
            _ => new InputObjectType { Name = draft.Name, IsOneOf = draft.Directives.Exists(d => d.Name.Value == "oneOf") },
        };
        type.Description = draft.Description;
        type.RuntimeType = draft.RuntimeType;
        type.AppliedDirectives = [.. draft.Directives];
        type.Nodes = [.. draft.Nodes];
        return type;
    }

    private void Complete(TypeDraft draft, NamedType type, FieldBinding? introspection)
    {
        switch (type)
        {
            case ComplexType complex:
                complex.Interfaces = [.. draft.Interfaces.Select(i => Named<InterfaceType>(i, draft, "implement", "interface")).OfType<InterfaceType>()];
                complex.InterfaceNodes = [.. draft.Interfaces];
                complex.Fields = [.. draft.Fields.Select((f, i) => Field(f, i, complex, introspection))];
                complex.FieldsByName = ByName(complex.Fields, f => f.Name);
                break;
            case UnionType union:
                union.Types = [.. draft.Members.Select(m => Named<ObjectType>(m, draft, "include", "object")).OfType<ObjectType>()];
                union.MemberNodes = [.. draft.Members];
                break;
            case EnumType enumType:
                enumType.Values = [.. draft.Values.Select(v => new EnumValueDefinition
                {
                    Name = v.Name,
                    Description = v.Description,
                    AppliedDirectives = [.. v.Directives],
                    DeprecationReason = Applications.DeprecationReason(v.Directives),
                    Node = v.Node,
                })];
                enumType.ValuesByName = ByName(enumType.Values, v => v.Name);
                break;
            case InputObjectType input:
                input.Fields = Inputs(draft.Inputs, i => $"{draft.Name}.{i}");
                input.FieldsByName = ByName(input.Fields, f => f.Name);
                foreach (var field in input.Fields)
                {
                    field.DeclaringType = input;
                }

                break;
        }
    }

    private static FrozenDictionary<string, T> ByName<T>(ImmutableArray<T> items, Func<T, string> name)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            map.TryAdd(name(item), item);
        }

        return map.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private T? Named<T>(NamedTypeNode node, TypeDraft from, string verb, string kind) where T : NamedType
    {
        if (!types.TryGetValue(node.Name.Value, out var type))
        {
            errors.Add(new SchemaError($"Type \"{from.Name}\" cannot {verb} \"{node.Name.Value}\": no {kind} type of that name is defined.", [node]));
        }

        return type as T;
    }

    private FieldDefinition Field(FieldDraft draft, int index, ComplexType declaring, FieldBinding? introspection) => new()
    {
        Name = draft.Name,
        Description = draft.Description,
        Type = Resolve(draft.Type, () => $"{declaring.Name}.{draft.Name}"),
        Arguments = Inputs(draft.Arguments, a => $"{declaring.Name}.{draft.Name}({a}:)"),
        AppliedDirectives = [.. draft.Directives],
        DeprecationReason = Applications.DeprecationReason(draft.Directives),
        DeclaringType = declaring,
        Index = index,
        Kind = draft.Kind,
        Binding = introspection ?? draft.Binding,
        BindingIndex = introspection is null ? draft.BindingIndex : IntrospectionBinding.Number(declaring.Name, draft.Name),
        Authorization = [.. draft.Authorization],
        Node = draft.Node,
        AttachOnBuild = draft.Attach && introspection is null && draft.Binding is not null,
    };

    private ImmutableArray<InputValueDefinition> Inputs(List<InputDraft> inputs, Func<string, string> coordinate)
    {
        var result = ImmutableArray.CreateBuilder<InputValueDefinition>(inputs.Count);
        foreach (var draft in inputs)
        {
            var input = new InputValueDefinition
            {
                Name = draft.Name,
                Description = draft.Description,
                Type = Resolve(draft.Type, () => coordinate(draft.Name)),
                DefaultValue = draft.Default,
                AppliedDirectives = [.. draft.Directives],
                DeprecationReason = Applications.DeprecationReason(draft.Directives),
                Index = result.Count,
                Node = draft.Node,
            };
            if (draft.Default is not null)
            {
                defaults.Add(input);
            }

            result.Add(input);
        }

        return result.MoveToImmutable();
    }

    private GraphType Resolve(TypeNode node, Func<string> coordinate)
    {
        switch (node)
        {
            case ListTypeNode list:
                return Resolve(list.Type, coordinate).List;
            case NonNullTypeNode nonNull:
                return Resolve(nonNull.Type, coordinate).NonNull;
            default:
                var name = ((NamedTypeNode)node).Name.Value;
                if (types.TryGetValue(name, out var type))
                {
                    return type;
                }

                errors.Add(new SchemaError($"Unknown type \"{name}\" at {coordinate()}.{Suggestions.DidYouMean(name, types.Keys)}", [node]));
                return types["String"];
        }
    }

    private DirectiveType Directive(DirectiveDefinitionNode node) => new()
    {
        Name = node.Name.Value,
        Description = node.Description?.Value,
        Arguments = Inputs([.. node.Arguments.Select(InputDraft.Of)], a => $"@{node.Name.Value}({a}:)"),
        IsRepeatable = node.IsRepeatable,
        Locations = [.. node.Locations.Select(l => l.Value)],
        Node = node,
    };
}
