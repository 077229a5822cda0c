namespace LuckyGraph.Gateway.Schema;

/// <summary>A supergraph that Apollo's or Hive's tools composed.</summary>
internal sealed class SupergraphFile(string path) : ISchemaSource
{
    public string Description => $"The supergraph {path}";

    public string? Stamp() => SourceFile.Stamp(path);

    public async ValueTask<SchemaText> ReadAsync(CancellationToken cancellationToken)
    {
        await SourceFile.ReadAsync(path, Description, "", cancellationToken);
        throw new SchemaSourceException($"{Description} cannot be used: this gateway does not read supergraphs yet. List the subgraphs instead: --subgraphs FILE");
    }
}
