using System.Collections.Frozen;
using System.Collections.Immutable;

namespace LuckyGraph.Language;

internal ref partial struct DocumentParser
{
    // 3.13 ExecutableDirectiveLocation and TypeSystemDirectiveLocation.
    private static readonly FrozenSet<string> s_directiveLocations = FrozenSet.Create(
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION",
        "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION");

    // 3.1 TypeSystemDefinition and 3.2.2 TypeSystemExtension; the current token is the keyword.
    private DefinitionNode ParseTypeSystemDefinition(int start, StringValueNode? description, bool isExtension)
    {
        if (_lexer.Kind == TokenKind.Name)
        {
            var keyword = _lexer.Text;
            switch (keyword[0])
            {
                case (byte)'t' when keyword.SequenceEqual("type"u8): return ParseObjectType(start, description, isExtension);
                case (byte)'i' when keyword.SequenceEqual("input"u8): return ParseInputObjectType(start, description, isExtension);
                case (byte)'i' when keyword.SequenceEqual("interface"u8): return ParseInterfaceType(start, description, isExtension);
                case (byte)'e' when keyword.SequenceEqual("enum"u8): return ParseEnumType(start, description, isExtension);
                case (byte)'u' when keyword.SequenceEqual("union"u8): return ParseUnionType(start, description, isExtension);
                case (byte)'s' when keyword.SequenceEqual("scalar"u8): return ParseScalarType(start, description, isExtension);
                case (byte)'s' when keyword.SequenceEqual("schema"u8): return ParseSchema(start, description, isExtension);
                case (byte)'d' when !isExtension && keyword.SequenceEqual("directive"u8): return ParseDirectiveDefinition(start, description);
            }

            if (description is not null)
            {
                throw _lexer.Error(description.Start, "Unexpected description, only definitions can have one.");
            }
        }

        throw Unexpected();
    }

    /// <summary>An extension must add something (3.3.2, 3.5.3, 3.6.3, ...); what it lacks was expected at the current token.</summary>
    private readonly void RequireContent(bool isExtension, bool hasContent)
    {
        if (isExtension && !hasContent)
        {
            throw Unexpected();
        }
    }

    // 3.3 SchemaDefinition.
    private SchemaDefinitionNode ParseSchema(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var directives = ParseDirectives(isConst: true);
        ImmutableArray<OperationTypeNode> operationTypes = [];
        if (!isExtension || _lexer.Kind == TokenKind.LeftBrace)
        {
            Expect(TokenKind.LeftBrace);
            var mark = _pendingCount;
            do
            {
                var operationStart = _lexer.Start;
                var operation = ParseOperationKind();
                Expect(TokenKind.Colon);
                var type = ParseNamedType();
                Push(new OperationTypeNode { Operation = operation, Type = type, Start = operationStart, End = _previousEnd });
            }
            while (!Skip(TokenKind.RightBrace));

            operationTypes = Pop<OperationTypeNode>(mark);
        }

        RequireContent(isExtension, directives.Length + operationTypes.Length > 0);
        return new SchemaDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Directives = directives,
            OperationTypes = operationTypes,
            Start = start,
            End = _previousEnd,
        };
    }

    private OperationKind ParseOperationKind()
    {
        if (_lexer.Kind != TokenKind.Name)
        {
            throw Expected("Name");
        }

        return SkipKeyword("query"u8) ? OperationKind.Query
            : SkipKeyword("mutation"u8) ? OperationKind.Mutation
            : SkipKeyword("subscription"u8) ? OperationKind.Subscription
            : throw Unexpected();
    }

    // 3.5 ScalarTypeDefinition.
    private ScalarTypeDefinitionNode ParseScalarType(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var name = ParseName();
        var directives = ParseDirectives(isConst: true);
        RequireContent(isExtension, directives.Length > 0);
        return new ScalarTypeDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Name = name,
            Directives = directives,
            Start = start,
            End = _previousEnd,
        };
    }

    // 3.6 ObjectTypeDefinition.
    private ObjectTypeDefinitionNode ParseObjectType(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var name = ParseName();
        ImmutableArray<NamedTypeNode> interfaces = SkipKeyword("implements"u8) ? ParseNamedTypes(TokenKind.Ampersand) : [];
        var directives = ParseDirectives(isConst: true);
        var fields = ParseFieldDefinitions();
        RequireContent(isExtension, interfaces.Length + directives.Length + fields.Length > 0);
        return new ObjectTypeDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Name = name,
            Interfaces = interfaces,
            Directives = directives,
            Fields = fields,
            Start = start,
            End = _previousEnd,
        };
    }

    // 3.7 InterfaceTypeDefinition.
    private InterfaceTypeDefinitionNode ParseInterfaceType(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var name = ParseName();
        ImmutableArray<NamedTypeNode> interfaces = SkipKeyword("implements"u8) ? ParseNamedTypes(TokenKind.Ampersand) : [];
        var directives = ParseDirectives(isConst: true);
        var fields = ParseFieldDefinitions();
        RequireContent(isExtension, interfaces.Length + directives.Length + fields.Length > 0);
        return new InterfaceTypeDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Name = name,
            Interfaces = interfaces,
            Directives = directives,
            Fields = fields,
            Start = start,
            End = _previousEnd,
        };
    }

    // 3.6 FieldsDefinition.
    private ImmutableArray<FieldDefinitionNode> ParseFieldDefinitions()
    {
        if (!Skip(TokenKind.LeftBrace))
        {
            return [];
        }

        var mark = _pendingCount;
        do
        {
            var start = _lexer.Start;
            var description = ParseDescription();
            var name = ParseName();
            var arguments = ParseInputValues(TokenKind.LeftParenthesis, TokenKind.RightParenthesis);
            Expect(TokenKind.Colon);
            var type = ParseType();
            var directives = ParseDirectives(isConst: true);
            Push(new FieldDefinitionNode
            {
                Description = description,
                Name = name,
                Arguments = arguments,
                Type = type,
                Directives = directives,
                Start = start,
                End = _previousEnd,
            });
        }
        while (!Skip(TokenKind.RightBrace));

        return Pop<FieldDefinitionNode>(mark);
    }

    // 3.6.1 ArgumentsDefinition and 3.10 InputFieldsDefinition.
    private ImmutableArray<InputValueDefinitionNode> ParseInputValues(TokenKind open, TokenKind close)
    {
        if (!Skip(open))
        {
            return [];
        }

        var mark = _pendingCount;
        do
        {
            var start = _lexer.Start;
            var description = ParseDescription();
            var name = ParseName();
            Expect(TokenKind.Colon);
            var type = ParseType();
            var defaultValue = Skip(TokenKind.EqualsSign) ? ParseValue(isConst: true) : null;
            var directives = ParseDirectives(isConst: true);
            Push(new InputValueDefinitionNode
            {
                Description = description,
                Name = name,
                Type = type,
                DefaultValue = defaultValue,
                Directives = directives,
                Start = start,
                End = _previousEnd,
            });
        }
        while (!Skip(close));

        return Pop<InputValueDefinitionNode>(mark);
    }

    // 3.8 UnionTypeDefinition.
    private UnionTypeDefinitionNode ParseUnionType(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var name = ParseName();
        var directives = ParseDirectives(isConst: true);
        ImmutableArray<NamedTypeNode> types = Skip(TokenKind.EqualsSign) ? ParseNamedTypes(TokenKind.Pipe) : [];
        RequireContent(isExtension, directives.Length + types.Length > 0);
        return new UnionTypeDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Name = name,
            Directives = directives,
            Types = types,
            Start = start,
            End = _previousEnd,
        };
    }

    // 3.9 EnumTypeDefinition.
    private EnumTypeDefinitionNode ParseEnumType(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var name = ParseName();
        var directives = ParseDirectives(isConst: true);
        ImmutableArray<EnumValueDefinitionNode> values = [];
        if (Skip(TokenKind.LeftBrace))
        {
            var mark = _pendingCount;
            do
            {
                Push(ParseEnumValue());
            }
            while (!Skip(TokenKind.RightBrace));

            values = Pop<EnumValueDefinitionNode>(mark);
        }

        RequireContent(isExtension, directives.Length + values.Length > 0);
        return new EnumTypeDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Name = name,
            Directives = directives,
            Values = values,
            Start = start,
            End = _previousEnd,
        };
    }

    private EnumValueDefinitionNode ParseEnumValue()
    {
        var start = _lexer.Start;
        var description = ParseDescription();
        if (IsKeyword("true"u8) || IsKeyword("false"u8) || IsKeyword("null"u8))
        {
            throw _lexer.Error(_lexer.Start, $"Name \"{_lexer.GetValue()}\" is reserved and cannot be used for an enum value.");
        }

        var name = ParseName();
        var directives = ParseDirectives(isConst: true);
        return new EnumValueDefinitionNode { Description = description, Name = name, Directives = directives, Start = start, End = _previousEnd };
    }

    // 3.10 InputObjectTypeDefinition.
    private InputObjectTypeDefinitionNode ParseInputObjectType(int start, StringValueNode? description, bool isExtension)
    {
        Advance();
        var name = ParseName();
        var directives = ParseDirectives(isConst: true);
        var fields = ParseInputValues(TokenKind.LeftBrace, TokenKind.RightBrace);
        RequireContent(isExtension, directives.Length + fields.Length > 0);
        return new InputObjectTypeDefinitionNode
        {
            Description = description,
            IsExtension = isExtension,
            Name = name,
            Directives = directives,
            Fields = fields,
            Start = start,
            End = _previousEnd,
        };
    }

    // 3.13 DirectiveDefinition.
    private DirectiveDefinitionNode ParseDirectiveDefinition(int start, StringValueNode? description)
    {
        Advance();
        Expect(TokenKind.At);
        var name = ParseName();
        var arguments = ParseInputValues(TokenKind.LeftParenthesis, TokenKind.RightParenthesis);
        var isRepeatable = SkipKeyword("repeatable"u8);
        ExpectKeyword("on"u8);
        Skip(TokenKind.Pipe);
        var locations = ImmutableArray.CreateBuilder<Name>();
        do
        {
            if (_lexer.Kind == TokenKind.Name && !s_directiveLocations.Contains(_lexer.GetValue()))
            {
                throw Unexpected();
            }

            locations.Add(ParseName());
        }
        while (Skip(TokenKind.Pipe));

        return new DirectiveDefinitionNode
        {
            Description = description,
            Name = name,
            Arguments = arguments,
            IsRepeatable = isRepeatable,
            Locations = locations.DrainToImmutable(),
            Start = start,
            End = _previousEnd,
        };
    }
}
