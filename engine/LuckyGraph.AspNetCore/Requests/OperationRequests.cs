using System.Diagnostics;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>Turns what a client sent into what an executor takes.</summary>
internal static class OperationRequests
{
    public static OperationRequest Create(GraphQLRequest request, HttpContext context, GraphQLEndpointOptions options) => new()
    {
        Document = request.Document,
        DocumentId = request.DocumentId,
        OperationName = request.OperationName,
        Variables = request.Variables,
        Extensions = request.Extensions,
        OnError = request.OnError,
        User = context.User,
        State = StateOf(context, options),
    };

    public static Dictionary<string, object?> StateOf(HttpContext context, GraphQLEndpointOptions options)
    {
        var state = new Dictionary<string, object?>(StringComparer.Ordinal);
        var headers = context.Request.Headers;
        if (headers.Authorization is [{ Length: > 0 } authorization] && Credentials.Failure(context) is null)
        {
            state[RequestState.Authorization] = authorization;
        }

        if (TraceParentOf(headers) is { } traceParent)
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
