using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>The kinds of types, as introspection names them (GraphQL September 2025, 4.2.2).</summary>
public enum TypeKind : byte
{
    /// <summary>A leaf with a scalar value.</summary>
    Scalar,
    /// <summary>An object.</summary>
    Object,
    /// <summary>An interface.</summary>
    Interface,
    /// <summary>A union.</summary>
    Union,
    /// <summary>An enum.</summary>
    Enum,
    /// <summary>An input object.</summary>
    InputObject,
    /// <summary>A list of another type.</summary>
    List,
    /// <summary>Another type without null.</summary>
    NonNull,
}

/// <summary>A type of the schema: a named type, a list or a non-null type (3.4). Instances are interned per schema.</summary>
public abstract class GraphType
{
    /// <summary>The kind.</summary>
    public abstract TypeKind Kind { get; }

    /// <summary>The named type under all wrappers.</summary>
    public abstract NamedType Named { get; }

    /// <summary>Whether the outermost wrapper is non-null.</summary>
    public bool IsNonNull => Kind == TypeKind.NonNull;

    /// <summary>This type without its outermost non-null wrapper.</summary>
    public GraphType Nullable => this is NonNullType nonNull ? nonNull.OfType : this;

    /// <summary>Whether values of this type may be arguments or variables (3.4.2).</summary>
    public bool IsInput => Named.Kind is TypeKind.Scalar or TypeKind.Enum or TypeKind.InputObject;

    /// <summary>Whether fields may have this type (3.4.2).</summary>
    public bool IsOutput => Named.Kind is not TypeKind.InputObject;

    /// <summary>Whether the named type is a scalar or an enum.</summary>
    public bool IsLeaf => Named.Kind is TypeKind.Scalar or TypeKind.Enum;

    /// <summary>Whether the named type is an object, interface or union.</summary>
    public bool IsComposite => Named.Kind is TypeKind.Object or TypeKind.Interface or TypeKind.Union;

    private ListType? list;
    private NonNullType? nonNull;

    /// <summary>The list of this type; always the same instance.</summary>
    public ListType List => list ?? Interlocked.CompareExchange(ref list, new ListType(this), null) ?? list;

    /// <summary>This type without null; itself when it has none already.</summary>
    public GraphType NonNull => this is NonNullType ? this : nonNull ?? Interlocked.CompareExchange(ref nonNull, new NonNullType(this), null) ?? nonNull;
}

/// <summary>A list type (3.11).</summary>
public sealed class ListType(GraphType ofType) : GraphType
{
    /// <summary>The item type.</summary>
    public GraphType OfType { get; } = ofType;
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.List;
    /// <inheritdoc />
    public override NamedType Named => OfType.Named;
    /// <inheritdoc />
    public override string ToString() => $"[{OfType}]";
}

/// <summary>A non-null type (3.12).</summary>
public sealed class NonNullType(GraphType ofType) : GraphType
{
    /// <summary>The nullable type.</summary>
    public GraphType OfType { get; } = ofType;
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.NonNull;
    /// <inheritdoc />
    public override NamedType Named => OfType.Named;
    /// <inheritdoc />
    public override string ToString() => $"{OfType}!";
}

/// <summary>A type with a name. Built by <see cref="SchemaBuilder"/>; immutable once the schema is built.</summary>
public abstract class NamedType : GraphType
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }
    /// <summary>The description, in Markdown.</summary>
    public string? Description { get; internal set; }
    /// <summary>The directives applied to the definition and its extensions, in order.</summary>
    public ImmutableArray<DirectiveNode> AppliedDirectives { get; internal set; } = [];
    /// <summary>Dense index among the schema's types: ordinal name order, built-in and introspection types included.</summary>
    public int Id { get; internal set; }
    /// <summary>The ids of the object types it can be, as bits; null for types that are not composite.</summary>
    internal ulong[]? PossibleIds { get; set; }
    /// <summary>The CLR type of its values where the generator knows one.</summary>
    public Type? RuntimeType { get; internal set; }
    /// <inheritdoc />
    public override NamedType Named => this;
    /// <summary>The syntax it was defined and extended by, in order; empty for types of generated code.</summary>
    internal ImmutableArray<TypeDefinitionNode> Nodes { get; set; } = [];
    /// <summary>Whether it is one of the types of the introspection system.</summary>
    public bool IsIntrospection => Name.StartsWith("__", StringComparison.Ordinal);
    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>A scalar (3.5).</summary>
