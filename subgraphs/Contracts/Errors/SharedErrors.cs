using LuckyGraph.Engine;

namespace LuckyGraph.Contracts.Errors;

/// <summary>A value of the input breaks a rule.</summary>
[GraphQLName("ValidationError")]
[Shareable]
public sealed class ValidationFailedException(string message, IReadOnlyList<string>? path = null, string code = "VALIDATION_FAILED")
    : UserErrorException(code, message, path)
{
    /// <summary>An error of one field of the input.</summary>
    /// <param name="field">The field's name in GraphQL; dots lead into nested inputs.</param>
    /// <param name="message">What would be right.</param>
    public static ValidationFailedException Field(string field, string message) => new(message, ["input", .. field.Split('.')]);
}

/// <summary>What the input names does not exist, or is not the caller's to see.</summary>
[GraphQLName("NotFoundError")]
[Shareable]
public sealed class NotFoundException(string message, IReadOnlyList<string>? path = null) : UserErrorException("NOT_FOUND", message, path);

/// <summary>Someone else changed it first, or the same call is still running.</summary>
[GraphQLName("ConflictError")]
[Shareable]
public sealed class ConflictException(string message, int? currentVersion = null, IReadOnlyList<string>? path = null)
    : UserErrorException("CONFLICT", message, path)
{
    /// <summary>The version to read again and build on, where there is one.</summary>
    public int? CurrentVersion { get; } = currentVersion;
}

/// <summary>The state that it is in does not allow the change.</summary>
[GraphQLName("InvalidTransitionError")]
[Shareable]
public sealed class InvalidTransitionException(string message, string from, string to, IReadOnlyList<string>? path = null)
    : UserErrorException("INVALID_TRANSITION", message, path)
{
    /// <summary>The state that it is in.</summary>
    public string From { get; } = from;

    /// <summary>The state that was asked for.</summary>
    public string To { get; } = to;
}

/// <summary>Too many attempts; try again later.</summary>
[GraphQLName("RateLimitedError")]
[Shareable]
public sealed class RateLimitedException(string message, int retryAfter, IReadOnlyList<string>? path = null)
    : UserErrorException("RATE_LIMITED", message, path)
{
    /// <summary>Seconds until the next attempt may succeed.</summary>
    public int RetryAfter { get; } = retryAfter;
}

/// <summary>The idempotency key was used before with other arguments.</summary>
[GraphQLName("IdempotencyKeyReusedError")]
[Shareable]
public sealed class IdempotencyKeyReusedException(IReadOnlyList<string>? path = null)
    : UserErrorException("IDEMPOTENCY_KEY_REUSED", "This idempotency key belongs to an earlier call with other arguments; use a new one.",
        path ?? ["input", "idempotencyKey"]);
