using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.AspNetCore;

/// <summary>Sees every request that an endpoint of a server hands to its executor, and may change or refuse it.</summary>
public interface IHttpRequestInterceptor
{
    /// <summary>
    /// The request to execute in place of <paramref name="request"/>, typically <c>request with { … }</c> another user or more
    /// state. A <see cref="GraphQLException"/> refuses it. Runs once per operation: for each request of a batch and each operation
    /// of a socket, whose <paramref name="context"/> is that of the socket's opening.
    /// </summary>
    ValueTask<OperationRequest> OnCreateAsync(HttpContext context, OperationRequest request, CancellationToken cancellationToken);
}

/// <summary>Adds request interceptors.</summary>
public static class HttpRequestInterceptorExtensions
{
    /// <summary>Adds an interceptor, made once from the host's services. Interceptors run in the order in which they were added.</summary>
    public static GraphQLServerBuilder AddHttpRequestInterceptor<T>(this GraphQLServerBuilder builder)
        where T : class, IHttpRequestInterceptor
    {
        builder.Services.AddKeyedSingleton<IHttpRequestInterceptor>(builder.Name, static (services, _) => ActivatorUtilities.CreateInstance<T>(services));
        return builder;
    }

    /// <summary>Adds an interceptor.</summary>
    public static GraphQLServerBuilder AddHttpRequestInterceptor(
        this GraphQLServerBuilder builder, Func<HttpContext, OperationRequest, CancellationToken, ValueTask<OperationRequest>> intercept)
    {
        builder.Services.AddKeyedSingleton<IHttpRequestInterceptor>(builder.Name, new DelegateInterceptor(intercept));
        return builder;
    }

    private sealed class DelegateInterceptor(Func<HttpContext, OperationRequest, CancellationToken, ValueTask<OperationRequest>> intercept) : IHttpRequestInterceptor
    {
        public ValueTask<OperationRequest> OnCreateAsync(HttpContext context, OperationRequest request, CancellationToken cancellationToken)
            => intercept(context, request, cancellationToken);
    }
}
