using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// The rest of a field's call: the next middleware, or the resolver. Its result is what the executor takes: enums are their
/// GraphQL name, ids their text, other leaves their CLR value, composites the object or a collection of objects.
/// </summary>
public delegate ValueTask<object?> FieldDelegate(ResolverContext context);

/// <summary>Code around the calls of fields that carry <see cref="UseMiddlewareAttribute{T}"/>.</summary>
public interface IFieldMiddleware
{
    /// <summary>
    /// Answers for the field: with what <paramref name="next"/> answers, changed or not, or without calling it. An exception fails
    /// the field, or is an error of the payload where a mutation declares it.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="next">The rest of the call; may be called again, each result awaited once.</param>
    ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next);
}

/// <summary>Runs middleware for generated code.</summary>
public static class FieldMiddleware
{
    /// <summary>Calls the middleware of a type with the call's services.</summary>
    public static ValueTask<object?> InvokeAsync<T>(ResolverContext context, FieldDelegate next)
        where T : class, IFieldMiddleware
    {
        var services = context.Services;
        return (services.GetService<T>() ?? Factory<T>.Create(services, null)).InvokeAsync(context, next);
    }

    private static class Factory<T>
    {
        public static readonly ObjectFactory<T> Create = ActivatorUtilities.CreateFactory<T>([]);
    }
}
