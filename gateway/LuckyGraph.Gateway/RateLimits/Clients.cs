using System.Net;
using System.Net.Sockets;
using System.Security.Claims;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>Tells clients apart: by a known API key, else by the token's subject, else by the address.</summary>
internal sealed class Clients(RateLimitSettings settings)
{
    /// <summary>Key of an operation's state for its HTTP request.</summary>
    public const string ContextState = "lucky.httpContext";

    /// <summary>Who asks, and the limits that are its own. The name is null for callers that are not limited.</summary>
    public (string? Name, RateLimit? Requests) Of(HttpContext context, ClaimsPrincipal? user)
    {
        if (settings.ApiKeys.Count > 0 && context.Request.Headers[settings.ApiKeyHeader] is [{ } key] && settings.ApiKeys.TryGetValue(key, out var known))
        {
            return ("key:" + known.Client, known.Requests);
        }

        var address = AddressOf(context);
        if (!settings.LimitLoopback && address is not null && IPAddress.IsLoopback(address))
        {
            return default;
        }

        return user is { Identity.IsAuthenticated: true } && (user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier)) is { Value: { Length: > 0 } subject }
            ? ("sub:" + subject, null)
            : ("ip:" + Network(address), null);
    }

    private IPAddress? AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (settings.TrustedProxies > 0)
        {
            // What the outermost trusted proxy saw; everything before it, the client may have invented.
            var forwarded = context.Request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (forwarded.Length >= settings.TrustedProxies && IPEndPoint.TryParse(forwarded[^settings.TrustedProxies], out var client))
            {
                address = client.Address;
            }
        }

        return address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
    }

    /// <summary>An IPv6 client has at least 64 bits of addresses to choose from: its network is what counts.</summary>
    private static string Network(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 })
        {
            return address?.ToString() ?? "";
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes).ToString();
    }
}
