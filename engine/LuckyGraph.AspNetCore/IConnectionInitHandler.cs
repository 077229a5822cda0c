using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore;

/// <summary>
/// Decides about a WebSocket's <c>connection_init</c> message, typically by the credentials in its payload: browsers cannot set
/// headers on a socket. Register one as a service; without one every connection is accepted as what its handshake was.
/// </summary>
public interface IConnectionInitHandler
{
    /// <summary>Accepts or refuses the connection.</summary>
    ValueTask<ConnectionInitResult> HandleAsync(ConnectionInit init, CancellationToken cancellationToken);
}

/// <summary>What a client sent when it opened a socket.</summary>
/// <param name="HttpContext">The handshake request.</param>
/// <param name="Payload">The message's payload, an object; undefined when there is none. Valid during the call.</param>
public readonly record struct ConnectionInit(HttpContext HttpContext, JsonElement Payload);

/// <summary>The decision about a connection.</summary>
public sealed record ConnectionInitResult
{
    private ConnectionInitResult() { }

    /// <summary>Whether operations may run on the connection.</summary>
    public bool IsAccepted { get; private init; }

    /// <summary>Who runs them; null keeps the handshake's user.</summary>
    public ClaimsPrincipal? User { get; private init; }

    /// <summary>The <c>Authorization</c> value to hand on to other servers; null keeps the handshake's.</summary>
    public string? Authorization { get; private init; }

    /// <summary>Why the connection is refused: the close reason, at most 123 bytes of UTF-8.</summary>
    public string Reason { get; private init; } = "Forbidden";

    /// <summary>Accepts the connection.</summary>
    public static ConnectionInitResult Accept(ClaimsPrincipal? user = null, string? authorization = null)
        => new() { IsAccepted = true, User = user, Authorization = authorization };

    /// <summary>Refuses the connection: it is closed with 4403.</summary>
    public static ConnectionInitResult Refuse(string reason = "Forbidden") => new() { Reason = reason };
}
