using System.Net.WebSockets;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.AspNetCore.Http;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.AspNetCore.WebSockets;

/// <summary>Accepts sockets and runs the graphql-transport-ws protocol on each.</summary>
internal sealed class GraphQLWebSocketTransport(
    Lazy<IRequestExecutor> executor, GraphQLEndpointOptions options, IConnectionInitHandler? initHandler, ILogger logger, CancellationToken stopping)
{
    private const string Subprotocol = "graphql-transport-ws";

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin] && options.IsSocketOriginAllowed?.Invoke(context, origin) == false)
        {
            await ErrorResponse.WriteAsync(context, ResponseFormat.Json, StatusCodes.Status403Forbidden, $"The origin {origin} may not open a socket.", ErrorCodes.NotAuthorized);
            return;
        }

        if (await Credentials.CheckAsync(context) is { } failure && options.RefuseInvalidCredentials)
        {
            var status = failure is SigningKeysUnavailableException ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized;
            await ErrorResponse.WriteAsync(context, ResponseFormat.Json, status, failure.Message, ErrorCodes.NotAuthenticated);
            return;
        }

        var isKnown = context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = isKnown ? Subprotocol : null,
            KeepAliveInterval = options.KeepAliveInterval,
            KeepAliveTimeout = options.KeepAliveInterval * 2,
        });
        var connection = new SocketConnection(socket, context, executor, options, initHandler, logger);
        if (isKnown)
        {
            await connection.RunAsync(stopping);
        }
        else
        {
            await connection.CloseAsync(CloseCode.SubprotocolNotAcceptable, $"Subprotocol not acceptable, use {Subprotocol}");
        }
    }
}
