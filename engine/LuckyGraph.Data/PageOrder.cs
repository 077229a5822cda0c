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
    public string CursorOf(T node)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(96);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(_signature);
            foreach (var key in _keys)
            {
                key.Write(json, node);
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

    internal IQueryable<T> Sort(IQueryable<T> source, bool reversed)
    {
        var first = true;
        foreach (var key in _keys)
        {
            source = key.Sort(source, key.Descending != reversed, first);
            first = false;
        }

        return source;
    }

    /// <summary>Keeps what comes after the cursor, or before it: (a &gt; x) or (a = x and (b &gt; y or …)).</summary>
    internal IQueryable<T> Seek(IQueryable<T> source, string argument, string cursor, bool before)
    {
        var values = Parse(argument, cursor);
        var entity = Expression.Parameter(typeof(T), "e");
        Expression? condition = null;
        for (var i = _keys.Length - 1; i >= 0; i--)
        {
            var beyond = _keys[i].Compare(entity, values[i], greater: _keys[i].Descending == before);
            condition = condition is null
                ? beyond
                : Expression.OrElse(beyond, Expression.AndAlso(_keys[i].Equal(entity, values[i]), condition));
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