public sealed class ScalarType : NamedType
{
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.Scalar;
    /// <summary>Where the scalar is specified (3.5.5).</summary>
    public string? SpecifiedByUrl { get; internal set; }
    /// <summary>How values are coerced in and written out.</summary>
    public ScalarCoercion Coercion { get; internal set; } = null!;
}

/// <summary>What object and interface types have in common: fields and interfaces.</summary>
public abstract class ComplexType : NamedType
{
    /// <summary>The fields in definition order; <see cref="FieldDefinition.Index"/> is the index here.</summary>
    public ImmutableArray<FieldDefinition> Fields { get; internal set; } = [];
    /// <summary>The implemented interfaces.</summary>
    public ImmutableArray<InterfaceType> Interfaces { get; internal set; } = [];
    /// <summary>What it says it implements, repetitions and types of other kinds included.</summary>
    internal ImmutableArray<NamedTypeNode> InterfaceNodes { get; set; } = [];
    internal FrozenDictionary<string, FieldDefinition> FieldsByName { get; set; } = FrozenDictionary<string, FieldDefinition>.Empty;
    /// <summary>Finds a field by name, without the meta-fields.</summary>
    public FieldDefinition? Field(string name) => FieldsByName.GetValueOrDefault(name);
}

/// <summary>An object type (3.6).</summary>
public sealed class ObjectType : ComplexType
{
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.Object;
}

/// <summary>An interface type (3.7).</summary>
public sealed class InterfaceType : ComplexType
{
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.Interface;
}

/// <summary>A union (3.8).</summary>
public sealed class UnionType : NamedType
{
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.Union;
    /// <summary>The member types.</summary>
    public ImmutableArray<ObjectType> Types { get; internal set; } = [];
    /// <summary>The members as given, repetitions and types of other kinds included.</summary>
    internal ImmutableArray<NamedTypeNode> MemberNodes { get; set; } = [];
}

/// <summary>An enum (3.9).</summary>
public sealed class EnumType : NamedType
{
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.Enum;
    /// <summary>The values in definition order.</summary>
    public ImmutableArray<EnumValueDefinition> Values { get; internal set; } = [];
    internal FrozenDictionary<string, EnumValueDefinition> ValuesByName { get; set; } = FrozenDictionary<string, EnumValueDefinition>.Empty;
    /// <summary>Finds a value by name.</summary>
    public EnumValueDefinition? Value(string name) => ValuesByName.GetValueOrDefault(name);
}

/// <summary>An input object (3.10).</summary>
public sealed class InputObjectType : NamedType
{
    /// <inheritdoc />
    public override TypeKind Kind => TypeKind.InputObject;
    /// <summary>The fields in definition order.</summary>
    public ImmutableArray<InputValueDefinition> Fields { get; internal set; } = [];
    /// <summary>Whether exactly one field must be given (3.10.1).</summary>
    public bool IsOneOf { get; internal set; }
    internal FrozenDictionary<string, InputValueDefinition> FieldsByName { get; set; } = FrozenDictionary<string, InputValueDefinition>.Empty;
    /// <summary>Finds a field by name.</summary>
    public InputValueDefinition? Field(string name) => FieldsByName.GetValueOrDefault(name);
}

/// <summary>How a field gets its value; decided at compile time by the generator, or by the SDL builder.</summary>
public enum FieldKind : byte
{
    /// <summary>A property or synchronous method without services, read while the response is written.</summary>
    Pure,
    /// <summary>An asynchronous or service-using resolver, called once per parent in the resolve phase.</summary>
    Effect,
    /// <summary>A resolver that is called once for all parents of a level.</summary>
    Batch,
    /// <summary>A root field of the subscription type: its source stream and its event resolver.</summary>
    Subscription,
}

