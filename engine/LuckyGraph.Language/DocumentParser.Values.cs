using System.Collections.Immutable;

namespace LuckyGraph.Language;

internal ref partial struct DocumentParser
{
    // 2.9 Value; the constant form refuses variables.
    public ValueNode ParseValue(bool isConst)
    {
        var start = _lexer.Start;
        switch (_lexer.Kind)
        {
            case TokenKind.LeftBracket:
                return ParseList(isConst);
            case TokenKind.LeftBrace:
                return ParseObject(isConst);
            case TokenKind.Int:
                return new IntValueNode { Value = TakeValue(), Start = start, End = _previousEnd };
            case TokenKind.Float:
                return new FloatValueNode { Value = TakeValue(), Start = start, End = _previousEnd };
            case TokenKind.String or TokenKind.BlockString:
                return ParseString();
            case TokenKind.Name when SkipKeyword("true"u8):
                return new BooleanValueNode { Value = true, Start = start, End = _previousEnd };
            case TokenKind.Name when SkipKeyword("false"u8):
                return new BooleanValueNode { Value = false, Start = start, End = _previousEnd };
            case TokenKind.Name when SkipKeyword("null"u8):
                return new NullValueNode { Start = start, End = _previousEnd };
            case TokenKind.Name:
                return new EnumValueNode { Value = TakeValue(), Start = start, End = _previousEnd };
            case TokenKind.Dollar when !isConst:
                return ParseVariable();
            case TokenKind.Dollar:
                Advance();
                throw _lexer.Error(start, _lexer.Kind == TokenKind.Name
                    ? $"Unexpected variable \"${_lexer.GetValue()}\" in a constant value."
                    : "Unexpected \"$\" in a constant value.");
            default:
                throw Unexpected();
        }
    }

    private string TakeValue()
    {
        var value = _lexer.GetValue();
        Advance();
        return value;
    }

    // 2.10 Variable.
    private VariableNode ParseVariable()
    {
        var start = _lexer.Start;
        Expect(TokenKind.Dollar);
        var name = ParseName();
        return new VariableNode { Name = name, Start = start, End = _previousEnd };
    }

    private StringValueNode ParseString()
    {
        var start = _lexer.Start;
        var isBlock = _lexer.Kind == TokenKind.BlockString;
        var value = TakeValue();
        return new StringValueNode { Value = value, IsBlock = isBlock, Start = start, End = _previousEnd };
    }

    // 2.9.7 ListValue.
    private ListValueNode ParseList(bool isConst)
    {
        var start = _lexer.Start;
        Advance();
        Enter();
        var mark = _pendingCount;
        while (!Skip(TokenKind.RightBracket))
        {
            Push(ParseValue(isConst));
        }

        Leave();
        return new ListValueNode { Values = Pop<ValueNode>(mark), Start = start, End = _previousEnd };
    }

    // 2.9.8 ObjectValue.
    private ObjectValueNode ParseObject(bool isConst)
    {
        var start = _lexer.Start;
        Advance();
        Enter();
        var mark = _pendingCount;
        while (!Skip(TokenKind.RightBrace))
        {
            var fieldStart = _lexer.Start;
            var name = ParseName();
            Expect(TokenKind.Colon);
            var value = ParseValue(isConst);
            Push(new ObjectFieldNode { Name = name, Value = value, Start = fieldStart, End = _previousEnd });
        }

        Leave();
        return new ObjectValueNode { Fields = Pop<ObjectFieldNode>(mark), Start = start, End = _previousEnd };
    }

    // 2.11 Type.
    public TypeNode ParseType()
    {
        var start = _lexer.Start;
        TypeNode type;
        if (Skip(TokenKind.LeftBracket))
        {
            Enter();
            var item = ParseType();
            Expect(TokenKind.RightBracket);
            Leave();
            type = new ListTypeNode { Type = item, Start = start, End = _previousEnd };
        }
        else
        {
            type = ParseNamedType();
        }

        return Skip(TokenKind.Bang) ? new NonNullTypeNode { Type = type, Start = start, End = _previousEnd } : type;
    }

    private NamedTypeNode ParseNamedType()
    {
        var start = _lexer.Start;
        var name = ParseName();
        return new NamedTypeNode { Name = name, Start = start, End = _previousEnd };
    }

    private StringValueNode? ParseDescription()
        => _lexer.Kind is TokenKind.String or TokenKind.BlockString ? ParseString() : null;

    private ImmutableArray<NamedTypeNode> ParseNamedTypes(TokenKind separator)
    {
        // A leading separator is allowed (3.6 ImplementsInterfaces, 3.8 UnionMemberTypes).
        Skip(separator);
        var mark = _pendingCount;
        do
        {
            Push(ParseNamedType());
        }
        while (Skip(separator));

        return Pop<NamedTypeNode>(mark);
    }
}
