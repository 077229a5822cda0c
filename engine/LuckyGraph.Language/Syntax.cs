using System.Collections.Immutable;

namespace LuckyGraph.Language;

/// <summary>A name in a document together with the byte offset of its first character (GraphQL September 2025, 2.1.9).</summary>
/// <param name="Value">The name itself.</param>
/// <param name="Start">Byte offset in the UTF-8 source; 0 for names that come from no document.</param>
public readonly record struct Name(string Value, int Start = 0)
{
    /// <inheritdoc />
    public override string ToString() => Value;
}

/// <summary>
/// A node of the syntax tree. Nodes are immutable; offsets are bytes into the UTF-8 source and become line and column
/// only when an error is reported (<see cref="DocumentNode.GetLocation(int)"/>).
/// </summary>
public abstract class SyntaxNode
{
    /// <summary>Byte offset of the node's first token.</summary>
    public int Start { get; init; }

    /// <summary>Byte offset just after the node's last token.</summary>
    public int End { get; init; }
}

/// <summary>A whole document: executable, type system, or both (GraphQL September 2025, 2.2).</summary>
public sealed partial class DocumentNode : SyntaxNode
{
    /// <summary>The definitions in source order.</summary>
    public required ImmutableArray<DefinitionNode> Definitions { get; init; }

    /// <summary>The UTF-8 source the document was parsed from; empty when it was built by code.</summary>
    public ReadOnlyMemory<byte> Source { get; init; }
}

/// <summary>A top-level definition.</summary>
public abstract class DefinitionNode : SyntaxNode
{
    /// <summary>The description in front of the definition, if any.</summary>
    public StringValueNode? Description { get; init; }

