using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution;

/// <summary>An error of a response (GraphQL September 2025, 7.1.2).</summary>
/// <param name="Message">What went wrong, for people.</param>
public sealed record GraphQLError(string Message)
{
    /// <summary>A stable code, written as <c>extensions.code</c>.</summary>
    public string? Code { get; init; }
    /// <summary>Where in the document.</summary>
    public ImmutableArray<SourceLocation> Locations { get; init; } = [];
    /// <summary>Where in the response: names and indices from the root; default when the error concerns the whole request.</summary>
    public ImmutableArray<object> Path { get; init; }
    /// <summary>More members of <c>extensions</c>; values are null, string, bool, int, long, double, decimal, JsonElement, or lists and dictionaries of these.</summary>
    public ImmutableDictionary<string, object?>? Extensions { get; init; }
    /// <summary>The exception behind it; logged, never written.</summary>
    public Exception? Exception { get; init; }
}

/// <summary>Throw this in a resolver to answer with an error of your own message and code; other exceptions are masked.</summary>
public sealed class GraphQLException(GraphQLError error) : Exception(error.Message)
{
    /// <summary>An error with that message and code.</summary>
    public GraphQLException(string message, string? code = null) : this(new GraphQLError(message) { Code = code }) { }
    /// <summary>The error.</summary>
    public GraphQLError Error { get; } = error;
}

/// <summary>The stable codes of the engine's own errors.</summary>
public static class ErrorCodes
{
    /// <summary>The document does not follow the grammar.</summary>
    public const string Syntax = "GRAPHQL_PARSE_FAILED";
    /// <summary>The document breaks a validation rule.</summary>
    public const string Validation = "GRAPHQL_VALIDATION_FAILED";
    /// <summary>The operation cannot be selected: unknown name, or a name is needed.</summary>
    public const string Operation = "OPERATION_RESOLUTION_FAILURE";
    /// <summary>A variable's value does not fit its type.</summary>
    public const string Variables = "BAD_USER_INPUT";
    /// <summary>The request is not well formed: malformed JSON, missing query.</summary>
    public const string BadRequest = "BAD_REQUEST";
    /// <summary>A limit was exceeded.</summary>
    public const string Limit = "LIMIT_EXCEEDED";
    /// <summary>The operation costs more than is allowed.</summary>
    public const string Cost = "COST_EXCEEDED";
    /// <summary>The request ran out of time.</summary>
    public const string Timeout = "REQUEST_TIMEOUT";
    /// <summary>The caller is not signed in.</summary>
    public const string NotAuthenticated = "AUTH_NOT_AUTHENTICATED";
    /// <summary>The caller is signed in but may not.</summary>
    public const string NotAuthorized = "AUTH_NOT_AUTHORIZED";
    /// <summary>A resolver failed unexpectedly; details are in the log only.</summary>
    public const string Internal = "INTERNAL_SERVER_ERROR";
    /// <summary>A non-null field resolved to null.</summary>
    public const string NonNull = "NON_NULL_VIOLATION";
    /// <summary>The persisted operation is unknown.</summary>
    public const string PersistedNotFound = "PERSISTED_QUERY_NOT_FOUND";
}