/// <summary>A field of an object or interface type (3.6).</summary>
public sealed class FieldDefinition
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }
    /// <summary>The description, in Markdown.</summary>
    public string? Description { get; internal set; }
    /// <summary>The output type.</summary>
    public GraphType Type { get; internal set; } = null!;
    /// <summary>The arguments in definition order.</summary>
    public ImmutableArray<InputValueDefinition> Arguments { get; internal set; } = [];
    /// <summary>Why the field is deprecated, or null when it is not.</summary>
    public string? DeprecationReason { get; internal set; }
    /// <summary>The directives applied to the field.</summary>
    public ImmutableArray<DirectiveNode> AppliedDirectives { get; internal set; } = [];
    /// <summary>The type that declares the field.</summary>
    public ComplexType DeclaringType { get; internal set; } = null!;
    internal FieldDefinitionNode? Node { get; set; }
    internal bool AttachOnBuild { get; set; }
    /// <summary>Index in <see cref="ComplexType.Fields"/>.</summary>
    public int Index { get; internal set; }
    /// <summary>How the field gets its value.</summary>
    public FieldKind Kind { get; internal set; }
    /// <summary>The code behind the field; null for interfaces and for schemas that are never executed.</summary>
    public FieldBinding? Binding { get; internal set; }
    /// <summary>The field's number within <see cref="Binding"/>.</summary>
    public int BindingIndex { get; internal set; }
    /// <summary>What the caller must be allowed to before the field is resolved; empty when anyone may.</summary>
    public ImmutableArray<AuthorizeRequirement> Authorization { get; internal set; } = [];
    /// <summary>Finds an argument by name.</summary>
    public InputValueDefinition? Argument(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument;
            }
        }

        return null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{DeclaringType?.Name}.{Name}";
}

/// <summary>An argument, directive argument or input field (3.6.1, 3.10).</summary>
public sealed class InputValueDefinition
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }
    /// <summary>The description, in Markdown.</summary>
    public string? Description { get; internal set; }
    /// <summary>The input type.</summary>
    public GraphType Type { get; internal set; } = null!;
    /// <summary>The default as written, or null when there is none.</summary>
    public ValueNode? DefaultValue { get; internal set; }
    /// <summary>The default after coercion; meaningful only with <see cref="DefaultValue"/>.</summary>
    public object? CoercedDefault => DefaultValues.Of(this, ref defaultState, ref coercedDefault);
    private DefaultValues.State defaultState;
    private object? coercedDefault;
    /// <summary>Why it is deprecated, or null when it is not.</summary>
    public string? DeprecationReason { get; internal set; }
    /// <summary>The directives applied to it.</summary>
    public ImmutableArray<DirectiveNode> AppliedDirectives { get; internal set; } = [];
    internal InputValueDefinitionNode? Node { get; set; }
    /// <summary>The input object of an input field; null for arguments.</summary>
    public InputObjectType? DeclaringType { get; internal set; }
    /// <summary>Index among its siblings.</summary>
    public int Index { get; internal set; }
    /// <summary>Whether a value must be given: non-null without default.</summary>
    public bool IsRequired => Type.IsNonNull && DefaultValue is null;
}

/// <summary>A value of an enum (3.9).</summary>
public sealed class EnumValueDefinition
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }
    /// <summary>The description, in Markdown.</summary>
    public string? Description { get; internal set; }
    /// <summary>Why it is deprecated, or null when it is not.</summary>
    public string? DeprecationReason { get; internal set; }
    /// <summary>The directives applied to it.</summary>
    public ImmutableArray<DirectiveNode> AppliedDirectives { get; internal set; } = [];
    internal EnumValueDefinitionNode? Node { get; set; }
}

/// <summary>A directive's definition (3.13).</summary>
public sealed class DirectiveType
{
    /// <summary>The name without the <c>@</c>.</summary>
    public required string Name { get; init; }
    /// <summary>The description, in Markdown.</summary>
    public string? Description { get; internal set; }
    /// <summary>The arguments.</summary>
    public ImmutableArray<InputValueDefinition> Arguments { get; internal set; } = [];
    /// <summary>Whether it may be applied more than once to one location.</summary>
    public bool IsRepeatable { get; internal set; }
    /// <summary>The locations by their specification names, such as <c>FIELD_DEFINITION</c>.</summary>
    public ImmutableArray<string> Locations { get; internal set; } = [];
    internal DirectiveDefinitionNode? Node { get; set; }
    /// <summary>Finds an argument by name.</summary>
    public InputValueDefinition? Argument(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument;
            }
        }

        return null;
    }
}

/// <summary>One <c>[Authorize]</c>: a signed-in caller with one of the roles and, when named, satisfying the policy.</summary>
/// <param name="Roles">Any of these; empty when every signed-in caller may.</param>
/// <param name="Policy">The name of an ASP.NET Core authorization policy, or null.</param>
public sealed record AuthorizeRequirement(ImmutableArray<string> Roles, string? Policy);
