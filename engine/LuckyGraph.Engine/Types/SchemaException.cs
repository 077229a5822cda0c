using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>One reason why a schema is not valid.</summary>
/// <param name="Message">What is wrong and how to mend it, naming the type and field.</param>
/// <param name="Nodes">The syntax it concerns, when the schema comes from SDL.</param>
public sealed record SchemaError(string Message, ImmutableArray<SyntaxNode> Nodes)
{
    /// <summary>Where, in the document that each node came from.</summary>
    public ImmutableArray<SourceLocation> Locations { get; init; } = [];

    /// <summary>The rule it breaks, by the name graphql-js gives it; null for rules of section 3.</summary>
    public string? Rule { get; init; }

    /// <inheritdoc />
    public override string ToString() => Locations.IsEmpty ? Message : $"{Message} ({Locations[0].Line}:{Locations[0].Column})";
}

/// <summary>Thrown when definitions do not make a valid schema.</summary>
public sealed class SchemaException(ImmutableArray<SchemaError> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Every error found.</summary>
    public ImmutableArray<SchemaError> Errors { get; } = errors;
}
