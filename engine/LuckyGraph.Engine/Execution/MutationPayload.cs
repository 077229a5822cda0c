using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>What a mutation under the mutation conventions answers: its result, or errors. Generated code makes and reads it.</summary>
public sealed class MutationPayload
{
    private MutationPayload(object? result, IReadOnlyList<object>? errors)
    {
        Result = result;
        Errors = errors;
    }

    /// <summary>The result; null when there are errors.</summary>
    public object? Result { get; }
    /// <summary>The errors, each a <see cref="MutationError{T}"/>; null when there are none.</summary>
    public IReadOnlyList<object>? Errors { get; }

    /// <summary>The payload of a mutation that succeeded.</summary>
    public static MutationPayload Of(object? result) => new(result, null);

    /// <summary>The payload of a mutation that failed as its type foresees.</summary>
    public static MutationPayload Failed(IReadOnlyList<object> errors) => new(null, errors);

    /// <summary>
    /// The errors that an exception stands for: one, or those of an <see cref="AggregateException"/> when every one of them is
    /// an error of the mutation. Null when the exception is none: then it fails the field.
    /// </summary>
    public static IReadOnlyList<object>? Match(Exception exception, Func<Exception, object?> map)
    {
        if (map(exception) is { } single)
        {
            return [single];
        }

        if (exception is not AggregateException aggregate)
        {
            return null;
        }

        var inner = aggregate.Flatten().InnerExceptions;
        var errors = new object[inner.Count];
        for (var i = 0; i < errors.Length; i++)
        {
            if (map(inner[i]) is not { } error)
            {
                return null;
            }

            errors[i] = error;
        }

        return errors.Length == 0 ? null : errors;
    }

    /// <summary>Defines <c>interface UserError { code: String! message: String! path: [String!] }</c>, which every error type implements.</summary>
    public static void DefineUserError(SchemaBuilder schema)
    {
        var type = schema.Interface("UserError").Description("Why a mutation did not do what was asked.");
        type.Field("code", "String!", replace: true).Description("A stable code to decide by.");
        type.Field("message", "String!", replace: true).Description("What is wrong and what to do about it, for people.");
        type.Field("path", "[String!]", replace: true).Description("The input field it concerns, from `input` down; null when it concerns the whole call.");
    }
}

/// <summary>
/// An error of a payload: the runtime type of the error's object type, also when the exception is of a class derived from
/// the declared one.
/// </summary>
/// <typeparam name="T">The exception or error class that <c>[Error&lt;T&gt;]</c> names.</typeparam>
public sealed class MutationError<T>(T error) where T : notnull
{
    /// <summary>The exception or error object.</summary>
    public T Error { get; } = error;
}
