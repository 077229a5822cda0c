namespace LuckyGraph.Generator.Model;

/// <summary>What a CLR type is in GraphQL.</summary>
internal enum ValueKind
{
    Scalar,
    Enum,
    Id,
    Composite,
    Input,
    List,
}

/// <summary>The CLR types that are scalars.</summary>
internal enum ScalarKind
{
    String,
    Boolean,
    Byte,
    Int16,
    Int32,
    UInt32,
    Int64,
    Single,
    Double,
    Decimal,
    Guid,
    DateTime,
    DateTimeOffset,
    DateOnly,
    Uri,
    Json,

    /// <summary>An uploaded file; for input only.</summary>
    File,

    /// <summary>Any other class, written by the scalar that <c>[GraphQLType]</c> names.</summary>
    Other,
}

/// <summary>How a list argument is handed to the code.</summary>
internal enum ListShape
{
    Array,
    List,
    Set,
    Immutable,

    /// <summary>Items that a resolver yields asynchronously.</summary>
    Sequence,
}

/// <summary>
/// The name of a GraphQL type: fixed, or of a CLR type whose name another class may set (<c>[ObjectType&lt;T&gt;(Name = …)]</c>),
/// or made of the names of type arguments.
/// </summary>
/// <param name="Format">The name; <c>{0}</c> stands for the name of the first type argument.</param>
/// <param name="Key">The CLR type, or empty for a fixed name.</param>
/// <param name="Arguments">The names of the type arguments.</param>
internal sealed record NameReference(string Format, string Key = "", EquatableArray<NameReference> Arguments = default);

/// <summary>The GraphQL view of one CLR type, as an output or an input.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Clr">The C# type without nullability of its own.</param>
/// <param name="Nullable">Whether the GraphQL type is nullable.</param>
/// <param name="ClrNullable">Whether C# says that it may be null.</param>
/// <param name="IsValueType">Whether it is a struct or an enum.</param>
internal sealed record ValueModel(ValueKind Kind, string Clr, bool Nullable, bool ClrNullable, bool IsValueType)
{
    /// <summary>The scalar, for scalars and ids.</summary>
    public ScalarKind Scalar { get; init; }
    /// <summary>The GraphQL name of the named type.</summary>
    public NameReference? Name { get; init; }
    /// <summary>The type whose global id this is; null when the id is plain.</summary>
    public NameReference? IdOf { get; init; }
    /// <summary>The item of a list.</summary>
    public ValueModel? Item { get; init; }
    /// <summary>The collection that an argument needs.</summary>
    public ListShape Shape { get; init; }
    /// <summary>The CLR type's key, for enums and inputs with generated code of their own.</summary>
    public string Key { get; init; } = "";
    /// <summary>The type as <c>[GraphQLType]</c> gives it.</summary>
    public string? Sdl { get; init; }

    /// <summary>Whether it is an <c>IAsyncEnumerable</c>, which only resolvers return.</summary>
    public bool IsSequence => Kind == ValueKind.List && Shape == ListShape.Sequence;
    /// <summary>The C# type with its nullability.</summary>
    public string ClrDeclared => ClrNullable ? Clr + "?" : Clr;
    /// <summary>Whether the innermost value is a scalar or enum.</summary>
    public bool IsLeaf => Kind == ValueKind.List ? Item!.IsLeaf : Kind is ValueKind.Scalar or ValueKind.Enum or ValueKind.Id;
    /// <summary>The value under all lists.</summary>
    public ValueModel Named => Kind == ValueKind.List ? Item!.Named : this;
}
