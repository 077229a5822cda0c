using System.Globalization;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Labels of progressive overrides: <c>percent(10)</c>, or a name that a setting switches on.</summary>
internal static class OverrideLabels
{
    public static bool IsValid(string label)
        => Percentage(label) is not null
            || (label.Length > 0 && char.IsAsciiLetter(label[0]) && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ':' or '.' or '/'));

    /// <summary>The labels that are active for a request, of which <paramref name="sample"/> is a number from 0 to 100 drawn at random.</summary>
    public static IReadOnlyCollection<string> Decide(IReadOnlyCollection<string> labels, Func<string, bool?> decide, double sample)
        => [.. labels.Where(l => decide(l) ?? (Percentage(l) is { } share && sample < share))];

    /// <summary>The share of requests in percent for which the label is active, or null for a custom label.</summary>
    public static double? Percentage(string label)
        => label.StartsWith("percent(", StringComparison.Ordinal) && label.EndsWith(')')
            && double.TryParse(label.AsSpan(8, label.Length - 9), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 100
            ? share : null;
}
