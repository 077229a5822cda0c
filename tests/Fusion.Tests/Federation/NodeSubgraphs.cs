using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>People's own Federation servers: <c>@apollo/subgraph</c> and graphql-yoga from npm, in one Node process for all tests.</summary>
internal static class NodeSubgraphs
{
    private static readonly Lazy<Task<int>> Port = new(StartAsync);

    public static HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Where a subgraph of a scenario answers.</summary>
    public static async Task<Uri> UrlAsync(string scenario, string subgraph) => new($"http://127.0.0.1:{await Port.Value}/{scenario}/{subgraph}");

    /// <summary>The schemas of a scenario's subgraphs, as they tell them themselves.</summary>
    public static async Task<SourceSchemaInput[]> LoadAsync(string scenario, params string[] subgraphs)
    {
        var loaded = new SourceSchemaInput[subgraphs.Length];
        for (var i = 0; i < loaded.Length; i++)
        {
            loaded[i] = await SubgraphIntrospection.LoadAsync(Http, subgraphs[i], await UrlAsync(scenario, subgraphs[i]));
        }

        return loaded;
    }

    /// <summary>Composes the subgraphs of a scenario by npm's <c>@apollo/composition</c>.</summary>
    public static async Task<string> SupergraphAsync(string scenario)
    {
        var url = new Uri($"http://127.0.0.1:{await Port.Value}/{scenario}/_supergraph");
        var text = await (await Http.PostAsync(url, new StringContent("{}"))).Content.ReadAsStringAsync();
        Assert.StartsWith("schema", text, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The bodies that a scenario's subgraphs got since this was last asked, without introspection.</summary>
    public static async Task<IReadOnlyList<(string Subgraph, JsonElement Body)>> RequestsAsync(string scenario)
    {
        var text = await Http.GetStringAsync(new Uri($"http://127.0.0.1:{await Port.Value}/{scenario}/_requests"));
        return [.. JsonDocument.Parse(text).RootElement.EnumerateArray()
            .Where(r => !r.GetProperty("query").GetString()!.Contains("_service", StringComparison.Ordinal))
            .Select(r => (r.GetProperty("subgraph").GetString()!, r))];
    }

    private static async Task<int> StartAsync()
    {
        var sources = new DirectoryInfo(AppContext.BaseDirectory);
        while (sources is not null && !File.Exists(Path.Combine(sources.FullName, "LuckyGraph.sln")))
        {
            sources = sources.Parent;
        }

        var folder = Path.Combine(sources!.FullName, "tests", "Fusion.Tests", "Federation", "subgraphs");
        var marker = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (!File.Exists(marker) || File.GetLastWriteTimeUtc(marker) < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            await RunAsync("npm", ["ci", "--no-progress", "--no-audit", "--no-fund"], folder);
        }

        var node = Process.Start(new ProcessStartInfo("node", ["server.mjs"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        // It ends when our end of its input is closed, with this process.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => node.StandardInput.Close();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var line = await node.StandardOutput.ReadLineAsync(timeout.Token);
        Assert.True(int.TryParse(line, out var port), $"The subgraphs do not start: {line}");
        return port;
    }

    private static async Task RunAsync(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed: {await output}{errors}");
    }
}

/// <summary>The gateway's executor in front of a scenario's subgraphs.</summary>
internal sealed class FederatedGateway : IDisposable
{
    private readonly FusionRequestExecutor _executor;

    private FederatedGateway(CompositionResult composition, IEnumerable<SourceSchemaInput> sources, FusionOptions? options, int maxAliasedFields = 64)
    {
        Composition = composition;
        var urls = sources.ToDictionary(s => s.Name, s => s.Url!, StringComparer.Ordinal);
        _executor = new FusionRequestExecutor(
            composition.Schema!, composition.Schema!.Sources.Select(s => new SubgraphClient(s.Name, new SubgraphOptions { Url = new Uri(urls[s.Name]), Timeout = TimeSpan.FromSeconds(60), MaxAliasedFields = maxAliasedFields })), options);
    }

    public CompositionResult Composition { get; }

    public static async Task<FederatedGateway> OverAsync(string scenario, params string[] subgraphs) => Over(await NodeSubgraphs.LoadAsync(scenario, subgraphs));

    public static FederatedGateway Over(SourceSchemaInput[] sources, FusionOptions? options = null, int maxAliasedFields = 64)
    {
        var result = SchemaComposer.Compose(sources);
        Assert.True(result.Success, string.Join('\n', result.Findings));
        return new FederatedGateway(result, sources, options, maxAliasedFields);
    }

    /// <summary>In front of the subgraphs of a supergraph that <c>@apollo/composition</c> made.</summary>
    public static async Task<FederatedGateway> OverSupergraphAsync(string scenario, params string[] subgraphs)
    {
        var result = SchemaComposer.ComposeSupergraph(await NodeSubgraphs.SupergraphAsync(scenario));
        Assert.True(result.Success, string.Join('\n', result.Findings));
        Assert.DoesNotContain(result.Findings, f => f.Code == CompositionCodes.UnsatisfiableQueryPath);
        return new FederatedGateway(result, await NodeSubgraphs.LoadAsync(scenario, subgraphs), null);
    }

    /// <summary>The response as JSON with single quotes, so that expectations are easy to read.</summary>
    public async Task<string> RunAsync(string document, string? variables = null)
    {
        var request = new OperationRequest { Document = Encoding.UTF8.GetBytes(document), Variables = variables is null ? default : JsonDocument.Parse(variables).RootElement };
        await using var result = await _executor.ExecuteAsync(request, CancellationToken.None);
        return Encoding.UTF8.GetString(Assert.IsAssignableFrom<SingleResult>(result).Json.Span).Replace('"', '\'');
    }

    public void Dispose() => _executor.Dispose();
}
