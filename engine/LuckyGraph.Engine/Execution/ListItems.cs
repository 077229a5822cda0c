using System.Collections;
using System.Text.Json;

namespace LuckyGraph.Engine.Execution;

/// <summary>Index access to what resolvers return for list fields, without copying arrays and lists.</summary>
internal readonly struct ListItems
{
    private readonly object?[]? _array;
    private readonly IList? _list;

    private ListItems(object?[]? array, IList? list, int count)
    {
        _array = array;
        _list = list;
        Count = count;
    }

    public int Count { get; }

    public object? this[int index] => _array is { } array ? array[index] : _list![index];

    /// <summary>Opens a list. Other sequences are read once, into an array.</summary>
    /// <exception cref="GraphQLException">The value is no list, or has more items than the limit.</exception>
    public static ListItems Of(object value, int maxSize)
    {
        switch (value)
        {
            case object?[] array:
                return Checked(new ListItems(array, null, array.Length), maxSize);
            case string:
                throw NotAList(value);
            case JsonElement { ValueKind: JsonValueKind.Array } json:
                var elements = new object?[json.GetArrayLength()];
                var index = 0;
                foreach (var element in json.EnumerateArray())
                {
                    elements[index++] = DataValue.Unwrap(element);
                }

                return Checked(new ListItems(elements, null, elements.Length), maxSize);
            case IList list:
                return Checked(new ListItems(null, list, list.Count), maxSize);
            case IDictionary:
                throw NotAList(value);
            case IEnumerable sequence:
                var items = new List<object?>();
                foreach (var item in sequence)
                {
                    if (items.Count == maxSize)
                    {
                        throw TooLong(maxSize);
                    }

                    items.Add(item);
                }

                return new ListItems(null, items, items.Count);
            default:
                throw NotAList(value);
        }
    }

    private static ListItems Checked(ListItems items, int maxSize) => items.Count <= maxSize ? items : throw TooLong(maxSize);

    /// <summary>The error of a list beyond the limit.</summary>
    public static GraphQLException TooLong(int maxSize) => new($"The list has more than {maxSize} items.", ErrorCodes.Limit);

    private static GraphQLException NotAList(object value) => new($"Expected a list, but the resolver returned {value.GetType().Name}.", ErrorCodes.Internal);
}
