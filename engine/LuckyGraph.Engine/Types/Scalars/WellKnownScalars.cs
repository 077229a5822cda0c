namespace LuckyGraph.Engine.Types;

/// <summary>The scalars that need no definition: those of the specification, and common ones that add themselves when referenced.</summary>
internal static class WellKnownScalars
{
    /// <summary>What is known of a scalar.</summary>
    internal sealed record Entry(ScalarCoercion Coercion, string Description, string? SpecifiedByUrl = null);

    /// <summary>The scalars every schema has (3.5).</summary>
    public static readonly string[] BuiltIn = ["Int", "Float", "String", "Boolean", "ID"];

    private static readonly Dictionary<string, Entry> Entries = new(StringComparer.Ordinal)
    {
        ["Int"] = new(new IntCoercion(), "A signed 32-bit integer."),
        ["Float"] = new(new FloatCoercion(), "A double-precision number as IEEE 754 defines it."),
        ["String"] = new(new StringCoercion(), "Text: a sequence of Unicode characters."),
        ["Boolean"] = new(new BooleanCoercion(), "True or false."),
        ["ID"] = new(new IdCoercion(), "A unique identifier, not meant to be read by people. It is written as a string; integers are accepted as input."),
        ["DateTime"] = new(new DateTimeCoercion(), "An instant: date and time with offset, as RFC 3339 writes it.", "https://scalars.graphql.org/andimarek/date-time.html"),
        ["LocalDate"] = new(new LocalDateCoercion(), "A date without time zone, such as 2026-01-31.", "https://scalars.graphql.org/andimarek/local-date.html"),
        ["UUID"] = new(new UuidCoercion(), "A universally unique identifier in its canonical text form.", "https://www.rfc-editor.org/rfc/rfc9562"),
        ["URL"] = new(new UrlCoercion(), "An absolute URL.", "https://www.rfc-editor.org/rfc/rfc3986"),
        ["Long"] = new(new LongCoercion(), "A signed 64-bit integer."),
        ["Decimal"] = new(new DecimalCoercion(), "An exact decimal number of up to 28 digits."),
        ["JSON"] = new(AnyCoercion.Instance, "Any JSON value.", "https://www.rfc-editor.org/rfc/rfc8259"),
        ["Upload"] = new(new UploadCoercion(), "A file, sent in a multipart request.", "https://github.com/jaydenseric/graphql-multipart-request-spec"),
        ["FieldSelectionSet"] = new(new PlainTextCoercion("FieldSelectionSet"), "A selection of fields without its outer braces."),
        ["FieldSelectionMap"] = new(new PlainTextCoercion("FieldSelectionMap"), "A mapping from fields to an argument."),
    };

    public static Entry? Find(string name) => Entries.GetValueOrDefault(name);

    public static bool IsBuiltIn(string name) => Array.IndexOf(BuiltIn, name) >= 0;
}
