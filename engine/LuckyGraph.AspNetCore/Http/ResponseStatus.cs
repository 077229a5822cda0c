using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>The status of a single response (GraphQL over HTTP, "Response"), by profile.</summary>
internal static class ResponseStatus
{
    public static int Of(SingleResult result, ResponseFormat format, StatusProfile profile) => result.RequestError switch
    {
        RequestErrorKind.None => profile == StatusProfile.Draft2026 && result.HasErrors ? 294 : StatusCodes.Status200OK,
        RequestErrorKind.BadRequest => StatusCodes.Status400BadRequest,
        RequestErrorKind.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        RequestErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        RequestErrorKind.TooManyRequests => StatusCodes.Status429TooManyRequests,
        RequestErrorKind.Timeout => StatusCodes.Status504GatewayTimeout,
        RequestErrorKind.Syntax when profile == StatusProfile.Draft2026 => StatusCodes.Status400BadRequest,
        _ when profile == StatusProfile.Draft2026 => StatusCodes.Status422UnprocessableEntity,
        _ => format == ResponseFormat.GraphQLResponse ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
    };

    /// <summary>The status of a request that does not reach the executor.</summary>
    public static int Of(RequestFormatException refusal, StatusProfile profile)
        => refusal.Status == RequestFormatException.Unprocessable && profile == StatusProfile.Compatible ? StatusCodes.Status400BadRequest : refusal.Status;

    /// <summary>The JSON type of a response: the draft keeps <c>application/json</c>, which any proxy may have sent, for success.</summary>
    public static ResponseFormat FormatOf(int status, ResponseFormat accepted, StatusProfile profile)
        => profile == StatusProfile.Draft2026 && status >= 300 ? ResponseFormat.GraphQLResponse : accepted;
}
