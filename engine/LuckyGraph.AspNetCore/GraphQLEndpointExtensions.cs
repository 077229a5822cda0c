using LuckyGraph.AspNetCore.Http;
using LuckyGraph.AspNetCore.PersistedOperations;
using LuckyGraph.AspNetCore.WebSockets;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.AspNetCore;

/// <summary>Serves GraphQL over HTTP, Server-Sent Events and WebSockets.</summary>
public static class GraphQLEndpointExtensions
{
    /// <summary>
    /// Maps a GraphQL endpoint: POST and GET (GraphQL over HTTP), event streams (GraphQL over SSE), multipart subscriptions and
    /// WebSockets (graphql-transport-ws) at one address. The executor is the host's <see cref="IRequestExecutor"/>.
    /// </summary>
    /// <param name="endpoints">The host.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="configure">Changes what the endpoint accepts.</param>
    /// <param name="schemaName">The name of the server to map, when the host has several.</param>
    public static IEndpointConventionBuilder MapGraphQL(
        this IEndpointRouteBuilder endpoints, string pattern = "/graphql", Action<GraphQLEndpointOptions>? configure = null, string? schemaName = null)
    {
        var options = new GraphQLEndpointOptions();
        configure?.Invoke(options);
        var services = endpoints.ServiceProvider;
        if (options is { OnlyTrustedDocuments: true, TrustedDocuments: null })
        {
            throw new InvalidOperationException("Only trusted documents are to be executed, but there is no store of them: set TrustedDocuments.");
        }

        var executor = new Lazy<IRequestExecutor>(() =>
        {
            var own = string.IsNullOrEmpty(schemaName)
                ? services.GetRequiredService<IRequestExecutor>()
                : services.GetRequiredKeyedService<IRequestExecutor>(schemaName);
            return options.TrustedDocuments is not null || options.AllowAutomaticPersistedQueries ? new PersistedOperationExecutor(own, options) : own;
        });
        options.Clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        options.Interceptors = [.. services.GetKeyedServices<IHttpRequestInterceptor>(schemaName ?? "")];
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("LuckyGraph.Transport");
        var stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

        var http = new GraphQLHttpTransport(executor, options, logger, stopping);
        var sockets = new GraphQLWebSocketTransport(executor, options, services.GetService<IConnectionInitHandler>(), logger, stopping);
        var upgradable = endpoints.CreateApplicationBuilder();
        upgradable.UseWebSockets(new WebSocketOptions { KeepAliveInterval = options.KeepAliveInterval });
        upgradable.Run(context => context.WebSockets.IsWebSocketRequest && options.AllowWebSockets
            ? sockets.HandleAsync(context)
            : http.HandleAsync(context));
        var other = upgradable.Build();
        // RFC 6455 and RFC 8441: a handshake is GET or CONNECT.
        RequestDelegate handle = context => HttpMethods.IsPost(context.Request.Method) ? http.HandleAsync(context) : other(context);
        return endpoints.Map(pattern, handle).WithDisplayName($"GraphQL {pattern}");
    }
}
