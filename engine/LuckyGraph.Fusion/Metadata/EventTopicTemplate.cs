using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// The topic of an event stream as its field declares it: text with arguments of the field in braces, such as
/// <c>chat.{roomId}</c>. Values are escaped, so that no caller can name another topic than the template means.
/// </summary>
public sealed class EventTopicTemplate
{
    private static readonly SearchValues<char> s_valueCharacters
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-%");

    private EventTopicTemplate(string text, ImmutableArray<EventTopicPart> parts) => (Text, Parts) = (text, parts);

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>Its pieces in order.</summary>
    public ImmutableArray<EventTopicPart> Parts { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="template">The template read.</param>
    /// <param name="problem">Why it is none, as the end of a sentence; null when it is one.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out EventTopicTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        var parts = ImmutableArray.CreateBuilder<EventTopicPart>();
        var at = 0;
        while (at < text.Length)
        {
            var brace = text.AsSpan(at).IndexOfAny('{', '}');
            var end = brace < 0 ? text.Length : at + brace;
            if (end > at)
            {
                parts.Add(new EventTopicPart(text[at..end], IsArgument: false));
            }

            if (brace < 0)
            {
                break;
            }

            var close = text[end] == '{' ? text.IndexOf('}', end) : -1;
            if (close < 0 || !IsName(text.AsSpan(end + 1, close - end - 1)))
            {
                problem = "has a brace that is no part of an argument's name in braces";
                return false;
            }

            if (parts is [.., { IsArgument: true }] || (parts is [.., { IsArgument: true }, var between] && !between.Text.AsSpan().ContainsAnyExcept(s_valueCharacters)))
            {
                problem = "has two arguments with nothing between them that tells them apart, such as a dot";
                return false;
            }

            parts.Add(new EventTopicPart(text[(end + 1)..close], IsArgument: true));
            at = close + 1;
        }

        if (parts.Count == 0 || text.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            problem = parts.Count == 0 ? "is empty" : "has white space";
            return false;
        }

        template = new EventTopicTemplate(text, parts.ToImmutable());
        problem = null;
        return true;
    }

    /// <summary>
    /// Appends an argument's value: letters and digits of ASCII, <c>_</c> and <c>-</c> as they are, every other byte of its
    /// UTF-8 as <c>%</c> and two digits in hexadecimal.
    /// </summary>
    public static void AppendValue(StringBuilder topic, ReadOnlySpan<char> value)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || (char)rune.Value is '_' or '-'))
            {
                topic.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
            {
                topic.Append('%').Append(Hex(octet >> 4)).Append(Hex(octet & 15));
            }
        }
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    private static char Hex(int digit) => (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);

    private static bool IsName(ReadOnlySpan<char> text)
        => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.IndexOfAnyExcept(s_valueCharacters) < 0 && text.IndexOfAny('-', '%') < 0;
}

/// <summary>A piece of a topic template.</summary>
/// <param name="Text">The text, or the argument's name.</param>
/// <param name="IsArgument">Whether the value of an argument stands here.</param>
public readonly record struct EventTopicPart(string Text, bool IsArgument);
