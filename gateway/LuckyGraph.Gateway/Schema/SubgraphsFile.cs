using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Gateway.Schema;

/// <summary>
/// A JSON list of subgraphs, composed when it is read. SDL that the list does not hold is asked from the subgraphs themselves.
/// </summary>
internal sealed class SubgraphsFile(string path, GatewaySettings settings) : ISchemaSource
{
    private IReadOnlyList<string> _files = [];

    public string Description => $"The subgraphs of {path}";

    // A changed SDL file counts as a change of the list that names it.
    public string? Stamp() => Stamp(SourceFile.Stamp(path));

    private string? Stamp(string? list)
        => list is null ? null : string.Join('|', [list, .. _files.Select(static file => SourceFile.Stamp(file) ?? "-")]);

    public async ValueTask<SchemaText> ReadAsync(CancellationToken cancellationToken)
    {
        var listStamp = SourceFile.Stamp(path);
        var entries = SubgraphList.Parse(await SourceFile.ReadAsync(path, $"The list of subgraphs {path}", "", cancellationToken), path);
        _files = [.. entries.Select(static e => e.File).OfType<string>()];
        var stamp = Stamp(listStamp);
        var sources = await Task.WhenAll(entries.Select(entry => ReadAsync(entry, cancellationToken)));
        return new SchemaText(Composed.Sdl(SchemaComposer.Compose(sources), Description), stamp);
    }

    private async Task<SourceSchemaInput> ReadAsync(SubgraphEntry entry, CancellationToken cancellationToken)
    {
        var url = settings.HasSourceUrl(entry.Name) || entry.Url is not null
            ? settings.SourceUrl(entry.Name, entry.Url)
            : throw new SchemaSourceException($"{path}: the subgraph \"{entry.Name}\" has no url.");
        var text = entry.File is { } file ? await SourceFile.ReadAsync(file, $"The SDL of the subgraph \"{entry.Name}\" in {file}", "", cancellationToken) : entry.Sdl;
        var source = text is null ? await AskAsync(entry.Name, url, cancellationToken) : new SourceSchemaInput(entry.Name, text);
        return source with { Url = entry.Url, Kind = entry.Kind ?? source.Kind, Capabilities = CapabilitiesOf(entry) };
    }

    private async Task<SourceSchemaInput> AskAsync(string name, Uri url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = settings.SourceTimeout(name),
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
        try
        {
            return await SubgraphIntrospection.LoadAsync(client, name, url, cancellationToken);
        }
        catch (SubgraphIntrospectionException e)
        {
            throw new SchemaSourceException($"{e.Message} Its SDL may be given as well: \"file\": \"{name}.graphql\".", e);
        }
    }

    // What a foreign server does not say it understands, it is not sent.
    private SourceCapabilities CapabilitiesOf(SubgraphEntry entry)
    {
        if (entry.Capabilities is not { } names)
        {
            return SourceCapabilities.ServerSentEvents;
        }

        var capabilities = SourceCapabilities.None;
        foreach (var name in names)
        {
            capabilities |= name switch
            {
                "variableBatching" => SourceCapabilities.VariableBatching,
                "requestBatching" => SourceCapabilities.RequestBatching,
                "serverSentEvents" => SourceCapabilities.ServerSentEvents,
                "webSocket" => SourceCapabilities.WebSocket,
                _ => throw new SchemaSourceException(
                    $"{path} (\"{entry.Name}\"): \"{name}\" is no capability. There are variableBatching, requestBatching, serverSentEvents and webSocket."),
            };
        }

        return capabilities;
    }
}
