using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>
/// Collects type definitions, from SDL and from generated tables alike, merges those with the same name, and builds a
/// validated <see cref="Schema"/>. Type references and directives are given in SDL syntax.
/// </summary>
public sealed partial class SchemaBuilder
{
    /// <summary>Adds type definitions and extensions. Fields without binding get the data resolver of <paramref name="binding"/>.</summary>
    public SchemaBuilder AddSdl(DocumentNode document, FieldBinding? binding = null) => throw new NotImplementedException();

    /// <summary>Adds type definitions and extensions.</summary>
    public SchemaBuilder AddSdl(string sdl, FieldBinding? binding = null) => AddSdl(Parser.ParseDocument(sdl, ParserOptions.Trusted), binding);

    /// <summary>Gets or adds an object type.</summary>
    public ComplexTypeBuilder Object(string name, Type? runtimeType = null) => throw new NotImplementedException();
    /// <summary>Gets or adds an interface type.</summary>
    public ComplexTypeBuilder Interface(string name, Type? runtimeType = null) => throw new NotImplementedException();
    /// <summary>Gets or adds a union.</summary>
    public UnionTypeBuilder Union(string name, Type? runtimeType = null) => throw new NotImplementedException();
    /// <summary>Gets or adds an enum.</summary>
    public EnumTypeBuilder Enum(string name, Type? runtimeType = null) => throw new NotImplementedException();
    /// <summary>Gets or adds an input object.</summary>
    public InputTypeBuilder Input(string name, Type? runtimeType = null) => throw new NotImplementedException();
    /// <summary>Gets or adds a scalar. Built-in and well-known scalars (DateTime, Long, Decimal, UUID …) add themselves when referenced.</summary>
    public ScalarTypeBuilder Scalar(string name, ScalarCoercion coercion, string? specifiedByUrl = null) => throw new NotImplementedException();

    /// <summary>Builds and validates the schema.</summary>
    /// <exception cref="SchemaException">The definitions contradict each other or the specification; every error is listed.</exception>
    public Schema Build() => throw new NotImplementedException();
}

/// <summary>Describes an object or interface type.</summary>
public sealed partial class ComplexTypeBuilder
{
    /// <summary>Sets the description.</summary>
    public ComplexTypeBuilder Description(string? text) => throw new NotImplementedException();
    /// <summary>Applies directives in SDL syntax, such as <c>@key(fields: "id")</c>. Equal non-repeatable applications merge.</summary>
    public ComplexTypeBuilder Directive(string sdl) => throw new NotImplementedException();
    /// <summary>Declares that the type implements an interface.</summary>
    public ComplexTypeBuilder Implements(string interfaceName) => throw new NotImplementedException();
    /// <summary>Adds a field, or replaces one of the same name when <paramref name="replace"/> is set.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="type">The type in SDL syntax.</param>
    /// <param name="kind">How the field gets its value.</param>
    /// <param name="binding">The code behind it; null on interfaces.</param>
    /// <param name="index">The field's number within the binding.</param>
    /// <param name="replace">Whether it takes the place of a field of that name.</param>
    public FieldBuilder Field(string name, string type, FieldKind kind = FieldKind.Pure, FieldBinding? binding = null, int index = 0, bool replace = false)
        => throw new NotImplementedException();
}

/// <summary>Describes a field.</summary>
public sealed partial class FieldBuilder
{
    /// <summary>Sets the description.</summary>
    public FieldBuilder Description(string? text) => throw new NotImplementedException();
    /// <summary>Marks the field deprecated.</summary>
    public FieldBuilder Deprecated(string reason) => throw new NotImplementedException();
    /// <summary>Applies directives in SDL syntax.</summary>
    public FieldBuilder Directive(string sdl) => throw new NotImplementedException();
    /// <summary>Adds an argument.</summary>
    public FieldBuilder Argument(string name, string type, string? defaultValue = null, string? description = null, string? directives = null, string? deprecated = null)
        => throw new NotImplementedException();
    /// <summary>Requires the caller to be signed in, in one of the roles and satisfying the policy, when these are given.</summary>
    public FieldBuilder Authorize(string[] roles, string? policy) => throw new NotImplementedException();
}

/// <summary>Describes a union.</summary>
public sealed partial class UnionTypeBuilder
{
    /// <summary>Sets the description.</summary>
    public UnionTypeBuilder Description(string? text) => throw new NotImplementedException();
    /// <summary>Applies directives in SDL syntax.</summary>
    public UnionTypeBuilder Directive(string sdl) => throw new NotImplementedException();
    /// <summary>Adds a member type.</summary>
    public UnionTypeBuilder Member(string typeName) => throw new NotImplementedException();
}

/// <summary>Describes an enum.</summary>
public sealed partial class EnumTypeBuilder
{
    /// <summary>Sets the description.</summary>
    public EnumTypeBuilder Description(string? text) => throw new NotImplementedException();
    /// <summary>Applies directives in SDL syntax.</summary>
    public EnumTypeBuilder Directive(string sdl) => throw new NotImplementedException();
    /// <summary>Adds a value.</summary>
    public EnumTypeBuilder Value(string name, string? description = null, string? deprecated = null, string? directives = null) => throw new NotImplementedException();
}

/// <summary>Describes an input object.</summary>
public sealed partial class InputTypeBuilder
{
    /// <summary>Sets the description.</summary>
    public InputTypeBuilder Description(string? text) => throw new NotImplementedException();
    /// <summary>Applies directives in SDL syntax.</summary>
    public InputTypeBuilder Directive(string sdl) => throw new NotImplementedException();
    /// <summary>Marks the type <c>@oneOf</c>.</summary>
    public InputTypeBuilder OneOf() => throw new NotImplementedException();
    /// <summary>Adds a field.</summary>
    public InputTypeBuilder Field(string name, string type, string? defaultValue = null, string? description = null, string? directives = null, string? deprecated = null)
        => throw new NotImplementedException();
}

/// <summary>Describes a scalar.</summary>
public sealed partial class ScalarTypeBuilder
{
    /// <summary>Sets the description.</summary>
    public ScalarTypeBuilder Description(string? text) => throw new NotImplementedException();
    /// <summary>Applies directives in SDL syntax.</summary>
    public ScalarTypeBuilder Directive(string sdl) => throw new NotImplementedException();
}

/// <summary>One reason why a schema is not valid.</summary>
/// <param name="Message">What is wrong and how to mend it, naming the type and field.</param>
/// <param name="Nodes">The syntax it concerns, when the schema comes from SDL.</param>
public sealed record SchemaError(string Message, System.Collections.Immutable.ImmutableArray<SyntaxNode> Nodes);

/// <summary>Thrown when definitions do not make a valid schema.</summary>
public sealed class SchemaException(System.Collections.Immutable.ImmutableArray<SchemaError> errors)
    : Exception(string.Join(Environment.NewLine, System.Linq.Enumerable.Select(errors, e => e.Message)))
{
    /// <summary>Every error found.</summary>
    public System.Collections.Immutable.ImmutableArray<SchemaError> Errors { get; } = errors;
}
