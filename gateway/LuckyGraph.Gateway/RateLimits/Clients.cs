using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Gateway.RateLimits;

/// <summary>Who sent a request, as far as its connection and headers tell.</summary>
/// <param name="Context">The request, as long as its answer has not begun; null where the answer goes elsewhere.</param>
/// <param name="Key">The API key that it showed; null when that is none that is known.</param>
/// <param name="Address">Where it came from; null for callers of this machine that are not limited.</param>
internal sealed record RequestOrigin(HttpContext? Context, ApiKey? Key, string? Address)
{
    /// <summary>Key of an operation's state for it.</summary>
    public const string State = "lucky.origin";

    /// <summary>What the endpoint noted of an operation; null when that is nothing.</summary>
    public static RequestOrigin? Of(OperationRequest request)
        => request.State is { } state && state.TryGetValue(State, out var origin) ? origin as RequestOrigin : null;

    /// <summary>The client's name: its known API key, else the token's subject, else its address; null for callers that are not limited.</summary>
    public string? NameOf(ClaimsPrincipal? user)
        => Key is not null ? "key:" + Key.Client
            : Address is null ? null
            : user is { Identity.IsAuthenticated: true } && (user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier)) is { Value: { Length: > 0 } subject } ? "sub:" + subject
            : "ip:" + Address;
}

/// <summary>Tells clients apart by what their requests come with.</summary>
internal sealed class Clients(RateLimitSettings settings)
{
    private const string StreamToken = "X-GraphQL-Event-Stream-Token";

    /// <summary>Whether the origin of a request makes a difference: it is limited, or may open a subscription.</summary>
    public bool Matters(HttpContext context)
        => context.WebSockets.IsWebSocketRequest || MayStream(context.Request)
            || (settings.IsNeeded && (KeyOf(context) is not null || !IsExempt(AddressOf(context))));

    /// <summary>Where a request comes from.</summary>
    public RequestOrigin Of(HttpContext context)
    {
        var address = AddressOf(context);
        // Operations of a single connection outlive the request that started them.
        var outlives = context.Request.Headers.ContainsKey(StreamToken) || context.Request.Query.ContainsKey("token");
        return new RequestOrigin(outlives ? null : context, KeyOf(context), IsExempt(address) ? null : Network(address));
    }

    // Of the frequent values of Accept these two ask for one answer.
    private static bool MayStream(HttpRequest request)
        => request.Headers.Accept is not ["application/json" or "application/graphql-response+json"] || request.Headers.ContainsKey(StreamToken);

    private ApiKey? KeyOf(HttpContext context)
        => settings.ApiKeys.Count > 0 && context.Request.Headers[settings.ApiKeyHeader] is [{ } key] && settings.ApiKeys.TryGetValue(key, out var known) ? known : null;

    private bool IsExempt(IPAddress? address) => !settings.LimitLoopback && address is not null && IPAddress.IsLoopback(address);

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
