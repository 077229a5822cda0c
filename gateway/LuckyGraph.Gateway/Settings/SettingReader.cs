using System.Globalization;

namespace LuckyGraph.Gateway.Settings;

/// <summary>Reads settings by name: environment variables, or <c>--NAME=value</c> on the command line. Whatever is malformed is refused by name.</summary>
internal readonly struct SettingReader(IConfiguration configuration)
{
    private static readonly char[] s_listSeparators = [',', ' ', '\n', '\t', '\r'];

    public string? Text(string name) => configuration[name] is { Length: > 0 } text ? text : null;

    /// <summary>A positive whole number.</summary>
    public int Number(string name, int otherwise) => Number(name, otherwise, least: 1);

    /// <summary>A whole number; zero switches off what it bounds.</summary>
    public int NumberOrOff(string name, int otherwise) => Number(name, otherwise, least: 0);

    public bool Switch(string name, bool otherwise) => Text(name)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "1" or "TRUE" => true,
        "0" or "FALSE" => false,
        var text => throw new InvalidOperationException($"{name} must be true or false, not \"{text}\"."),
    };

    /// <summary>One of the given words.</summary>
    public string Choice(string name, params ReadOnlySpan<string> words)
    {
        var text = Text(name)?.ToLowerInvariant() ?? words[0];
        return words.Contains(text) ? text : throw new InvalidOperationException($"{name} must be one of {string.Join(", ", words)}, not \"{text}\".");
    }

    public string[] List(string name) => (Text(name) ?? "").Split(s_listSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private int Number(string name, int otherwise, int least)
        => Text(name) is not { } text ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number
            : throw new InvalidOperationException($"{name} must be a {(least > 0 ? "positive " : "")}whole number, not \"{text}\".");
}
