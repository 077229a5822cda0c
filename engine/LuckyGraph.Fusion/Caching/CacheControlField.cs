using System.Collections.Immutable;
using System.Globalization;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Caching;

/// <summary>Reads <c>Cache-Control</c> of a response (RFC 9111, 5.2.2) as a cache for everybody does.</summary>
internal static class CacheControlField
{
    /// <summary>The seconds that the response may be stored: 0 for not at all, null when it has no such field.</summary>
    public static int? MaxAgeOf(ImmutableArray<HeaderField> fields)
    {
        int? maxAge = null;
        int? shared = null;
        var found = false;
        foreach (var field in fields)
        {
            if (!RequestHeaders.Is(field, "Cache-Control"))
            {
                continue;
            }

            found = true;
            foreach (var range in field.Value.AsSpan().Split(','))
            {
                var directive = field.Value.AsSpan(range).Trim();
                if (directive.StartsWith("no-store", StringComparison.OrdinalIgnoreCase) || directive.StartsWith("no-cache", StringComparison.OrdinalIgnoreCase)
                    || directive.StartsWith("private", StringComparison.OrdinalIgnoreCase))
                {
                    return 0;
                }

                if (directive.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase))
                {
                    maxAge = Seconds(directive[8..]);
                }
                else if (directive.StartsWith("s-maxage=", StringComparison.OrdinalIgnoreCase))
                {
                    shared = Seconds(directive[9..]);
                }
            }
        }

        return found ? shared ?? maxAge ?? 0 : null;
    }

    private static int Seconds(ReadOnlySpan<char> text)
        => int.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
}
