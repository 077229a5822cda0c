namespace LuckyGraph.Engine;

/// <summary>The parameter is the parent object.</summary>
/// <param name="requires">Members of the parent that the resolver reads, space separated; projections load them.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute(string? requires = null) : Attribute
{
    /// <summary>Members of the parent that the resolver reads.</summary>
    public string? Requires { get; } = requires;
}

/// <summary>The parameter is an argument, even if its type looks like a service.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ArgumentAttribute(string? name = null) : Attribute
{
    /// <summary>The argument's name; the parameter's otherwise.</summary>
    public string? Name { get; } = name;
}

/// <summary>The parameter is a service, with a key if given. Interfaces and classes that are no GraphQL inputs need no attribute.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute(string? key = null) : Attribute
{
    /// <summary>The key of a keyed service.</summary>
    public string? Key { get; } = key;
}

/// <summary>The parameter is a value of <c>ResolverContext.GlobalState</c>: one that the whole request shares.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class GlobalStateAttribute(string? key = null) : Attribute
{
    /// <summary>The key; the parameter's name otherwise.</summary>
    public string? Key { get; } = key;
}

/// <summary>
/// The parameter is a value that this field, or one above it, set with <c>ResolverContext.SetScopedState</c>. Not for batch
/// resolvers, whose parents may lie below different fields.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ScopedStateAttribute(string? key = null) : Attribute
{
    /// <summary>The key; the parameter's name otherwise.</summary>
    public string? Key { get; } = key;
}

/// <summary>The parameter is a value of <c>ResolverContext.LocalState</c>, which the middleware of this very call set.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LocalStateAttribute(string? key = null) : Attribute
{
    /// <summary>The key; the parameter's name otherwise.</summary>
    public string? Key { get; } = key;
}

/// <summary>The boolean parameter tells whether the caller selects a field below.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class IsSelectedAttribute(string path) : Attribute
{
    /// <summary>The field, levels separated by dots.</summary>
    public string Path { get; } = path;
}

/// <summary>The field takes the place of the member's own field, such as an entity in place of its foreign key.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class BindMemberAttribute(string member) : Attribute
{
    /// <summary>The replaced member.</summary>
    public string Member { get; } = member;
}

/// <summary>The method is called once for all parents of a level with lists of parents and returns a list of results in that order.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BatchResolverAttribute : Attribute;

/// <summary>
/// Makes a DataLoader of a static method over <c>IReadOnlyList&lt;TKey&gt;</c>: a dictionary result loads one value per key, an
/// <c>ILookup</c> a list per key. Emits <c>I{Name}DataLoader</c> and its class, <c>Get</c> and <c>Async</c> stripped from the name.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataLoaderAttribute(string? name = null) : Attribute
{
    /// <summary>The name; from the method otherwise.</summary>
    public string? Name { get; } = name;
    /// <summary>Most keys per call of the method.</summary>
    public int MaxBatchSize { get; init; } = 1000;
    /// <summary>
    /// Static methods of the class that take a value and return its key: values that other DataLoaders of the request load are
    /// then known to this one too. For loaders of one value per key.
    /// </summary>
    public string[] Lookups { get; init; } = [];
    /// <summary>Where the method's services come from.</summary>
    public DataLoaderServiceScope ServiceScope { get; init; }
}

/// <summary>Where the services of a DataLoader's method come from.</summary>
public enum DataLoaderServiceScope
{
    /// <summary>A scope of its own for each batch, so that no two batches share a <c>DbContext</c>.</summary>
    Batch,
    /// <summary>
    /// The request's scope, shared with mutations and whatever the host put there. Batches of one request run side by side in it:
    /// nothing for a method that uses a <c>DbContext</c>.
    /// </summary>
    Request,
}

/// <summary>The member is an ID; a UUID becomes a global id of the declaring type.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Field)]
public sealed class IDAttribute(string? typeName = null) : Attribute
{
    /// <summary>The type whose id it is; the declaring type otherwise (for arguments: a plain ID).</summary>
    public string? TypeName { get; } = typeName;
}

/// <summary>The member is an ID of a <typeparamref name="T"/>; a UUID becomes a global id of that type.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property | AttributeTargets.Method | AttributeTargets.Field)]
public sealed class IDAttribute<T> : Attribute;

/// <summary>Requires a signed-in caller, in one of the roles and satisfying the policy when these are given.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class AuthorizeAttribute : Attribute
{
    /// <summary>Any of these roles.</summary>
    public string[] Roles { get; init; } = [];
    /// <summary>An ASP.NET Core authorization policy.</summary>
    public string? Policy { get; init; }
}

/// <summary>Lifts an <see cref="AuthorizeAttribute"/> of the class.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Property)]
public sealed class AllowAnonymousAttribute : Attribute;

/// <summary>
/// The mutation may answer with an error made of this exception or error type: a member of the payload's <c>errors</c> union.
/// An exception <c>XException</c> becomes the type <c>XError</c> with its public properties; an error type offers a constructor,
/// or static <c>CreateErrorFrom</c> methods, taking exceptions.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ErrorAttribute<T> : Attribute;

/// <summary>Steers the mutation conventions: arguments become one input, the result a payload with errors.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class UseMutationConventionAttribute : Attribute
{
    /// <summary>Leaves the mutation as it is written.</summary>
    public bool Disable { get; init; }
    /// <summary>Name of the payload's result field; the result type's name in camel case otherwise.</summary>
    public string? PayloadFieldName { get; init; }
}

/// <summary>The subscription's source stream: a topic (see <see cref="TopicAttribute"/>), or what a method of the class returns.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubscribeAttribute : Attribute
{
    /// <summary>The method that opens the stream: <c>IAsyncEnumerable</c> or <c>ValueTask</c> of it.</summary>
    public string? With { get; init; }
}

/// <summary>The topic that a subscription reads; <c>{argument}</c> stands for an argument's value. The field's name otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TopicAttribute(string? name = null) : Attribute
{
    /// <summary>The topic's template.</summary>
    public string? Name { get; } = name;
}

/// <summary>The parameter is the event of a subscription.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EventMessageAttribute : Attribute;
