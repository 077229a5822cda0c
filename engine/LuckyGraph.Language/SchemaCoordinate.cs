using System.Text;

namespace LuckyGraph.Language;

/// <summary>
/// Names one element of a schema (GraphQL September 2025, 2.13): <c>Type</c>, <c>Type.member</c>, <c>Type.field(argument:)</c>,
/// <c>@directive</c> or <c>@directive(argument:)</c>.
/// </summary>
/// <param name="Name">The name of the type or, with <paramref name="IsDirective"/>, of the directive.</param>
/// <param name="IsDirective">Whether the coordinate names a directive or a directive's argument.</param>
/// <param name="MemberName">The field, input field or enum value of a type, if named.</param>
/// <param name="ArgumentName">The argument of the field or directive, if named.</param>
public sealed record SchemaCoordinate(string Name, bool IsDirective = false, string? MemberName = null, string? ArgumentName = null)
{
    /// <summary>Parses a coordinate; no white space is allowed in it.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a schema coordinate.</exception>
    public static SchemaCoordinate Parse(string coordinate)
    {
        var reader = new Reader(Encoding.UTF8.GetBytes(coordinate));
        var isDirective = reader.Skip('@');
        var name = reader.ReadName();
        var member = !isDirective && reader.Skip('.') ? reader.ReadName() : null;
        string? argument = null;
        if ((isDirective || member is not null) && reader.Skip('('))
        {
            argument = reader.ReadName();
            reader.Expect(':');
            reader.Expect(')');
        }

        reader.ExpectEnd();
        return new SchemaCoordinate(name, isDirective, member, argument);
    }

    /// <summary>The coordinate as it is written.</summary>
    public override string ToString()
    {
        var owner = IsDirective ? $"@{Name}" : MemberName is null ? Name : $"{Name}.{MemberName}";
        return ArgumentName is null ? owner : $"{owner}({ArgumentName}:)";
    }

    private ref struct Reader(ReadOnlySpan<byte> source)
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private int _position;

        public bool Skip(char punctuator)
        {
            if (_position >= _source.Length || _source[_position] != punctuator)
            {
                return false;
            }

            _position++;
            return true;
        }

        public void Expect(char punctuator)
        {
            if (!Skip(punctuator))
            {
                throw Error($"Expected \"{punctuator}\"");
            }
        }

        public string ReadName()
        {
            var start = _position;
            while (_position < _source.Length
                && (Lexer.IsNameStart(_source[_position]) || (_position > start && char.IsAsciiDigit((char)_source[_position]))))
            {
                _position++;
            }

            return _position > start ? NameTable.Get(_source[start.._position]) : throw Error("Expected Name");
        }

        public readonly void ExpectEnd()
        {
            if (_position < _source.Length)
            {
                throw Error("Expected <EOF>");
            }
        }

        private readonly GraphQLSyntaxException Error(string expected)
        {
            var found = "<EOF>";
            if (_position < _source.Length)
            {
                Rune.DecodeFromUtf8(_source[_position..], out var rune, out _);
                found = rune.Value is > 0x20 and < 0x7F ? $"\"{rune}\"" : $"U+{rune.Value:X4}";
            }

            return new GraphQLSyntaxException($"{expected}, found {found} in a schema coordinate.", _position, SourceLocation.Of(_source, _position));
        }
    }
}
