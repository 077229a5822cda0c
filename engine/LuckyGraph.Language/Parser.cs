using System.Collections.Immutable;
using System.Text;

namespace LuckyGraph.Language;

/// <summary>Limits that protect a public endpoint from hostile documents.</summary>
public sealed record ParserOptions
{
    /// <summary>The defaults.</summary>
    public static readonly ParserOptions Default = new();

    /// <summary>For schemas and other trusted text: no token limit.</summary>
    public static readonly ParserOptions Trusted = new() { MaxTokens = int.MaxValue };

    /// <summary>Most tokens in one document (comments excluded, end of file excluded). Default 20,000.</summary>
    public int MaxTokens { get; init; } = 20_000;

    /// <summary>Deepest nesting of selection sets, lists, objects and list types. Default 200.</summary>
    public int MaxDepth { get; init; } = 200;
}

/// <summary>Recursive-descent parser for the whole September 2025 grammar over UTF-8 bytes.</summary>
public static class Parser
{
    /// <summary>Parses a document. The bytes are kept by the tree for error locations.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a document, or a limit is exceeded.</exception>
    public static DocumentNode ParseDocument(ReadOnlyMemory<byte> source, ParserOptions? options = null)
    {
        var parser = new DocumentParser(source.Span, options ?? ParserOptions.Default);
        try
        {
            parser.Begin();
            return parser.ParseDocument(source);
        }
        finally
        {
            parser.Dispose();
        }
    }

    /// <summary>Parses a document.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a document, or a limit is exceeded.</exception>
    public static DocumentNode ParseDocument(string source, ParserOptions? options = null)
        => ParseDocument(Encoding.UTF8.GetBytes(source), options);

    /// <summary>Parses one value; with <paramref name="isConst"/> variables are refused.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a value.</exception>
    public static ValueNode ParseValue(string source, bool isConst = false)
    {
        var parser = new DocumentParser(Encoding.UTF8.GetBytes(source), ParserOptions.Trusted);
        try
        {
            parser.Begin();
            var value = parser.ParseValue(isConst);
            parser.ExpectEnd();
            return value;
        }
        finally
        {
            parser.Dispose();
        }
    }

    /// <summary>Parses a type reference such as <c>[String!]!</c>.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a type reference.</exception>
    public static TypeNode ParseType(string source)
    {
        var parser = new DocumentParser(Encoding.UTF8.GetBytes(source), ParserOptions.Trusted);
        try
        {
            parser.Begin();
            var type = parser.ParseType();
            parser.ExpectEnd();
            return type;
        }
        finally
        {
            parser.Dispose();
        }
    }

    /// <summary>Parses the directives of a type-system location, such as <c>@lookup @cost(weight: "2")</c>; all constants.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a list of directives.</exception>
    public static ImmutableArray<DirectiveNode> ParseDirectives(string source)
    {
        var parser = new DocumentParser(Encoding.UTF8.GetBytes(source), ParserOptions.Trusted);
        try
        {
            parser.Begin();
            var directives = parser.ParseDirectives(isConst: true);
            parser.ExpectEnd();
            return directives;
        }
        finally
        {
            parser.Dispose();
        }
    }

    /// <summary>Parses a selection set with or without its braces, such as <c>id seller { id }</c>.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a selection set.</exception>
    public static SelectionSetNode ParseSelectionSet(string source)
    {
        var parser = new DocumentParser(Encoding.UTF8.GetBytes(source), ParserOptions.Trusted);
        try
        {
            parser.Begin();
            var selectionSet = parser.ParseBareSelectionSet();
            parser.ExpectEnd();
            return selectionSet;
        }
        finally
        {
            parser.Dispose();
        }
    }
}
