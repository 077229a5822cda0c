namespace LuckyGraph.Gateway.Schema;

/// <summary>An execution schema that composition wrote to a file.</summary>
internal sealed class ExecutionSchemaFile(string path) : ISchemaSource
{
    public string Description => $"The execution schema {path}";

    public string? Stamp() => SourceFile.Stamp(path);

    public async ValueTask<SchemaText> ReadAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp();
        return new SchemaText(await SourceFile.ReadAsync(path, Description, " Compose it with: lucky schema compose", cancellationToken), stamp);
    }
}