    /// <summary>The directives applied to the definition.</summary>
    public ImmutableArray<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>The kinds of operations (2.3).</summary>
public enum OperationKind : byte
{
    /// <summary>A read.</summary>
    Query,
    /// <summary>A write followed by a read.</summary>
    Mutation,
    /// <summary>A stream of responses to source events.</summary>
    Subscription,
}

/// <summary>An operation (2.3).</summary>
public sealed class OperationDefinitionNode : DefinitionNode
{
    /// <summary>Query, mutation or subscription.</summary>
    public required OperationKind Operation { get; init; }
    /// <summary>The operation's name, absent for anonymous operations.</summary>
    public Name? Name { get; init; }
    /// <summary>The declared variables (2.10).</summary>
    public ImmutableArray<VariableDefinitionNode> Variables { get; init; } = [];
    /// <summary>The root selection set.</summary>
    public required SelectionSetNode SelectionSet { get; init; }
}

/// <summary>A fragment definition (2.8).</summary>
public sealed class FragmentDefinitionNode : DefinitionNode
{
    /// <summary>The fragment's name.</summary>
    public required Name Name { get; init; }
    /// <summary>The type condition.</summary>
    public required NamedTypeNode TypeCondition { get; init; }
    /// <summary>What the fragment selects.</summary>
    public required SelectionSetNode SelectionSet { get; init; }
}

/// <summary>A variable declaration (2.10).</summary>
public sealed class VariableDefinitionNode : SyntaxNode
{
    /// <summary>The description, new in September 2025.</summary>
    public StringValueNode? Description { get; init; }
    /// <summary>The variable.</summary>
    public required VariableNode Variable { get; init; }
    /// <summary>Its input type.</summary>
    public required TypeNode Type { get; init; }
    /// <summary>Its default, a constant.</summary>
    public ValueNode? DefaultValue { get; init; }
    /// <summary>The directives applied to it.</summary>
    public ImmutableArray<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>A selection set (2.4).</summary>
public sealed class SelectionSetNode : SyntaxNode
{
    /// <summary>Fields, fragment spreads and inline fragments in source order.</summary>
    public required ImmutableArray<SelectionNode> Selections { get; init; }
}

/// <summary>A member of a selection set.</summary>
public abstract class SelectionNode : SyntaxNode
{
    /// <summary>The directives applied to the selection.</summary>
    public ImmutableArray<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>A field selection (2.5).</summary>
public sealed class FieldNode : SelectionNode
{
    /// <summary>The alias, if one is given (2.7).</summary>
    public Name? Alias { get; init; }
    /// <summary>The field's name.</summary>
    public required Name Name { get; init; }
    /// <summary>The arguments (2.6).</summary>
    public ImmutableArray<ArgumentNode> Arguments { get; init; } = [];
    /// <summary>The sub-selection; absent on leaves.</summary>
    public SelectionSetNode? SelectionSet { get; init; }
    /// <summary>The key of the field in the response: the alias, or else the name.</summary>
    public string ResponseName => Alias is { } alias ? alias.Value : Name.Value;
}

/// <summary>A fragment spread (2.8).</summary>
public sealed class FragmentSpreadNode : SelectionNode
{
    /// <summary>The fragment's name.</summary>
    public required Name Name { get; init; }
}

/// <summary>An inline fragment (2.8.2).</summary>
public sealed class InlineFragmentNode : SelectionNode
{
    /// <summary>The type condition, absent when the fragment only carries directives.</summary>
    public NamedTypeNode? TypeCondition { get; init; }
    /// <summary>What the fragment selects.</summary>
    public required SelectionSetNode SelectionSet { get; init; }
}

/// <summary>A named argument or a directive's argument (2.6).</summary>
public sealed class ArgumentNode : SyntaxNode
{
    /// <summary>The argument's name.</summary>
    public required Name Name { get; init; }
    /// <summary>Its value.</summary>
    public required ValueNode Value { get; init; }
}

/// <summary>A directive application (2.12).</summary>
public sealed class DirectiveNode : SyntaxNode
{
    /// <summary>The directive's name without the <c>@</c>.</summary>
    public required Name Name { get; init; }
    /// <summary>The arguments.</summary>
    public ImmutableArray<ArgumentNode> Arguments { get; init; } = [];
}

/// <summary>An input value (2.9).</summary>
public abstract class ValueNode : SyntaxNode;

/// <summary>A variable (2.10).</summary>
public sealed class VariableNode : ValueNode
{
    /// <summary>The variable's name without the <c>$</c>.</summary>
    public required Name Name { get; init; }
}

/// <summary>An integer literal, kept as its text (2.9.1).</summary>
public sealed class IntValueNode : ValueNode
{
    /// <summary>The digits as written, with an optional minus sign.</summary>
    public required string Value { get; init; }
}

/// <summary>A float literal, kept as its text (2.9.2).</summary>
public sealed class FloatValueNode : ValueNode
{
    /// <summary>The number as written.</summary>
    public required string Value { get; init; }
}

/// <summary>A string literal (2.9.4).</summary>
public sealed class StringValueNode : ValueNode
{
    /// <summary>The value after escapes and block indentation are resolved.</summary>
    public required string Value { get; init; }
    /// <summary>Whether it was written as a block string.</summary>
    public bool IsBlock { get; init; }
}

/// <summary>A boolean literal (2.9.3).</summary>
public sealed class BooleanValueNode : ValueNode
{
    /// <summary>The value.</summary>
    public required bool Value { get; init; }
}

/// <summary>The null literal (2.9.5).</summary>
public sealed class NullValueNode : ValueNode;

/// <summary>An enum literal (2.9.6).</summary>
public sealed class EnumValueNode : ValueNode
{
    /// <summary>The enum value's name.</summary>
    public required string Value { get; init; }
}

/// <summary>A list literal (2.9.7).</summary>
public sealed class ListValueNode : ValueNode
{
    /// <summary>The items.</summary>
    public required ImmutableArray<ValueNode> Values { get; init; }
}

/// <summary>An input object literal (2.9.8).</summary>
public sealed class ObjectValueNode : ValueNode
{
    /// <summary>The fields in source order.</summary>
    public required ImmutableArray<ObjectFieldNode> Fields { get; init; }
}

/// <summary>A field of an input object literal.</summary>
public sealed class ObjectFieldNode : SyntaxNode
{
    /// <summary>The field's name.</summary>
    public required Name Name { get; init; }
    /// <summary>The field's value.</summary>
    public required ValueNode Value { get; init; }
}

/// <summary>A type reference (2.11).</summary>
public abstract class TypeNode : SyntaxNode;

/// <summary>A reference to a type by name.</summary>
public sealed class NamedTypeNode : TypeNode
{
    /// <summary>The type's name.</summary>
    public required Name Name { get; init; }
}

/// <summary>A list type.</summary>
public sealed class ListTypeNode : TypeNode
{
    /// <summary>The item type.</summary>
    public required TypeNode Type { get; init; }
}

/// <summary>A non-null type.</summary>
public sealed class NonNullTypeNode : TypeNode
{
    /// <summary>The nullable type, never itself non-null.</summary>
    public required TypeNode Type { get; init; }
}
