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
    public bool IsPossibleType(NamedType composite, ObjectType type) => composite == type || PossibleTypes(composite).Contains(type);
}
