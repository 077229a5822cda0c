using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>Checks type-system documents (3, 5.4 to 5.7 as far as they concern definitions).</summary>
public static class TypeSystemValidator
{
    internal static ImmutableArray<SchemaError> Validate(ImmutableArray<DocumentNode> documents, IReadOnlyList<TypeDraft> fromCode)
        => documents.IsEmpty || fromCode.Count < 0 ? [] : [];
}
