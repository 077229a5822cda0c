using System.Globalization;
using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>Conversions that generated bindings share, between coerced values and CLR values.</summary>
public static class GeneratedValues
{
    /// <summary>An argument of a text type, whatever scalar <c>[GraphQLType]</c> gave it.</summary>
    public static string Text(object value) => value switch
    {
        string text => text,
        Uri uri => uri.OriginalString,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>An Int as a byte.</summary>
    /// <exception cref="CoercionException">It is out of range.</exception>
    public static byte Byte(object value) => (int)value is >= byte.MinValue and <= byte.MaxValue and var number ? (byte)number : throw OutOfRange(value, 0, byte.MaxValue);

    /// <summary>An Int as a short.</summary>
    /// <exception cref="CoercionException">It is out of range.</exception>
    public static short Int16(object value) => (int)value is >= short.MinValue and <= short.MaxValue and var number ? (short)number : throw OutOfRange(value, short.MinValue, short.MaxValue);

    /// <summary>A Long as an unsigned int.</summary>
    /// <exception cref="CoercionException">It is out of range.</exception>
    public static uint UInt32(object value) => (long)value is >= uint.MinValue and <= uint.MaxValue and var number ? (uint)number : throw OutOfRange(value, 0, uint.MaxValue);

    /// <summary>A global id of any type, or a UUID in its text form.</summary>
    /// <exception cref="CoercionException">It is neither.</exception>
    public static Guid IdGuid(object value)
        => GlobalId.TryDecode((string)value, out _, out var payload) && payload.Length == 16 ? new Guid(payload, bigEndian: true)
        : Guid.TryParse((string)value, out var guid) ? guid
        : throw new CoercionException($"\"{value}\" is not an id.");

    /// <summary>An ID that is an int.</summary>
    /// <exception cref="CoercionException">It is no int.</exception>
    public static int IdInt32(object value)
        => int.TryParse((string)value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new CoercionException($"\"{value}\" is not an id.");

    /// <summary>An ID that is a long.</summary>
    /// <exception cref="CoercionException">It is no long.</exception>
    public static long IdInt64(object value)
        => long.TryParse((string)value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new CoercionException($"\"{value}\" is not an id.");

    /// <summary>A coerced list as an array.</summary>
    public static T[] List<T>(object value, Func<object?, T> convert)
    {
        var items = (object?[])value;
        var result = new T[items.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = convert(items[i]);
        }

        return result;
    }

    /// <summary>A list of a resolver's leaf values as what the executor writes.</summary>
    public static object?[] Results<T>(IEnumerable<T> values, Func<T, object?> convert)
    {
        var result = new List<object?>((values as IReadOnlyCollection<T>)?.Count ?? 4);
        foreach (var value in values)
        {
            result.Add(convert(value));
        }

        return [.. result];
    }

    /// <summary>An instant; unspecified kinds count as UTC.</summary>
    public static DateTimeOffset Instant(DateTime value)
        => new(value.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(value, DateTimeKind.Utc) : value);

    /// <summary>The parents of a batch resolver.</summary>
    public static T[] Parents<T>(IReadOnlyList<object> parents)
    {
        var result = new T[parents.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (T)parents[i];
        }

        return result;
    }

    /// <summary>Hands the results of a batch resolver to their parents.</summary>
    /// <exception cref="InvalidOperationException">There are more or fewer results than parents.</exception>
    public static void SetResults<T>(BatchResolverContext context, IEnumerable<T>? results, Func<T, object?> convert)
    {
        var count = 0;
        foreach (var result in results ?? [])
        {
            if (count < context.Parents.Count)
            {
                context.SetResult(count, convert(result));
            }

            count++;
        }

        CheckCount(context, count);
    }

    /// <summary>Hands the results of a batch resolver, numbers or booleans that are not boxed, to their parents.</summary>
    /// <exception cref="InvalidOperationException">There are more or fewer results than parents.</exception>
    public static void SetLeaves<T>(BatchResolverContext context, IEnumerable<T>? results) where T : struct
        => CheckCount(context, context.SetLeaves(results ?? []));

    private static void CheckCount(BatchResolverContext context, int count)
    {
        if (count != context.Parents.Count)
        {
            throw new InvalidOperationException($"The batch resolver of {context.Field} returned {count} results for {context.Parents.Count} parents.");
        }
    }

    /// <summary>A value of the scoped state that must be there.</summary>
    /// <exception cref="InvalidOperationException">No field here or above set it.</exception>
    public static T ScopedState<T>(ResolverContext context, string key)
        => context.TryGetScopedState(key, out var value) ? (T)value! : throw MissingState(context, "scoped", key);

    /// <summary>A value of the local state that must be there.</summary>
    /// <exception cref="InvalidOperationException">No middleware set it.</exception>
    public static T LocalState<T>(ResolverContext context, string key)
        => context.LocalState.TryGetValue(key, out var value) ? (T)value! : throw MissingState(context, "local", key);

    private static InvalidOperationException MissingState(ResolverContext context, string kind, string key)
        => new($"{context.Field} needs the {kind} state \"{key}\", which nothing has set; make the parameter nullable where it may be missing.");

    /// <summary>An argument's value inside a topic.</summary>
    public static string TopicPart(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static CoercionException OutOfRange(object value, long least, long most) => new($"{value} is not between {least} and {most}.");

    /// <summary>The events of a stream as objects. Those of a topic stay what subscribers share.</summary>
    public static IAsyncEnumerable<object?> Events<T>(IAsyncEnumerable<T> source) => source switch
    {
        IAsyncEnumerable<object?> events => events,
        ITopicEvents topic => new TopicEvents(topic),
        _ => Sequence(source, static message => message),
    };

    /// <summary>What a resolver yields as what the executor writes.</summary>
    public static async IAsyncEnumerable<object?> Sequence<T>(
        IAsyncEnumerable<T> source, Func<T, object?> convert, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in source.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return convert(item);
        }
    }
}
