using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.Gateway.Headers;

/// <summary>
/// The most restrictive of several <c>Cache-Control</c> fields (RFC 9111, 5.2.2): what one forbids is forbidden, the shortest
/// time counts, and an answer without the field may not be stored.
/// </summary>
internal struct CacheControlMerge
{
    private bool _any;
    private bool _noStore;
    private bool _noCache;
    private bool _private;
    private bool _mustRevalidate;
    private TimeSpan? _maxAge;

    /// <summary>Takes one answer's field into account; null for an answer without it.</summary>
    public void Add(string? field)
    {
        _any = true;
        if (field is null || !CacheControlHeaderValue.TryParse(field, out var value) || value.NoStore || (value.MaxAge is null && value.SharedMaxAge is null))
        {
            _noStore = true;
            return;
        }

        _noCache |= value.NoCache;
        _private |= value.Private || !value.Public;
        _mustRevalidate |= value.MustRevalidate;
        var age = value.MaxAge ?? value.SharedMaxAge;
        if (age is not null && !(_maxAge <= age))
        {
            _maxAge = age;
        }
    }

    /// <summary>The merged field; <c>no-store</c> when nothing may be stored.</summary>
    public override readonly string ToString()
    {
        if (!_any || _noStore || _maxAge is not { } age)
        {
            return "no-store";
        }

        var text = $"{(_private ? "private" : "public")}, max-age={((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)}";
        return text + (_noCache ? ", no-cache" : "") + (_mustRevalidate ? ", must-revalidate" : "");
    }
}
