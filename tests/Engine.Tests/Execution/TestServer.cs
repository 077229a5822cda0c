using System.Text.Json;
using LuckyGraph.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>A GraphQL server without a host: services, an executor, and responses as parsed JSON.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestServer(Action<GraphQLServerBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        services?.Invoke(collection);
        configure(collection.AddGraphQL());
        _services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        Executor = _services.GetRequiredService<IRequestExecutor>();
    }

    public IRequestExecutor Executor { get; }

    public IServiceProvider Services => _services;

    /// <summary>Serves SDL from data that the request's root value holds.</summary>
    public static TestServer OfData(string sdl, FieldBinding? binding = null) => new(graphql => graphql.AddSdl(sdl, binding));

    public async Task<JsonElement> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken = default)
    {
        await using var result = await Executor.ExecuteAsync(request, cancellationToken);
        return Parse(Assert.IsAssignableFrom<SingleResult>(result));
    }

    public Task<JsonElement> ExecuteAsync(string document, object? variables = null, object? root = null)
        => ExecuteAsync(Request(document, variables, root));

    public async Task<string> ExecuteTextAsync(string document, object? variables = null, object? root = null)
        => (await ExecuteAsync(document, variables, root)).GetRawText();

    public static OperationRequest Request(string document, object? variables = null, object? root = null) => new()
    {
        Document = System.Text.Encoding.UTF8.GetBytes(document),
        Variables = variables is null ? default : JsonSerializer.SerializeToElement(variables),
        RootValue = root,
    };

    public static JsonElement Parse(SingleResult result)
    {
        using var document = JsonDocument.Parse(result.Json, new JsonDocumentOptions { MaxDepth = 1000 });
        return document.RootElement.Clone();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
