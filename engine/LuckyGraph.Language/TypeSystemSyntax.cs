using System.Collections.Immutable;

namespace LuckyGraph.Language;

/// <summary>A type-system definition or extension (GraphQL September 2025, section 3).</summary>
public abstract class TypeSystemDefinitionNode : DefinitionNode
{
    /// <summary>True for the <c>extend</c> form (3.2.2, 3.4.3).</summary>
    public bool IsExtension { get; init; }
}

/// <summary>A schema definition or extension (3.3).</summary>
public sealed class SchemaDefinitionNode : TypeSystemDefinitionNode
{
    /// <summary>The root operation types.</summary>
    public ImmutableArray<OperationTypeNode> OperationTypes { get; init; } = [];
}

/// <summary>A root operation type of a schema definition (3.3.1).</summary>
public sealed class OperationTypeNode : SyntaxNode
{
    /// <summary>Query, mutation or subscription.</summary>
    public required OperationKind Operation { get; init; }
    /// <summary>The object type that serves it.</summary>
    public required NamedTypeNode Type { get; init; }
}

/// <summary>A type definition or extension (3.4).</summary>
public abstract class TypeDefinitionNode : TypeSystemDefinitionNode
{
    /// <summary>The type's name.</summary>
    public required Name Name { get; init; }
}

/// <summary>A scalar (3.5).</summary>
public sealed class ScalarTypeDefinitionNode : TypeDefinitionNode;

/// <summary>What object and interface types have in common.</summary>
public abstract class ComplexTypeDefinitionNode : TypeDefinitionNode
{
    /// <summary>The implemented interfaces.</summary>
    public ImmutableArray<NamedTypeNode> Interfaces { get; init; } = [];
    /// <summary>The fields.</summary>
    public ImmutableArray<FieldDefinitionNode> Fields { get; init; } = [];
}

/// <summary>An object type (3.6).</summary>
public sealed class ObjectTypeDefinitionNode : ComplexTypeDefinitionNode;

/// <summary>An interface type (3.7).</summary>
public sealed class InterfaceTypeDefinitionNode : ComplexTypeDefinitionNode;

/// <summary>A union (3.8).</summary>
public sealed class UnionTypeDefinitionNode : TypeDefinitionNode
{
    /// <summary>The member types.</summary>
    public ImmutableArray<NamedTypeNode> Types { get; init; } = [];
}

/// <summary>An enum (3.9).</summary>
public sealed class EnumTypeDefinitionNode : TypeDefinitionNode
{
    /// <summary>The values.</summary>
    public ImmutableArray<EnumValueDefinitionNode> Values { get; init; } = [];
}

/// <summary>An input object (3.10).</summary>
public sealed class InputObjectTypeDefinitionNode : TypeDefinitionNode
{
    /// <summary>The input fields.</summary>
    public ImmutableArray<InputValueDefinitionNode> Fields { get; init; } = [];
}

/// <summary>A directive definition (3.13).</summary>
public sealed class DirectiveDefinitionNode : TypeSystemDefinitionNode
{
    /// <summary>The directive's name without the <c>@</c>.</summary>
    public required Name Name { get; init; }
    /// <summary>The arguments.</summary>
    public ImmutableArray<InputValueDefinitionNode> Arguments { get; init; } = [];
    /// <summary>Whether it may be applied more than once to one location.</summary>
    public bool IsRepeatable { get; init; }
    /// <summary>The locations, as written.</summary>
    public ImmutableArray<Name> Locations { get; init; } = [];
}

/// <summary>A field of an object or interface type (3.6).</summary>
public sealed class FieldDefinitionNode : SyntaxNode
{
    /// <summary>The description.</summary>
    public StringValueNode? Description { get; init; }
    /// <summary>The field's name.</summary>
    public required Name Name { get; init; }
    /// <summary>The arguments.</summary>
    public ImmutableArray<InputValueDefinitionNode> Arguments { get; init; } = [];
    /// <summary>The output type.</summary>
    public required TypeNode Type { get; init; }
    /// <summary>The directives applied to the field.</summary>
    public ImmutableArray<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>An argument or input field (3.6.1, 3.10).</summary>
public sealed class InputValueDefinitionNode : SyntaxNode
{
    /// <summary>The description.</summary>
    public StringValueNode? Description { get; init; }
    /// <summary>The name.</summary>
    public required Name Name { get; init; }
    /// <summary>The input type.</summary>
    public required TypeNode Type { get; init; }
    /// <summary>The default, a constant.</summary>
    public ValueNode? DefaultValue { get; init; }
    /// <summary>The directives applied to it.</summary>
    public ImmutableArray<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>A value of an enum (3.9).</summary>
public sealed class EnumValueDefinitionNode : SyntaxNode
{
    /// <summary>The description.</summary>
    public StringValueNode? Description { get; init; }
    /// <summary>The value's name.</summary>
    public required Name Name { get; init; }
    /// <summary>The directives applied to it.</summary>
    public ImmutableArray<DirectiveNode> Directives { get; init; } = [];
}
