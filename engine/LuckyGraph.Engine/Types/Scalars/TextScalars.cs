using System.Globalization;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>A scalar that travels as a JSON string with a form of its own.</summary>
/// <param name="name">The scalar's name, for messages.</param>
/// <param name="form">What the text must look like, for messages.</param>
internal abstract class TextCoercion(string name, string form) : ScalarCoercion
{
    protected abstract bool TryParse(string text, out object value);

    protected abstract bool TryWrite(object value, ResponseWriter writer);

    public override object? ParseLiteral(ValueNode literal)
        => literal is StringValueNode text && TryParse(text.Value, out var value) ? value : throw Refuse(ValueText.Of(literal));

    public override object? ParseValue(JsonElement value)
        => value.ValueKind == JsonValueKind.String && TryParse(value.GetString()!, out var parsed) ? parsed : throw Refuse(ValueText.Of(value));

    public override void Write(object value, ResponseWriter writer)
    {
        var text = value as string ?? (value is JsonElement { ValueKind: JsonValueKind.String } element ? element.GetString() : null);
        if (text is not null)
        {
            if (!TryParse(text, out value))
            {
                throw Refuse($"\"{text}\"");
            }
        }

        if (!TryWrite(value, writer))
        {
            throw Refuse(ValueText.OfObject(value));
        }
    }

    private CoercionException Refuse(string found) => new($"{name} cannot represent {found}; it must be {form}.");
}

internal sealed class DateTimeCoercion() : TextCoercion("DateTime", "an RFC 3339 date and time with offset, such as \"2026-01-31T09:30:00Z\"")
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd't'HH:mm:ssK", "yyyy-MM-dd't'HH:mm:ss.FFFFFFFK",
    ];

    protected override bool TryParse(string text, out object value)
    {
        // Without an offset the instant would depend on the server.
        var hasOffset = text.Length > 19 && (text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'));
        var parsed = DateTimeOffset.TryParseExact(
            text.EndsWith('z') ? text[..^1] + "Z" : text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant);
        value = instant;
        return parsed && hasOffset;
    }

    protected override bool TryWrite(object value, ResponseWriter writer)
    {
        switch (value)
        {
            case DateTimeOffset instant: writer.Write(instant); return true;
            case DateTime instant: writer.Write(instant); return true;
            default: return false;
        }
    }
}

internal sealed class LocalDateCoercion() : TextCoercion("LocalDate", "a date such as \"2026-01-31\"")
{
    protected override bool TryParse(string text, out object value)
    {
        var parsed = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        value = date;
        return parsed;
    }

    protected override bool TryWrite(object value, ResponseWriter writer)
    {
        if (value is not DateOnly date)
        {
            return false;
        }

        writer.Write(date);
        return true;
    }
}

internal sealed class UuidCoercion() : TextCoercion("UUID", "a UUID such as \"0197b6a2-7c1e-7d3f-8a4b-5c6d7e8f9a0b\"")
{
    protected override bool TryParse(string text, out object value)
    {
        var parsed = Guid.TryParseExact(text, "D", out var id);
        value = id;
        return parsed;
    }

    protected override bool TryWrite(object value, ResponseWriter writer)
    {
        if (value is not Guid id)
        {
            return false;
        }

        writer.Write(id);
        return true;
    }
}

internal sealed class UrlCoercion() : TextCoercion("URL", "an absolute URL such as \"https://example.com/a\"")
{
    protected override bool TryParse(string text, out object value)
    {
        // A path such as "/a" counts as absolute on Unix; a URL names its scheme.
        var parsed = Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase);
        value = uri!;
        return parsed;
    }

    protected override bool TryWrite(object value, ResponseWriter writer)
    {
        if (value is not Uri { IsAbsoluteUri: true } uri)
        {
            return false;
        }

        writer.Write(uri);
        return true;
    }
}

/// <summary>Text without a form: the selection syntaxes of composite-schema directives.</summary>
internal sealed class PlainTextCoercion(string name) : TextCoercion(name, "a string")
{
    protected override bool TryParse(string text, out object value)
    {
        value = text;
        return true;
    }

    protected override bool TryWrite(object value, ResponseWriter writer)
    {
        if (value is not string text)
        {
            return false;
        }

        writer.Write(text);
        return true;
    }
}
