using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine;

/// <summary>
/// Calls of the field go through a <typeparamref name="T"/>: the registered service, else one made for the call from the call's
/// services. Of several middleware attributes the first is the outermost. The field becomes an effect.
/// </summary>
/// <typeparam name="T">The middleware.</typeparam>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class UseMiddlewareAttribute<T> : Attribute
    where T : class, IFieldMiddleware;

/// <summary>
/// Derive from it to make an attribute that is middleware itself: calls of the fields that carry it go through
/// <see cref="InvokeAsync"/>. One instance, made with the attribute's arguments, serves all calls. Of several middleware
/// attributes the first is the outermost.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public abstract class FieldMiddlewareAttribute : Attribute
{
    /// <inheritdoc cref="IFieldMiddleware.InvokeAsync" />
    public abstract ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next);
}
