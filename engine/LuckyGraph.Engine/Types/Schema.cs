using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>
/// An executable, immutable type system (3.3). Built by <see cref="SchemaBuilder"/> from generated tables, from SDL, or both.
/// </summary>
public sealed partial class Schema
{
    internal Schema() { }

    /// <summary>The description, in Markdown.</summary>
    public string? Description { get; internal set; }
    /// <summary>The query root.</summary>
    public ObjectType QueryType { get; internal set; } = null!;
    /// <summary>The mutation root, if there is one.</summary>
    public ObjectType? MutationType { get; internal set; }
    /// <summary>The subscription root, if there is one.</summary>
    public ObjectType? SubscriptionType { get; internal set; }
    /// <summary>All types by name, built-in scalars and introspection types included.</summary>
    public FrozenDictionary<string, NamedType> Types { get; internal set; } = FrozenDictionary<string, NamedType>.Empty;
    /// <summary>All types; <see cref="NamedType.Id"/> is the index here.</summary>
    public ImmutableArray<NamedType> TypesById { get; internal set; } = [];
    /// <summary>All directives by name, the specified ones included.</summary>
    public FrozenDictionary<string, DirectiveType> Directives { get; internal set; } = FrozenDictionary<string, DirectiveType>.Empty;
    /// <summary>The directives applied to the schema definition.</summary>
    public ImmutableArray<DirectiveNode> AppliedDirectives { get; internal set; } = [];

    /// <summary>All types in the order of their definition, built-in ones last.</summary>
    internal ImmutableArray<NamedType> TypesInOrder { get; set; } = [];
    /// <summary>All directives in the order of their definition, the specified ones first.</summary>
    internal ImmutableArray<DirectiveType> DirectivesInOrder { get; set; } = [];
    internal ImmutableArray<SchemaDefinitionNode> Nodes { get; set; } = [];
    /// <summary>The names of the root types as given, whatever kind of type they are.</summary>
    internal Dictionary<OperationKind, string> RootNames { get; } = [];
    /// <summary>The documents the schema was built from; they turn nodes into locations.</summary>
    internal ImmutableArray<DocumentNode> Documents { get; set; } = [];
    /// <summary>Built-in scalars that nothing refers to: usable, but not part of introspection or print.</summary>
    internal FrozenSet<string> UnusedScalars { get; set; } = FrozenSet<string>.Empty;

    /// <summary>The meta-field <c>__typename: String!</c> of every composite type (4.1). It has no binding: the executor knows the type.</summary>
    public FieldDefinition TypeNameField { get; internal set; } = null!;
    /// <summary>The meta-field <c>__schema: __Schema!</c> of the query root (4.2). A pure field; its parent does not matter.</summary>
    public FieldDefinition SchemaField { get; internal set; } = null!;
    /// <summary>The meta-field <c>__type(name: String!): __Type</c> of the query root (4.2). A pure field; its parent does not matter.</summary>
    public FieldDefinition TypeField { get; internal set; } = null!;

    internal FrozenDictionary<string, ImmutableArray<ObjectType>> PossibleTypesByName { get; set; } = FrozenDictionary<string, ImmutableArray<ObjectType>>.Empty;
    internal FrozenDictionary<Type, ObjectType> ObjectTypesByRuntimeType { get; set; } = FrozenDictionary<Type, ObjectType>.Empty;

    /// <summary>The type with that name, or null.</summary>
    public NamedType? Type(string name) => Types.GetValueOrDefault(name);

    /// <summary>The root type of a kind of operation, or null when the schema has none.</summary>
    public ObjectType? RootType(OperationKind operation) => operation switch
    {
        OperationKind.Query => QueryType,
        OperationKind.Mutation => MutationType,
        _ => SubscriptionType,
    };

    /// <summary>The object types a composite type can be: itself, the implementations of an interface, the members of a union.</summary>
    public ImmutableArray<ObjectType> PossibleTypes(NamedType composite)
        => PossibleTypesByName.TryGetValue(composite.Name, out var types) ? types : [];

    /// <summary>Whether an object type implements, belongs to or is a composite type.</summary>
    public bool IsPossibleType(NamedType composite, ObjectType type)
        => composite.PossibleIds is { } bits && (bits[type.Id >> 6] & (1UL << (type.Id & 63))) != 0;

    /// <summary>The object type whose values have exactly this CLR type, or null.</summary>
    public ObjectType? ObjectTypeOf(Type runtimeType) => ObjectTypesByRuntimeType.GetValueOrDefault(runtimeType);

    /// <summary>The type that a type reference stands for, or null when its name is unknown.</summary>
    public GraphType? Type(TypeNode node) => node switch
    {
        NamedTypeNode named => Type(named.Name.Value),
        ListTypeNode list => Type(list.Type)?.List,
        NonNullTypeNode nonNull => Type(nonNull.Type)?.NonNull,
        _ => null,
    };

    /// <summary>Finds a field that may be selected on a composite type, the meta-fields included (4.1, 4.2).</summary>
    public FieldDefinition? Field(NamedType parent, string name)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            if (name == "__typename")
            {
                return parent.IsComposite ? TypeNameField : null;
            }

            if (ReferenceEquals(parent, QueryType))
            {
                return name switch { "__schema" => SchemaField, "__type" => TypeField, _ => null };
            }
        }

        return (parent as ComplexType)?.Field(name);
    }
}
