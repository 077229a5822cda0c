using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>What <c>lucky schema check</c> is made of: the differences between texts, and between what clients see.</summary>
public static class SchemaCheck
{
    /// <summary>
    /// The difference between two texts as a unified diff without file headers, three lines of context, cut after
    /// <paramref name="maxLines"/> lines; empty when the texts are equal.
    /// </summary>
    public static string DiffExcerpt(string committed, string actual, int maxLines = 40) => UnifiedDiff.Of(committed, actual, maxLines);

    /// <summary>The changes from a base to a current client schema that break clients, in words, each naming its element; ordered.</summary>
    /// <exception cref="GraphQLSyntaxException">One of the texts is not GraphQL.</exception>
    /// <exception cref="SchemaException">One of the texts is no valid schema.</exception>
    public static ImmutableArray<string> BreakingChanges(string baseSdl, string currentSdl) => Changes(baseSdl, currentSdl, SchemaChangeLevel.Breaking);

    /// <summary>The changes of one level from a base to a current client schema, in words, each naming its element; ordered.</summary>
    /// <exception cref="GraphQLSyntaxException">One of the texts is not GraphQL.</exception>
    /// <exception cref="SchemaException">One of the texts is no valid schema.</exception>
    public static ImmutableArray<string> Changes(string baseSdl, string currentSdl, SchemaChangeLevel level)
        => [.. SchemaDiff.Compare(new SchemaBuilder().AddSdl(baseSdl).Build(), new SchemaBuilder().AddSdl(currentSdl).Build())
            .Where(c => c.Level == level).Select(c => c.Description).Order(StringComparer.Ordinal)];
}
