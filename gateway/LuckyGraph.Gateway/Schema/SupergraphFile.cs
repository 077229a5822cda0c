using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Composition.Federation;

namespace LuckyGraph.Gateway.Schema;

/// <summary>A supergraph that Apollo's or Hive's tools composed: its subgraphs are taken out of it and composed again.</summary>
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
            return new SchemaText(Composed.Sdl(SchemaComposer.ComposeSupergraph(text), $"The subgraphs of the supergraph {path}"), stamp);
        }
        catch (SupergraphException e)
        {
            throw new SchemaSourceException($"{Description} cannot be used: {e.Message}", e);
        }
    }
}
