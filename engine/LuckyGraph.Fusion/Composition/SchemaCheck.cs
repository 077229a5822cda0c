using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>What a change of a schema means to its clients.</summary>
public enum SchemaChangeKind : byte
{
    /// <summary>An operation that was valid may not be any more, or its answer may not fit.</summary>
    Breaking,
    /// <summary>Operations stay valid, but a client may meet what it does not know, or another default.</summary>
    Dangerous,
    /// <summary>No client notices.</summary>
    Compatible,
}

/// <summary>A difference between two versions of a schema.</summary>
/// <param name="Kind">What it means to clients.</param>
/// <param name="Coordinate">The schema coordinate, such as <c>Product.name</c>.</param>
/// <param name="Message">What changed.</param>
public sealed record SchemaChange(SchemaChangeKind Kind, string Coordinate, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Message;
}

/// <summary>What <c>lucky schema check</c> is made of: the differences between texts, and between what clients see.</summary>
public static class SchemaCheck
{
    /// <summary>
    /// The difference between two texts as a unified diff without file headers, three lines of context, cut after
    /// <paramref name="maxLines"/> lines; empty when the texts are equal.
    /// </summary>
    public static string DiffExcerpt(string committed, string actual, int maxLines = 40) => UnifiedDiff.Of(committed, actual, maxLines);

    /// <summary>The changes from a base to a current client schema that break clients, ordered by coordinate.</summary>
    /// <exception cref="GraphQLSyntaxException">One of the texts is not GraphQL.</exception>
    public static ImmutableArray<SchemaChange> BreakingChanges(string baseSdl, string currentSdl)
        => [.. Changes(baseSdl, currentSdl).Where(c => c.Kind == SchemaChangeKind.Breaking)];

    /// <summary>All changes from a base to a current client schema, breaking ones first, then ordered by coordinate.</summary>
    /// <exception cref="GraphQLSyntaxException">One of the texts is not GraphQL.</exception>
    public static ImmutableArray<SchemaChange> Changes(string baseSdl, string currentSdl)
        => new ClientSchemaDiff(Parser.ParseDocument(baseSdl, ParserOptions.Trusted), Parser.ParseDocument(currentSdl, ParserOptions.Trusted)).Changes();
}
