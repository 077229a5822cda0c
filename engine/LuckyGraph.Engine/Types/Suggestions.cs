namespace LuckyGraph.Engine.Types;

/// <summary>Finds the names that someone may have meant, for error messages.</summary>
internal static class Suggestions
{
    private const int Most = 5;

    /// <summary>A sentence such as <c> Did you mean "a" or "b"?</c> with a leading blank; empty when nothing is near.</summary>
    public static string DidYouMean(string input, IEnumerable<string> options, string? kind = null, SuggestionBudget? budget = null)
        => Sentence(Nearest(input, options, budget), kind);

    /// <summary>The sentence for given names; empty when there are none.</summary>
    public static string Sentence(IReadOnlyList<string> names, string? kind = null)
        => names.Count == 0 ? "" : $" Did you mean {(kind is null ? "" : kind + " ")}{OrList([.. names.Take(Most).Select(n => $"\"{n}\"")])}?";

    /// <summary>The options near enough to the input, nearest first.</summary>
    public static List<string> Nearest(string input, IEnumerable<string> options, SuggestionBudget? budget = null)
    {
        var near = new List<(string Name, int Distance)>();
        // A long name is no typing error of a schema's name, and comparing it would cost.
        if (input.Length > 100)
        {
            return [];
        }

        var threshold = (int)(input.Length * 0.4) + 1;
        foreach (var option in options)
        {
            if (budget is not null && (budget.Remaining -= Work(input, option, threshold)) < 0)
            {
                // Some of the options would be chance.
                return [];
            }

            var distance = Distance(input, option, threshold);
            if (distance <= threshold)
            {
                near.Add((option, distance));
            }
        }

        near.Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : NaturalOrder.Compare(a.Name, b.Name));
        return near.ConvertAll(n => n.Name);
    }

    private static int Work(string input, string option, int threshold)
        => Math.Abs(input.Length - option.Length) > threshold ? 1 : Math.Max(1, input.Length * option.Length);

    internal static string OrList(IReadOnlyList<string> items) => List("or", items);

    internal static string AndList(IReadOnlyList<string> items) => List("and", items);

    private static string List(string conjunction, IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        2 => $"{items[0]} {conjunction} {items[1]}",
        _ => $"{string.Join(", ", items.Take(items.Count - 1))}, {conjunction} {items[^1]}",
    };

    // Optimal string alignment: insertions, deletions, changes and swaps of neighbours cost one each.
    private static int Distance(string a, string b, int threshold)
    {
        if (a == b)
        {
            return 0;
        }

        if (string.Equals(a, b, StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }

        if (Math.Abs(a.Length - b.Length) > threshold)
        {
            return int.MaxValue;
        }

        a = a.ToLowerInvariant();
        b = b.ToLowerInvariant();
        var beforeLast = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var smallest = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var value = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    value = Math.Min(value, beforeLast[j - 2] + 1);
                }

                current[j] = value;
                smallest = Math.Min(smallest, value);
            }

            if (smallest > threshold)
            {
                return int.MaxValue;
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[b.Length];
    }
}

/// <summary>How many characters are still compared with each other for the suggestions of one document; then there are no more of them.</summary>
internal sealed class SuggestionBudget
{
    public int Remaining { get; set; } = 2_000_000;
}

/// <summary>Orders names as people do: digits by their number, other characters by code.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    int IComparer<string>.Compare(string? x, string? y) => Compare(x ?? "", y ?? "");

    public static int Compare(string a, string b)
    {
        var i = 0;
        var j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]))
            {
                var number = Digits(a, ref i);
                var other = Digits(b, ref j);
                var order = number.Length != other.Length ? number.Length.CompareTo(other.Length) : string.CompareOrdinal(number, other);
                if (order != 0)
                {
                    return order;
                }
            }
            else if (a[i] != b[j])
            {
                return a[i].CompareTo(b[j]);
            }
            else
            {
                i++;
                j++;
            }
        }

        return (a.Length - i).CompareTo(b.Length - j);
    }

    private static string Digits(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
        {
            i++;
        }

        return text[start..i].TrimStart('0');
    }
}
