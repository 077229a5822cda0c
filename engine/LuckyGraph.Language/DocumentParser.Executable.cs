using System.Collections.Immutable;

namespace LuckyGraph.Language;

internal ref partial struct DocumentParser
{
    // 2.2 Document.
    public DocumentNode ParseDocument(ReadOnlyMemory<byte> source)
    {
        var mark = _pendingCount;
        do
        {
            Push(ParseDefinition());
        }
        while (_lexer.Kind != TokenKind.EndOfFile);

        return new DocumentNode { Definitions = Pop<DefinitionNode>(mark), Source = source, Start = 0, End = source.Length };
    }

    private DefinitionNode ParseDefinition()
    {
        var start = _lexer.Start;
        if (_lexer.Kind == TokenKind.LeftBrace)
        {
            var selectionSet = ParseSelectionSet();
            return new OperationDefinitionNode { Operation = OperationKind.Query, SelectionSet = selectionSet, Start = start, End = _previousEnd };
        }

        var description = ParseDescription();
        if (_lexer.Kind == TokenKind.Name)
        {
            var keyword = _lexer.Text;
            switch (keyword[0])
            {
                case (byte)'q' when keyword.SequenceEqual("query"u8): return ParseOperation(start, description, OperationKind.Query);
                case (byte)'m' when keyword.SequenceEqual("mutation"u8): return ParseOperation(start, description, OperationKind.Mutation);
                case (byte)'s' when keyword.SequenceEqual("subscription"u8): return ParseOperation(start, description, OperationKind.Subscription);
                case (byte)'f' when keyword.SequenceEqual("fragment"u8): return ParseFragmentDefinition(start, description);
                case (byte)'e' when keyword.SequenceEqual("extend"u8):
                    if (description is not null)
                    {
                        throw _lexer.Error(description.Start, "Unexpected description, only definitions can have one, extensions cannot.");
                    }

                    Advance();
                    return ParseTypeSystemDefinition(start, null, isExtension: true);
            }
        }
        else if (description is not null && _lexer.Kind == TokenKind.LeftBrace)
        {
            throw _lexer.Error(description.Start, "Unexpected description, a shorthand query cannot have one.");
        }

        return ParseTypeSystemDefinition(start, description, isExtension: false);
    }

    // 2.3 OperationDefinition.
    private OperationDefinitionNode ParseOperation(int start, StringValueNode? description, OperationKind operation)
    {
        Advance();
        Name? name = _lexer.Kind == TokenKind.Name ? ParseName() : null;
        var variables = ParseVariableDefinitions();
        var directives = ParseDirectives(isConst: false);
        var selectionSet = ParseSelectionSet();
        return new OperationDefinitionNode
        {
            Description = description,
            Operation = operation,
            Name = name,
            Variables = variables,
            Directives = directives,
            SelectionSet = selectionSet,
            Start = start,
            End = _previousEnd,
        };
    }

    // 2.10 VariablesDefinition.
    private ImmutableArray<VariableDefinitionNode> ParseVariableDefinitions()
    {
        if (!Skip(TokenKind.LeftParenthesis))
        {
            return [];
        }

        var mark = _pendingCount;
        do
        {
            Push(ParseVariableDefinition());
        }
        while (!Skip(TokenKind.RightParenthesis));

        return Pop<VariableDefinitionNode>(mark);
    }

    private VariableDefinitionNode ParseVariableDefinition()
    {
        var start = _lexer.Start;
        var description = ParseDescription();
        var variable = ParseVariable();
        Expect(TokenKind.Colon);
        var type = ParseType();
        var defaultValue = Skip(TokenKind.EqualsSign) ? ParseValue(isConst: true) : null;
        var directives = ParseDirectives(isConst: true);
        return new VariableDefinitionNode
        {
            Description = description,
            Variable = variable,
            Type = type,
            DefaultValue = defaultValue,
            Directives = directives,
            Start = start,
            End = _previousEnd,
        };
    }

    // 2.4 SelectionSet.
    private SelectionSetNode ParseSelectionSet()
    {
        var start = _lexer.Start;
        Expect(TokenKind.LeftBrace);
        Enter();
        var mark = _pendingCount;
        do
        {
            Push(ParseSelection());
        }
        while (!Skip(TokenKind.RightBrace));

        Leave();
        return new SelectionSetNode { Selections = Pop<SelectionNode>(mark), Start = start, End = _previousEnd };
    }

    /// <summary>A selection set whose braces may be left out, as in <c>@key</c> and <c>@provides</c> arguments.</summary>
    public SelectionSetNode ParseBareSelectionSet()
    {
        if (_lexer.Kind == TokenKind.LeftBrace)
        {
            return ParseSelectionSet();
        }

        var start = _lexer.Start;
        var mark = _pendingCount;
        do
        {
            Push(ParseSelection());
        }
        while (_lexer.Kind != TokenKind.EndOfFile);

        return new SelectionSetNode { Selections = Pop<SelectionNode>(mark), Start = start, End = _previousEnd };
    }

    private SelectionNode ParseSelection() => _lexer.Kind == TokenKind.Spread ? ParseFragment() : ParseField();

    // 2.5 Field and 2.7 Alias.
    private FieldNode ParseField()
    {
        var start = _lexer.Start;
        var name = ParseName();
        Name? alias = null;
        if (Skip(TokenKind.Colon))
        {
            alias = name;
            name = ParseName();
        }

        var arguments = ParseArguments(isConst: false);
        var directives = ParseDirectives(isConst: false);
        var selectionSet = _lexer.Kind == TokenKind.LeftBrace ? ParseSelectionSet() : null;
        return new FieldNode
        {
            Alias = alias,
            Name = name,
            Arguments = arguments,
            Directives = directives,
            SelectionSet = selectionSet,
            Start = start,
            End = _previousEnd,
        };
    }

    // 2.8 FragmentSpread and 2.8.2 InlineFragment. "on" is no fragment name, so it starts a type condition.
    private SelectionNode ParseFragment()
    {
        var start = _lexer.Start;
        Advance();
        var hasCondition = SkipKeyword("on"u8);
        if (!hasCondition && _lexer.Kind == TokenKind.Name)
        {
            var name = ParseName();
            var spreadDirectives = ParseDirectives(isConst: false);
            return new FragmentSpreadNode { Name = name, Directives = spreadDirectives, Start = start, End = _previousEnd };
        }

        var condition = hasCondition ? ParseNamedType() : null;
        var directives = ParseDirectives(isConst: false);
        var selectionSet = ParseSelectionSet();
        return new InlineFragmentNode
        {
            TypeCondition = condition,
            Directives = directives,
            SelectionSet = selectionSet,
            Start = start,
            End = _previousEnd,
        };
    }

    // 2.8 FragmentDefinition.
    private FragmentDefinitionNode ParseFragmentDefinition(int start, StringValueNode? description)
    {
        Advance();
        if (IsKeyword("on"u8))
        {
            throw Unexpected();
        }

        var name = ParseName();
        ExpectKeyword("on"u8);
        var condition = ParseNamedType();
        var directives = ParseDirectives(isConst: false);
        var selectionSet = ParseSelectionSet();
        return new FragmentDefinitionNode
        {
            Description = description,
            Name = name,
            TypeCondition = condition,
            Directives = directives,
            SelectionSet = selectionSet,
            Start = start,
            End = _previousEnd,
        };
    }

    // 2.6 Arguments.
    private ImmutableArray<ArgumentNode> ParseArguments(bool isConst)
    {
        if (!Skip(TokenKind.LeftParenthesis))
        {
            return [];
        }

        var mark = _pendingCount;
        do
        {
            var start = _lexer.Start;
            var name = ParseName();
            Expect(TokenKind.Colon);
            var value = ParseValue(isConst);
            Push(new ArgumentNode { Name = name, Value = value, Start = start, End = _previousEnd });
        }
        while (!Skip(TokenKind.RightParenthesis));

        return Pop<ArgumentNode>(mark);
    }

    // 2.12 Directives.
    public ImmutableArray<DirectiveNode> ParseDirectives(bool isConst)
    {
        if (_lexer.Kind != TokenKind.At)
        {
            return [];
        }

        var mark = _pendingCount;
        do
        {
            var start = _lexer.Start;
            Advance();
            var name = ParseName();
            var arguments = ParseArguments(isConst);
            Push(new DirectiveNode { Name = name, Arguments = arguments, Start = start, End = _previousEnd });
        }
        while (_lexer.Kind == TokenKind.At);

        return Pop<DirectiveNode>(mark);
    }
}
