using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>Thrown for text that is not a field selection map; the message says what was expected at which character.</summary>
public sealed class SelectedValueSyntaxException(string message, int offset) : Exception(message)
{
    /// <summary>0-based character offset in the text.</summary>
    public int Offset { get; } = offset;
}

/// <summary>Parses the language of <c>FieldSelectionMap</c> (Composite Schemas, Appendix A).</summary>
public ref struct SelectedValueParser
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<char> _text;
    private int _position;
    private int _depth;

    private SelectedValueParser(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Parses one selected value, such as <c>{ id } | { addressId: address.id }</c>.</summary>
    /// <exception cref="SelectedValueSyntaxException">The text does not follow the grammar or nests deeper than 64 levels.</exception>
    public static SelectedValue Parse(string text)
    {
        var parser = new SelectedValueParser(text);
        var value = parser.ParseValue();
        parser.SkipIgnored();
        if (parser._position < text.Length)
        {
            throw parser.Unexpected("the end of the selection");
        }

        return value;
    }

    private SelectedValue ParseValue()
    {
        if (++_depth > MaxDepth)
        {
            throw new SelectedValueSyntaxException($"The selection nests deeper than {MaxDepth} levels.", _position);
        }

        var first = ParseAlternative();
        if (!Skip('|'))
        {
            _depth--;
            return first;
        }

        var alternatives = ImmutableArray.CreateBuilder<SelectedValue>();
        alternatives.Add(first);
        do
        {
            alternatives.Add(ParseAlternative());
        }
        while (Skip('|'));
        _depth--;
        return new SelectedChoice(alternatives.ToImmutable());
    }

    private SelectedValue ParseAlternative()
    {
        switch (Peek())
        {
            case '{':
                return ParseObject(null);
            case '[':
                return ParseList(null);
        }

        string? rootType = null;
        var segments = ImmutableArray.CreateBuilder<PathSegment>();
        if (Peek() == '<')
        {
            rootType = ParseTypeCondition();
            Expect('.', "\".\" after the type condition");
            if (Peek() == '{')
            {
                return ParseObject(new FieldPath(rootType, []));
            }
        }

        while (true)
        {
            var name = ParseName("a field name");
            var arguments = Peek() == '(' ? ParseArguments() : null;
            var condition = Peek() == '<' ? ParseTypeCondition() : null;
            segments.Add(new PathSegment(name, condition, arguments));
            switch (Peek())
            {
                case '[':
                    return ParseList(new FieldPath(rootType, segments.ToImmutable()));
                case '.':
                    _position++;
                    if (Peek() == '{')
                    {
                        return ParseObject(new FieldPath(rootType, segments.ToImmutable()));
                    }

                    break;
                default:
                    if (condition is not null)
                    {
                        throw Unexpected("\".\" after the type condition");
                    }

                    return new SelectedPath(new FieldPath(rootType, segments.ToImmutable()));
            }
        }
    }

    private SelectedObject ParseObject(FieldPath? prefix)
    {
        Expect('{', "\"{\"");
        var fields = ImmutableArray.CreateBuilder<SelectedField>();
        while (Peek() != '}')
        {
            var name = ParseName(fields.Count == 0 ? "an input field name" : "an input field name or \"}\"");
            fields.Add(new SelectedField(name, Skip(':') ? ParseValue() : new SelectedPath(new FieldPath(null, [new PathSegment(name)]))));
        }

        if (fields.Count == 0)
        {
            throw Unexpected("an input field name");
        }

        _position++;
        return new SelectedObject(prefix, fields.ToImmutable());
    }

    private SelectedList ParseList(FieldPath? prefix)
    {
        Expect('[', "\"[\"");
        var element = ParseValue();
        Expect(']', "\"]\"");
        return new SelectedList(prefix, element);
    }

    private string ParseTypeCondition()
    {
        Expect('<', "\"<\"");
        var name = ParseName("a type name");
        Expect('>', "\">\"");
        return name;
    }

    // Arguments are GraphQL's own, so GraphQL's parser reads them; without variables, for there is nothing to bind them to.
    private string ParseArguments()
    {
        var start = _position;
        var (depth, quoted) = (0, false);
        do
        {
            switch (_position < _text.Length ? _text[_position] : throw Unexpected("\")\""))
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted:
                    _position++;
                    break;
                case '(' when !quoted:
                    depth++;
                    break;
                case ')' when !quoted:
                    depth--;
                    break;
                case '$' when !quoted:
                    throw Unexpected("a constant");
            }

            _position++;
        }
        while (depth > 0);
        try
        {
            var field = (FieldNode)Parser.ParseSelectionSet($"{{_{_text[start..Math.Min(_position, _text.Length)]}}}").Selections[0];
            return string.Join(',', field.Arguments.Select(a => $"{a.Name.Value}:{Printer.PrintCompact(a.Value)}"));
        }
        catch (GraphQLSyntaxException e)
        {
            throw new SelectedValueSyntaxException($"The arguments at character {start + 1} of \"{_text}\" are malformed: {e.Message}", start);
        }
    }

    private string ParseName(string expected)
    {
        SkipIgnored();
        var start = _position;
        while (_position < _text.Length
            && (char.IsAsciiLetter(_text[_position]) || _text[_position] == '_' || (_position > start && char.IsAsciiDigit(_text[_position]))))
        {
            _position++;
        }

        return _position > start ? _text[start.._position].ToString() : throw Unexpected(expected);
    }

    private void Expect(char character, string expected)
    {
        if (!Skip(character))
        {
            throw Unexpected(expected);
        }
    }

    private bool Skip(char character)
    {
        if (Peek() != character)
        {
            return false;
        }

        _position++;
        return true;
    }

    private char Peek()
    {
        SkipIgnored();
        return _position < _text.Length ? _text[_position] : '\0';
    }

    private void SkipIgnored()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t' or '\r' or '\n' or ',')
        {
            _position++;
        }
    }

    private readonly SelectedValueSyntaxException Unexpected(string expected)
        => new(
            _position < _text.Length
                ? $"Expected {expected} at character {_position + 1} of \"{_text}\", found \"{_text[_position]}\"."
                : $"Expected {expected} at the end of \"{_text}\".",
            _position);
}
