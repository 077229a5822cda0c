namespace LuckyGraph.Engine;

/// <summary>Merges the static methods of a static partial class into the query root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class QueryTypeAttribute : Attribute;

/// <summary>Merges the static methods of a static partial class into the mutation root, with mutation conventions.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MutationTypeAttribute : Attribute;

/// <summary>Merges the static methods of a static partial class into the subscription root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubscriptionTypeAttribute : Attribute;

/// <summary>Makes a static method of any class a field of the query root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class QueryAttribute : Attribute;

/// <summary>Makes a static method of any class a field of the mutation root, with mutation conventions.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MutationAttribute : Attribute;

/// <summary>Makes a static method of any class a field of the subscription root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubscriptionAttribute : Attribute;

/// <summary>Makes a class an object type.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class ObjectTypeAttribute : Attribute
{
    /// <summary>The GraphQL name; the class name otherwise.</summary>
    public string? Name { get; init; }
}

/// <summary>Makes <typeparamref name="T"/> an object type and adds the members of a static partial class to its fields.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ObjectTypeAttribute<T> : Attribute
{
    /// <summary>The GraphQL name; the name of <typeparamref name="T"/> otherwise.</summary>
    public string? Name { get; init; }
}

/// <summary>Makes an interface or abstract class an interface type.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class InterfaceTypeAttribute : Attribute
{
    /// <summary>The GraphQL name; the CLR name without a leading I otherwise.</summary>
    public string? Name { get; init; }
}

/// <summary>Makes <typeparamref name="T"/> an interface type and adds members to it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InterfaceTypeAttribute<T> : Attribute;

/// <summary>Makes a marker interface or abstract class a union; every object type that implements it is a member.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class UnionTypeAttribute(string? name = null) : Attribute
{
    /// <summary>The GraphQL name; the CLR name without a leading I otherwise.</summary>
    public string? Name { get; } = name;
}

/// <summary>Makes an enum a GraphQL enum; enums that fields use are found without it.</summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class EnumTypeAttribute : Attribute;

/// <summary>Makes a class or record an input object; types of arguments are found without it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class InputObjectTypeAttribute : Attribute
{
    /// <summary>The GraphQL name; the class name, ending in Input, otherwise.</summary>
    public string? Name { get; init; }
}

/// <summary>Exactly one field of the input object must be given, and not null (3.10.1).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class OneOfAttribute : Attribute;

/// <summary>Names the extension method <c>Add{Name}()</c> that registers every type of the assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ModuleAttribute(string name) : Attribute
{
    /// <summary>The module's name.</summary>
    public string Name { get; } = name;
}

/// <summary>The GraphQL name.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>Keeps a member out of the schema.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLIgnoreAttribute : Attribute;

/// <summary>The description, in place of the XML documentation.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDescriptionAttribute(string description) : Attribute
{
    /// <summary>The description, in Markdown.</summary>
    public string Description { get; } = description;
}

/// <summary>The GraphQL type in SDL syntax, where it cannot be inferred: <c>[GraphQLType("URL!")]</c>.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLTypeAttribute(string type) : Attribute
{
    /// <summary>The type reference.</summary>
    public string Type { get; } = type;
}

/// <summary>Marks a member deprecated; <see cref="ObsoleteAttribute"/> does so too.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDeprecatedAttribute(string reason) : Attribute
{
    /// <summary>Why, and what to use instead.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The default of an argument or input field, in SDL syntax.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class DefaultValueAttribute(string sdl) : Attribute
{
    /// <summary>The constant.</summary>
    public string Sdl { get; } = sdl;
}

/// <summary>A value of an input that may be omitted, null, or given.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Optional<T>(T? value)
{
    /// <summary>The value; default when omitted.</summary>
    public T? Value { get; } = value;
    /// <summary>Whether the caller gave it, be it null.</summary>
    public bool HasValue { get; } = true;
    /// <summary>Wraps a given value.</summary>
    public static implicit operator Optional<T>(T? value) => new(value);
}
