using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>Turns what a client sent into what an executor takes.</summary>
internal static class OperationRequests
{
    private const string CostName = "GraphQL-Cost";

    public static OperationRequest Create(
        GraphQLRequest request, HttpContext context, GraphQLEndpointOptions options, bool readOnly, bool allowStream,
        ClaimsPrincipal? user = null, string? authorization = null, bool? allowIncremental = null) => new()
        {
            Document = request.Document,
            DocumentId = request.DocumentId,
            OperationName = request.OperationName,
            Variables = request.Variables,
            Files = request.Files,
            Extensions = request.Extensions,
            OnError = request.OnError,
            Cost = CostOf(context.Request.Headers, request.Extensions),
            // HttpContext would make a principal for whoever has none.
            User = user ?? context.Features.Get<IHttpAuthenticationFeature>()?.User,
            State = StateOf(context, options, authorization),
            ReadOnly = readOnly,
            AllowStream = allowStream,
            AllowIncremental = allowIncremental ?? allowStream,
        };

    /// <summary>What the client asks about the cost, by header or, where it cannot set one, by the extension of the same name.</summary>
    private static CostMode CostOf(IHeaderDictionary headers, JsonElement extensions)
    {
        var asked = headers[CostName] is [{ Length: > 0 } header] ? header
            : extensions.ValueKind == JsonValueKind.Object && extensions.TryGetProperty(CostName, out var extension) ? extension.ToString()
            : null;
        if (asked is null)
        {
            return CostMode.None;
        }

        return asked.Equals("report", StringComparison.OrdinalIgnoreCase) ? CostMode.Report
            : asked.Equals("validate", StringComparison.OrdinalIgnoreCase) ? CostMode.Validate
            : CostMode.Unknown;
    }

    /// <summary>What the transport and the host know about the request; null when that is nothing.</summary>
    private static Dictionary<string, object?>? StateOf(HttpContext context, GraphQLEndpointOptions options, string? authorization)
    {
        var headers = context.Request.Headers;
        if (authorization is null && headers.Authorization is [{ Length: > 0 } header] && Credentials.Failure(context) is null)
        {
            authorization = header;
        }

        var traceParent = TraceParentOf(headers);
        if (authorization is null && traceParent is null && (options.ConfigureState is null || options.HasState?.Invoke(context) == false))
        {
            return null;
        }

        var state = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (authorization is not null)
        {
            state[RequestState.Authorization] = authorization;
        }

        if (traceParent is not null)
        {
            state[RequestState.TraceParent] = traceParent;
        }

        options.ConfigureState?.Invoke(context, state);
        return state;
    }

    /// <summary>This server's own span where it is traced, so that what it asks others hangs below it; else the caller's.</summary>
    private static string? TraceParentOf(IHeaderDictionary headers)
    {
        var given = headers[HeaderNames.TraceParent] is [{ Length: > 0 } value] ? value : null;
        return Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity && (activity.Recorded || given is not null) ? activity.Id : given;
    }
}
