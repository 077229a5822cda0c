using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Composition.Federation;

namespace LuckyGraph.Gateway.Schema;

/// <summary>A supergraph that Apollo's or Hive's tools composed; its subgraphs are composed again.</summary>
internal sealed class SupergraphFile(string path) : ISchemaSource
{
    public string Description => $"The supergraph {path}";

    public string? Stamp() => SourceFile.Stamp(path);

    public async ValueTask<SchemaText> ReadAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp();
        var text = await SourceFile.ReadAsync(path, Description, "", cancellationToken);
        try
        {
            var result = SchemaComposer.ComposeSupergraph(text);
            return result.ExecutionSdl is { } sdl
                ? new SchemaText(sdl, stamp)
                : throw new SchemaSourceException(
                    $"{Description} does not compose:\n{string.Join('\n', result.Findings.Where(static f => f.Severity == CompositionSeverity.Error).Select(static f => "  " + f))}");
        }
        catch (SupergraphException e)
        {
            throw new SchemaSourceException($"{Description} cannot be used. {e.Message}", e);
        }
    }
}
