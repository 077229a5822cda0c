using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Turns drafts and documents into a schema: merges, adds what is referenced and known, resolves names, freezes.</summary>
internal sealed class SchemaAssembly(
    string? description, List<TypeDraft> fromCode, List<(DocumentNode Document, FieldBinding? Binding)> documents, bool incrementalDelivery)
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

    private static TypeDraft Copy(TypeDraft source)
    {
        // A builder can be built again with more documents: its drafts stay as they are.
        var copy = new TypeDraft(source.Name, source.Kind)
        {
            Description = source.Description,
            RuntimeType = source.RuntimeType,
            FromCode = true,
            Coercion = source.Coercion,
        };
        copy.Directives.AddRange(source.Directives);
        copy.Interfaces.AddRange(source.Interfaces);
        copy.Fields.AddRange(source.Fields);
        copy.Members.AddRange(source.Members);
        copy.Values.AddRange(source.Values);
        copy.Inputs.AddRange(source.Inputs);
        return copy;
    }

    private void AddDraft(TypeDraft draft)
    {
        drafts.Add(draft.Name, draft);
        order.Add(draft);
    }

    private void MergeAll(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            Merge(definition, null);
        }
    }

    private void Merge(DefinitionNode definition, FieldBinding? binding)
    {
        switch (definition)
        {
            case TypeDefinitionNode node when IntrospectionTypes.Names.Contains(node.Name.Value) && !IntrospectionTypes.Document.Definitions.Contains(node):
                // Printed schemas of some tools list the introspection types; every schema has its own.
                break;
            case SchemaDefinitionNode node:
                schemaNodes.Add(node);
                description ??= node.Description?.Value;
                break;
            case DirectiveDefinitionNode node:
                directiveNodes.Add((node, false));
                break;
            case TypeDefinitionNode node:
                Merge(node, binding);
                break;
            default:
                // Operations and fragments may stand beside definitions; they are no part of the schema.
                break;
        }
    }

    private void Merge(TypeDefinitionNode node, FieldBinding? binding)
    {
        var kind = KindOf(node);
        if (kind != TypeKind.Scalar && WellKnownScalars.IsBuiltIn(node.Name.Value))
        {
            errors.Add(new SchemaError($"\"{node.Name}\" is a built-in scalar and cannot be defined as {kind}.", [node]));
            return;
        }

        if (!drafts.TryGetValue(node.Name.Value, out var draft))
        {
            AddDraft(draft = new TypeDraft(node.Name.Value, kind));
        }
        else if (draft.Kind != kind)
        {
            errors.Add(new SchemaError($"Type \"{node.Name.Value}\" is defined as {draft.Kind} and as {kind}; give one of them another name.", [node]));
            return;
        }

        if (node.IsExtension)
        {
            draft.Nodes.Add(node);
        }
        else
        {
            draft.Nodes.Insert(0, node);
            draft.Description = node.Description?.Value ?? draft.Description;
        }

        draft.Directives.AddRange(node.Directives);
        switch (node)
        {
            case ComplexTypeDefinitionNode complex:
                draft.Interfaces.AddRange(complex.Interfaces.Where(i => !draft.FromCode || !draft.Interfaces.Exists(o => o.Name.Value == i.Name.Value)));
                foreach (var field in complex.Fields)
                {
                    AddField(draft, field, binding);
                }

                break;
            case UnionTypeDefinitionNode union:
                draft.Members.AddRange(union.Types);
                break;
            case EnumTypeDefinitionNode enumNode:
                foreach (var value in enumNode.Values)
                {
                    draft.Values.Add(new EnumValueDraft(value.Name.Value)
                    {
                        Description = value.Description?.Value,
                        Node = value,
                        Directives = [.. value.Directives],
                    });
                }

                break;
            case InputObjectTypeDefinitionNode input:
                draft.Inputs.AddRange(input.Fields.Select(InputDraft.Of));
                break;
        }
    }

    private static void AddField(TypeDraft draft, FieldDefinitionNode node, FieldBinding? binding)
    {
        if (draft.FromCode && draft.Fields.Exists(f => f.Name == node.Name.Value))
        {
            return;
        }

        var field = new FieldDraft(node.Name.Value, node.Type)
        {
            Description = node.Description?.Value,
            Node = node,
            Binding = draft.Kind == TypeKind.Object ? binding : null,
            Attach = true,
        };
        field.Directives.AddRange(node.Directives);
        field.Arguments.AddRange(node.Arguments.Select(InputDraft.Of));
        draft.Fields.Add(field);
    }

    internal static TypeKind KindOf(TypeDefinitionNode node) => node switch
    {
        ScalarTypeDefinitionNode => TypeKind.Scalar,
        ObjectTypeDefinitionNode => TypeKind.Object,
        InterfaceTypeDefinitionNode => TypeKind.Interface,
        UnionTypeDefinitionNode => TypeKind.Union,
        EnumTypeDefinitionNode => TypeKind.Enum,
        _ => TypeKind.InputObject,
    };

    private void AddSpecifiedDirectives()
    {
        var defined = directiveNodes.Select(d => d.Node.Name.Value).ToHashSet(StringComparer.Ordinal);
        var position = 0;
        foreach (var node in KnownDirectiveDefinitions.Specified(incrementalDelivery))
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

    private void SetRoots(Schema schema)
    {
        schema.Nodes = [.. schemaNodes];
        schema.AppliedDirectives = [.. schemaNodes.SelectMany(n => n.Directives)];
        var roots = schemaNodes.SelectMany(n => n.OperationTypes).ToList();
        foreach (var root in roots)
        {
            schema.RootNames[root.Operation] = root.Type.Name.Value;
        }

        if (!schemaNodes.Exists(n => !n.IsExtension))
        {
            // 3.3.1 default root operation type names
            foreach (var operation in Enum.GetValues<OperationKind>())
            {
                if (types.ContainsKey(operation.ToString()))
                {
                    schema.RootNames.TryAdd(operation, operation.ToString());
                }
            }
        }

        schema.QueryType = Root(OperationKind.Query)!;
        schema.MutationType = Root(OperationKind.Mutation);
        schema.SubscriptionType = Root(OperationKind.Subscription);
        return;

        ObjectType? Root(OperationKind operation)
            => schema.RootNames.TryGetValue(operation, out var name) ? types.GetValueOrDefault(name) as ObjectType : null;
    }

    private static void SetPossibleTypes(Schema schema)
    {
        var possible = new Dictionary<string, List<ObjectType>>(StringComparer.Ordinal);
        var runtime = new Dictionary<Type, ObjectType>();
        foreach (var type in schema.TypesInOrder)
        {
            switch (type)
            {
                case ObjectType objectType:
                    List(type.Name).Add(objectType);
                    foreach (var implemented in objectType.Interfaces.Distinct())
                    {
                        List(implemented.Name).Add(objectType);
                    }

                    if (objectType.RuntimeType is { } clr)
                    {
                        runtime.TryAdd(clr, objectType);
                    }

                    break;
                case UnionType union:
                    List(type.Name).AddRange(union.Types.Distinct());
                    break;
                case InterfaceType:
                    List(type.Name);
                    break;
            }
        }

        schema.PossibleTypesByName = possible.ToFrozenDictionary(p => p.Key, p => p.Value.ToImmutableArray(), StringComparer.Ordinal);
        foreach (var (name, members) in schema.PossibleTypesByName)
        {
            var bits = new ulong[(schema.TypesById.Length + 63) / 64];
            foreach (var member in members)
            {
                bits[member.Id >> 6] |= 1UL << (member.Id & 63);
            }

            schema.Types[name].PossibleIds = bits;
        }

        schema.ObjectTypesByRuntimeType = runtime.ToFrozenDictionary();
        return;

        List<ObjectType> List(string name) => possible.TryGetValue(name, out var list) ? list : possible[name] = [];
    }

    private void SetMetaFields(Schema schema, IntrospectionBinding binding)
    {
        var text = types["String"];
        var query = schema.QueryType;
        schema.TypeNameField = Meta("__typename", text.NonNull, []);
        schema.SchemaField = Meta("__schema", types["__Schema"].NonNull, []);
        schema.TypeField = Meta("__type", types["__Type"], [new InputValueDefinition { Name = "name", Type = text.NonNull }]);
        return;

        FieldDefinition Meta(string name, GraphType type, ImmutableArray<InputValueDefinition> arguments) => new()
        {
            Name = name,
            Type = type,
            Arguments = arguments,
            DeclaringType = query,
            Index = -1,
            Binding = name == "__typename" ? null : binding,
            BindingIndex = IntrospectionBinding.Number("", name),
        };
    }

    private void AttachBindings(ObjectType? subscription)
    {
        foreach (var type in types.Values)
        {
            if (type is ObjectType objectType)
            {
                foreach (var field in objectType.Fields)
                {
                    if (field.AttachOnBuild)
                    {
                        field.Kind = ReferenceEquals(type, subscription) ? FieldKind.Subscription : field.Kind;
                        field.BindingIndex = field.Binding!.Attach(field);
                    }
                }
            }
        }
    }
}
