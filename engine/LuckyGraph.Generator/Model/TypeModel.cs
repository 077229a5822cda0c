namespace LuckyGraph.Generator.Model;

/// <summary>A GraphQL type made of a CLR type. Equal for every place that finds the CLR type.</summary>
/// <param name="Key">The CLR type.</param>
/// <param name="Name">The GraphQL name.</param>
/// <param name="Clr">The C# type.</param>
internal abstract record TypeModel(string Key, NameReference Name, string Clr)
{
    /// <summary>The description.</summary>
    public string? Description { get; init; }
    /// <summary>Directives in SDL syntax.</summary>
    public EquatableArray<string> Directives { get; init; }
}

/// <summary>An object or interface type.</summary>
internal sealed record ObjectModel(string Key, NameReference Name, string Clr) : TypeModel(Key, Name, Clr)
{
    /// <summary>Whether it is an interface type.</summary>
    public bool IsInterface { get; init; }
    /// <summary>Fields of the CLR type itself.</summary>
    public EquatableArray<FieldModel> Fields { get; init; }
    /// <summary>Implemented interfaces.</summary>
    public EquatableArray<NameReference> Implements { get; init; }
    /// <summary>Unions it belongs to.</summary>
    public EquatableArray<NameReference> MemberOf { get; init; }
    /// <summary>How it is found by its global id, when the CLR type itself says so.</summary>
    public NodeModel? Node { get; init; }
    /// <summary>Whether it is an error of mutations, which the engine's UserError interface describes.</summary>
    public bool IsError { get; init; }
}

/// <summary>A union.</summary>
internal sealed record UnionModel(string Key, NameReference Name, string Clr) : TypeModel(Key, Name, Clr);

/// <summary>An enum.</summary>
internal sealed record EnumModel(string Key, NameReference Name, string Clr) : TypeModel(Key, Name, Clr)
{
    /// <summary>The values.</summary>
    public EquatableArray<EnumValueModel> Values { get; init; }
}

/// <summary>An enum value.</summary>
internal sealed record EnumValueModel(string Member, string Name, string? Description, string? Deprecated, string? Directives)
{
    /// <summary>Whether an earlier member has the same number, so that results show that one.</summary>
    public bool IsAlias { get; init; }
}

/// <summary>An input object.</summary>
internal sealed record InputModel(string Key, NameReference Name, string Clr) : TypeModel(Key, Name, Clr)
{
    /// <summary>Whether exactly one field must be given.</summary>
    public bool IsOneOf { get; init; }
    /// <summary>The fields.</summary>
    public EquatableArray<InputValueModel> Fields { get; init; }
}

/// <summary>What a C# class contributes.</summary>
internal enum ClassKind
{
    Query,
    Mutation,
    Subscription,
    Extension,
    Type,
}

/// <summary>An attributed class with everything its fields lead to.</summary>
/// <param name="Key">The C# class.</param>
/// <param name="Kind">What it contributes to.</param>
internal sealed record ClassModel(string Key, ClassKind Kind)
{
    /// <summary>The type that gets the fields: a root, or the T of ObjectType&lt;T&gt;.</summary>
    public NameReference? Parent { get; init; }
    /// <summary>Whether the parent is an interface type.</summary>
    public bool ParentIsInterface { get; init; }
    /// <summary>The name that the attribute gives to the parent.</summary>
    public string? ParentName { get; init; }
    /// <summary>The fields.</summary>
    public EquatableArray<FieldModel> Fields { get; init; }
    /// <summary>How objects are found by their global ids.</summary>
    public EquatableArray<NodeModel> Nodes { get; init; }
    /// <summary>The method that describes the parent type further.</summary>
    public string? Configure { get; init; }
    /// <summary>Description for the parent, when the attributed class documents it.</summary>
    public string? Description { get; init; }
    /// <summary>Directives that the class gives to the parent type.</summary>
    public EquatableArray<string> ParentDirectives { get; init; }
    /// <summary>Directives for other types: keys that lookups imply.</summary>
    public EquatableArray<TypeDirectiveModel> TypeDirectives { get; init; }
    /// <summary>All types that the fields lead to.</summary>
    public EquatableArray<TypeModel> Types { get; init; }
}

/// <summary>A directive on a type.</summary>
internal sealed record TypeDirectiveModel(NameReference Type, bool IsInterface, string Directive);

/// <summary>How a DataLoader's method answers.</summary>
internal enum LoaderKind
{
    Batch,
    Group,
    Cache,
}

/// <summary>A DataLoader.</summary>
/// <param name="Namespace">Where its interface and class go.</param>
/// <param name="Name">Its name without I and DataLoader.</param>
/// <param name="Kind">How the method answers.</param>
/// <param name="KeyClr">The key's C# type.</param>
/// <param name="ValueClr">The value's C# type without nullability.</param>
internal sealed record LoaderModel(string Namespace, string Name, LoaderKind Kind, string KeyClr, string ValueClr)
{
    /// <summary>The method.</summary>
    public string Target { get; init; } = "";
    /// <summary>Whether its types are all public.</summary>
    public bool IsPublic { get; init; }
    /// <summary>Whether the value is a struct.</summary>
    public bool ValueIsStruct { get; init; }
    /// <summary>What is around the result.</summary>
    public AsyncKind Async { get; init; }
    /// <summary>The dictionary's value may be null.</summary>
    public bool ValueNullable { get; init; }
    /// <summary>The methods that give a value's key.</summary>
    public EquatableArray<string> Lookups { get; init; }
    /// <summary>Whether services come from the request's scope.</summary>
    public bool UsesRequestScope { get; init; }
    /// <summary>Most keys per call.</summary>
    public int MaxBatchSize { get; init; }
    /// <summary>The C# type of the parameter that takes the keys, and the other parameters.</summary>
    public EquatableArray<ParameterModel> Parameters { get; init; }
    /// <summary>The interface.</summary>
    public string Interface => Namespace.Length == 0 ? $"global::I{Name}DataLoader" : $"global::{Namespace}.I{Name}DataLoader";
    /// <summary>The class.</summary>
    public string Class => Namespace.Length == 0 ? $"global::{Name}DataLoader" : $"global::{Namespace}.{Name}DataLoader";
}
