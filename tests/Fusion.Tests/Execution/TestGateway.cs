using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>The gateway's executor over running source servers.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly SourceServer[] _servers;

    private TestGateway(FusionRequestExecutor executor, SourceServer[] servers)
    {
        Executor = executor;
        _servers = servers;
    }

    public FusionRequestExecutor Executor { get; }

    public SourceServer this[string name] => Array.Find(_servers, s => s.Name == name)!;

    public int Requests => _servers.Sum(s => s.Bodies.Count);

    public static TestGateway Over(params SourceServer[] servers) => Over(o => o, null, servers);

    public static TestGateway Over(Func<SubgraphOptions, SubgraphOptions> configure, FusionOptions? options, params SourceServer[] servers)
    {
        var result = SchemaComposer.Compose([.. servers.Select(s => new SourceSchemaInput(s.Name, s.Sdl) { Capabilities = s.Capabilities })]);
        Assert.True(result.Success, string.Join('\n', result.Findings));
        var clients = servers.Select(s => new SubgraphClient(s.Name, configure(new SubgraphOptions { Url = s.Url })));
        return new TestGateway(new FusionRequestExecutor(result.Schema!, clients, options), servers);
    }

    public async Task<string> RunAsync(string document, string? variables = null, string? authorization = null, Func<OperationRequest, OperationRequest>? configure = null)
    {
        var request = Request(document, variables, authorization);
        await using var result = await Executor.ExecuteAsync(configure is null ? request : configure(request), CancellationToken.None);
        return Encoding.UTF8.GetString(Assert.IsAssignableFrom<SingleResult>(result).Json.Span);
    }

    public static OperationRequest Request(string document, string? variables = null, string? authorization = null) => new()
    {
        Document = Encoding.UTF8.GetBytes(document),
        Variables = variables is null ? default : JsonDocument.Parse(variables).RootElement,
        State = authorization is null ? null : new Dictionary<string, object?> { [RequestState.Authorization] = authorization },
    };

    public async ValueTask DisposeAsync()
    {
        Executor.Dispose();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
