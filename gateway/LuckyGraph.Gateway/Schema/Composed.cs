using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Gateway.Schema;

/// <summary>What composition made of a source.</summary>
internal static class Composed
{
    /// <summary>The text of the execution schema.</summary>
    /// <exception cref="SchemaSourceException">There is none; the message lists the errors with their codes.</exception>
    public static string Sdl(CompositionResult result, string description)
        => result.ExecutionSdl ?? throw new SchemaSourceException(
            $"{description} do not compose:\n{string.Join('\n', result.Findings.Where(static f => f.Severity == CompositionSeverity.Error).Select(static f => "  " + f))}");
}
