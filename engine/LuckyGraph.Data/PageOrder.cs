using System.Buffers.Text;
using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.Data;

/// <summary>
/// A total order of a list: the columns that keyset paging compares, the last of them unique. Built once, kept static; a cursor
/// is the values of these columns. Keys are never null.
/// </summary>
/// <typeparam name="T">The entity.</typeparam>
public sealed class PageOrder<T>
{
    private readonly PageKey<T>[] _keys;
    private readonly string _signature;

    internal PageOrder(PageKey<T>[] keys)
    {
        _keys = keys;
        var text = new StringBuilder();
        foreach (var key in keys)
        {
            text.Append(key.Descending ? '-' : '+').Append(key.Name);
        }

        _signature = Fingerprint(text.ToString());
    }

    /// <summary>Starts an order.</summary>
    public static PageOrder<T> By<TKey>(Expression<Func<T, TKey>> key, bool descending = false)
        => new([new PageKey<T, TKey>(key, descending)]);

    /// <summary>Orders further where the keys so far are equal.</summary>
    public PageOrder<T> ThenBy<TKey>(Expression<Func<T, TKey>> key, bool descending = false)
        => new([.. _keys, new PageKey<T, TKey>(key, descending)]);

    /// <summary>The opaque cursor of a node.</summary>
    public string CursorOf(T node) => CursorOf(node, null);

    /// <summary>The opaque cursor of a node whose values were loaded beside it.</summary>
    internal string CursorOf(T node, object?[]? values)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(96);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(_signature);
            for (var i = 0; i < _keys.Length; i++)
            {
                _keys[i].Write(json, values is null ? _keys[i].ValueOf(node) : values[i]);
            }

            json.WriteEndArray();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    internal ReadOnlySpan<PageKey<T>> Keys => _keys;

    /// <summary>This order, and another one where it leaves nodes equal.</summary>
    internal PageOrder<T> Then(PageOrder<T> other)
    {
        var keys = new List<PageKey<T>>(_keys);
        foreach (var key in other._keys)
        {
            if (!keys.Exists(k => k.Name == key.Name || (k.Member is { } member && member == key.Member)))
            {
                keys.Add(key);
            }
        }

        return keys.Count == _keys.Length ? this : new PageOrder<T>([.. keys]);
    }

    /// <summary>Whether a cursor needs what is no member of the entity, such as a column of another one.</summary>
    internal bool NeedsValues => Array.Exists(_keys, static k => k.Member is null);

    /// <summary>Loads each entity with the values of its cursor.</summary>
    internal Expression<Func<T, PageRow<T>>> Rows(Expression<Func<T, T>>? selector, bool guarded)
    {
        var entity = Expression.Parameter(typeof(T), "e");
        var values = new Expression[_keys.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Expression.Convert(_keys[i].Of(entity, guarded), typeof(object));
        }

        return Expression.Lambda<Func<T, PageRow<T>>>(
            Expression.MemberInit(
                Expression.New(typeof(PageRow<T>)),
                Expression.Bind(typeof(PageRow<T>).GetProperty(nameof(PageRow<>.Node))!, selector is null ? entity : ParameterRebinding.Of(selector, entity)),
                Expression.Bind(typeof(PageRow<T>).GetProperty(nameof(PageRow<>.Values))!, Expression.NewArrayInit(typeof(object), values))),
            entity);
    }

    internal IQueryable<T> Sort(IQueryable<T> source, bool reversed)
    {
        var first = true;
        var guarded = PagingQueryable.IsInMemory(source);
        foreach (var key in _keys)
        {
            source = key.Sort(source, key.Descending != reversed, first, guarded);
            first = false;
        }

        return source;
    }

    /// <summary>Keeps what comes after the cursor, or before it: (a &gt; x) or (a = x and (b &gt; y or …)).</summary>
    internal IQueryable<T> Seek(IQueryable<T> source, string argument, string cursor, bool before)
    {
        var values = Parse(argument, cursor);
        var entity = Expression.Parameter(typeof(T), "e");
        var guarded = PagingQueryable.IsInMemory(source);
        Expression? condition = null;
        for (var i = _keys.Length - 1; i >= 0; i--)
        {
            var column = _keys[i].Of(entity, guarded);
            var beyond = _keys[i].Compare(column, values[i], greater: _keys[i].Descending == before);
            condition = condition is null
                ? beyond
                : Expression.OrElse(beyond, Expression.AndAlso(_keys[i].Equal(column, values[i]), condition));
        }

        return source.Where(Expression.Lambda<Func<T, bool>>(condition!, entity));
    }

    private object?[] Parse(string argument, string cursor)
    {
        try
        {
            if (cursor.Length is > 0 and <= PagingArguments.MaxCursorLength && Base64Url.IsValid(cursor))
            {
                using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(cursor));
                var root = json.RootElement;
                if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 1
                    && root[0].GetString() is { Length: 8 } signature && signature != _signature)
                {
                    throw PagingArguments.Invalid($"The cursor in \"{argument}\" belongs to another list or sort order.");
                }

                if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == _keys.Length + 1)
                {
                    var values = new object?[_keys.Length];
                    for (var i = 0; i < values.Length; i++)
                    {
                        values[i] = _keys[i].Read(root[i + 1]);
                    }

                    return values;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw PagingArguments.Invalid($"The cursor in \"{argument}\" is malformed.");
        }

        throw PagingArguments.Invalid($"The cursor in \"{argument}\" is malformed.");
    }

    private static string Fingerprint(string text)
    {
        // FNV-1a: stable over processes and versions, unlike string.GetHashCode.
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}

/// <summary>An entity and the values of its cursor, by their keys.</summary>
internal sealed class PageRow<T>
{
    public required T Node { get; init; }

    public required object?[] Values { get; init; }
}
