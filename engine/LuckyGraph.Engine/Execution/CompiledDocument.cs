using System.Collections.Concurrent;
using System.Collections.Immutable;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution;

/// <summary>What is known about a document after its first request: its tree, its verdict, its compiled operations.</summary>
internal sealed class CompiledDocument
{
    private readonly ConcurrentDictionary<string, OperationOrError> _operations = new(StringComparer.Ordinal);
    private readonly Schema _schema;
    private readonly GraphQLRequestOptions _options;
    private OperationOrError? _only;

    private CompiledDocument(Schema schema, GraphQLRequestOptions options)
    {
        _schema = schema;
        _options = options;
    }

    /// <summary>The cache's key.</summary>
    public DocumentKey Key { get; set; }

    /// <summary>The tree; null when the text does not follow the grammar.</summary>
    public DocumentNode? Document { get; private init; }

    /// <summary>Why the document cannot be executed; empty when it can.</summary>
    public ImmutableArray<GraphQLError> Errors { get; private init; } = [];

    /// <summary>The kind of <see cref="Errors"/>.</summary>
    public RequestErrorKind ErrorKind { get; private init; }

    /// <summary>Parses and validates a document.</summary>
    public static CompiledDocument Create(Schema schema, GraphQLRequestOptions options, ReadOnlyMemory<byte> source)
    {
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(source, new ParserOptions { MaxTokens = options.MaxTokens, MaxDepth = options.MaxDepth });
        }
        catch (GraphQLSyntaxException exception)
        {
            var error = new GraphQLError(exception.Message) { Code = exception.IsLimitExceeded ? ErrorCodes.Limit : ErrorCodes.Syntax, Locations = [exception.Location] };
            return new CompiledDocument(schema, options) { Errors = [error], ErrorKind = RequestErrorKind.Syntax };
        }

        var errors = DocumentValidator.Validate(schema, document, options.Validation);
        return new CompiledDocument(schema, options)
        {
            Document = document,
            Errors = errors,
            ErrorKind = errors.IsEmpty ? RequestErrorKind.None : RequestErrorKind.Validation,
        };
    }

    /// <summary>Selects and compiles an operation (6.1 GetOperation).</summary>
    public OperationOrError Operation(string? name)
    {
        if (name is null)
        {
            return _only ??= Compile(null);
        }

        if (_operations.TryGetValue(name, out var known))
        {
            return known;
        }

        var compiled = Compile(name);
        // Only names that exist are remembered: unknown ones come from the client without bound.
        return compiled.Operation is null ? compiled : _operations.GetOrAdd(name, compiled);
    }

    private OperationOrError Compile(string? name)
    {
        OperationDefinitionNode? found = null;
        foreach (var definition in Document!.Definitions)
        {
            if (definition is not OperationDefinitionNode operation || (name is not null && operation.Name?.Value != name))
            {
                continue;
            }

            if (found is not null)
            {
                return OperationError("The document has several operations: name the one to run.");
            }

            found = operation;
        }

        if (found is null)
        {
            return OperationError(name is null ? "The document has no operation." : $"The document has no operation named \"{name}\".");
        }

        if (_schema.RootType(found.Operation) is null)
        {
            return OperationError($"The schema has no {found.Operation.ToString().ToLowerInvariant()} type.");
        }

        try
        {
            return new OperationOrError(new CompiledOperation(_schema, Document, found, _options.MaxSelections), null);
        }
        catch (GraphQLException exception)
        {
            return new OperationOrError(null, exception.Error);
        }
    }

    private static OperationOrError OperationError(string message) => new(null, new GraphQLError(message) { Code = ErrorCodes.Operation });
}

/// <summary>A compiled operation, or why there is none.</summary>
internal sealed record OperationOrError(CompiledOperation? Operation, GraphQLError? Error);
