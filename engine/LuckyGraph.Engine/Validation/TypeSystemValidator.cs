using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation.TypeSystem;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>
/// Validates type-system documents: unique names, known types and directives, extensions of what exists. What a whole
/// schema must keep (section 3) is checked by <see cref="SchemaValidator"/>.
/// </summary>
public static class TypeSystemValidator
{
    /// <summary>Every error of a document that stands alone, or that extends a schema.</summary>
    public static ImmutableArray<SchemaError> Validate(DocumentNode document, Schema? extends = null)
        => Validate([document], new TypeSystemContext([document], extends is null ? new ExistingDefinitions() : ExistingDefinitions.Of(extends), extends is not null));

    internal static ImmutableArray<SchemaError> Validate(ImmutableArray<DocumentNode> documents, IReadOnlyList<TypeDraft> fromCode)
        => documents.IsEmpty ? [] : Validate(documents, new TypeSystemContext(documents, ExistingDefinitions.Of(fromCode), false));

    private static ImmutableArray<SchemaError> Validate(ImmutableArray<DocumentNode> documents, TypeSystemContext context)
    {
        TypeSystemRule[] rules =
        [
            new LoneSchemaDefinition(context),
            new UniqueOperationTypes(context),
            new UniqueTypeNames(context),
            new UniqueEnumValueNames(context),
            new UniqueFieldDefinitionNames(context),
            new UniqueArgumentDefinitionNames(context),
            new UniqueDirectiveNames(context),
            new KnownTypeNames(context),
            new KnownDirectives(context),
            new UniqueDirectivesPerLocation(context),
            new PossibleTypeExtensions(context),
            new KnownArgumentNamesOnDirectives(context),
            new UniqueArgumentNames(context),
            new UniqueInputFieldNames(context),
            new ProvidedRequiredArgumentsOnDirectives(context),
        ];
        foreach (var rule in rules)
        {
            foreach (var document in documents)
            {
                context.Current = document;
                foreach (var definition in document.Definitions)
                {
                    rule.Definition(definition);
                }
            }
        }

        return context.Errors;
    }
}
