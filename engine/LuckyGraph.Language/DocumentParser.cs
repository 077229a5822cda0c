using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LuckyGraph.Language;

/// <summary>
/// The state of one parse: the lexer with one token of lookahead, the limits, and a rented stack on which the children of
/// unfinished nodes wait, so that each finished list is one array of its exact size.
/// </summary>
internal ref partial struct DocumentParser
{
    private readonly ParserOptions _options;
    private Lexer _lexer;
    private SyntaxNode?[] _pending;
    private int _pendingCount;
    private int _pendingMost;
    private int _previousEnd;
    private int _tokens;
    private int _depth;

    public DocumentParser(ReadOnlySpan<byte> source, ParserOptions options)
    {
        _options = options;
        _lexer = new Lexer(source);
        _pending = ArrayPool<SyntaxNode?>.Shared.Rent(64);
    }

    /// <summary>Reads the first token.</summary>
    public void Begin() => Advance();

    public readonly void Dispose()
    {
        Array.Clear(_pending, 0, _pendingMost);
        ArrayPool<SyntaxNode?>.Shared.Return(_pending);
    }

    public readonly void ExpectEnd()
    {
        if (_lexer.Kind != TokenKind.EndOfFile)
        {
            throw Expected("<EOF>");
        }
    }

    private void Advance()
    {
        _previousEnd = _lexer.End;
        if (_lexer.MoveNext() && ++_tokens > _options.MaxTokens)
        {
            throw Limit($"The document contains more than {_options.MaxTokens} tokens.");
        }
    }

    private bool Skip(TokenKind kind)
    {
        if (_lexer.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Expect(TokenKind kind)
    {
        if (_lexer.Kind != kind)
        {
            throw Expected(TokenKinds.Describe(kind));
        }

        Advance();
    }

    private readonly bool IsKeyword(ReadOnlySpan<byte> keyword) => _lexer.Kind == TokenKind.Name && _lexer.Text.SequenceEqual(keyword);

    private bool SkipKeyword(ReadOnlySpan<byte> keyword)
    {
        if (!IsKeyword(keyword))
        {
            return false;
        }

        Advance();
        return true;
    }

    private void ExpectKeyword(ReadOnlySpan<byte> keyword)
    {
        if (!SkipKeyword(keyword))
        {
            throw Expected($"\"{Encoding.UTF8.GetString(keyword)}\"");
        }
    }

    private Name ParseName()
    {
        if (_lexer.Kind != TokenKind.Name)
        {
            throw Expected("Name");
        }

        var name = new Name(_lexer.GetValue(), _lexer.Start);
        Advance();
        return name;
    }

    private void Enter()
    {
        if (++_depth > _options.MaxDepth)
        {
            throw Limit($"The document is nested deeper than {_options.MaxDepth} levels.");
        }
    }

    private void Leave() => _depth--;

    private void Push(SyntaxNode node)
    {
        if (_pendingCount == _pending.Length)
        {
            var larger = ArrayPool<SyntaxNode?>.Shared.Rent(_pendingCount * 2);
            Array.Copy(_pending, larger, _pendingCount);
            Array.Clear(_pending, 0, _pendingCount);
            ArrayPool<SyntaxNode?>.Shared.Return(_pending);
            _pending = larger;
        }

        _pending[_pendingCount++] = node;
        _pendingMost = Math.Max(_pendingMost, _pendingCount);
    }

    /// <summary>Takes everything that was pushed since <paramref name="mark"/>; all of it is of the type asked for.</summary>
    private ImmutableArray<T> Pop<T>(int mark) where T : SyntaxNode
    {
        var children = new T[_pendingCount - mark];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = Unsafe.As<T>(_pending[mark + i]!);
        }

        _pendingCount = mark;
        return ImmutableCollectionsMarshal.AsImmutableArray(children);
    }

    private readonly GraphQLSyntaxException Expected(string what) => _lexer.Error(_lexer.Start, $"Expected {what}, found {DescribeToken()}.");

    private readonly GraphQLSyntaxException Unexpected() => _lexer.Error(_lexer.Start, $"Unexpected {DescribeToken()}.");

    private readonly GraphQLSyntaxException Limit(string message)
        => new(message, _lexer.Start, _lexer.Error(_lexer.Start, message).Location) { IsLimitExceeded = true };

    private readonly string DescribeToken()
    {
        var kind = TokenKinds.Describe(_lexer.Kind);
        if (_lexer.Kind < TokenKind.Name)
        {
            return kind;
        }

        var value = _lexer.GetValue();
        return value.Length <= 60 ? $"{kind} \"{value}\"" : $"{kind} \"{value[..(char.IsHighSurrogate(value[59]) ? 59 : 60)]}…\"";
    }
}
