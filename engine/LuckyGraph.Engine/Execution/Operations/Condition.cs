namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>
/// A set of <c>@skip</c>/<c>@include</c> variables that must all hold, one bit for each distinct condition of the operation.
/// Null stands for "always". Sets of up to 64 conditions are one word.
/// </summary>
internal static class Condition
{
    /// <summary>The conjunction of two sets.</summary>
    public static ulong[]? And(ulong[]? left, ulong[]? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        var result = new ulong[Math.Max(left.Length, right.Length)];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (i < left.Length ? left[i] : 0) | (i < right.Length ? right[i] : 0);
        }

        return result;
    }

    /// <summary>The set with one condition more.</summary>
    public static ulong[] With(ulong[]? set, int bit)
    {
        var result = new ulong[Math.Max(set?.Length ?? 0, (bit >> 6) + 1)];
        set?.CopyTo(result, 0);
        result[bit >> 6] |= 1UL << (bit & 63);
        return result;
    }

    /// <summary>Whether every condition of <paramref name="part"/> is one of <paramref name="whole"/>.</summary>
    public static bool IsSubset(ulong[]? part, ulong[]? whole)
    {
        if (part is null)
        {
            return true;
        }

        for (var i = 0; i < part.Length; i++)
        {
            var word = whole is not null && i < whole.Length ? whole[i] : 0;
            if ((part[i] & ~word) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
