using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>The gateway's own program on a real socket, over a subgraph of this process and a schema file of its own.</summary>
internal sealed class TestGatewayHost : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;
    private readonly DirectoryInfo _folder;

    private TestGatewayHost(AccountsServer accounts, DirectoryInfo folder, WebApplicationFactory<Program> factory)
    {
        Accounts = accounts;
        _folder = folder;
        _factory = factory;
        Http = factory.CreateClient();
    }

    public AccountsServer Accounts { get; }

    public HttpClient Http { get; }

    public Uri Socket => new($"ws://{Http.BaseAddress!.Authority}/graphql");

    public string Folder => _folder.FullName;

    public string SchemaFile => Path.Combine(Folder, "lucky.fusion.graphql");

    public static async Task<TestGatewayHost> StartAsync(string environment = "Production", bool withSchema = true, params (string Name, string Value)[] settings)
    {
        var accounts = await AccountsServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gateway");
        var file = Path.Combine(folder.FullName, "lucky.fusion.graphql");
        if (withSchema)
        {
            await File.WriteAllTextAsync(file, AccountsServer.ExecutionSchema());
        }

        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment(environment);
            host.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
            host.UseSetting("LUCKY_GATEWAY_SCHEMA", file);
            host.UseSetting("LUCKY_GATEWAY_EXPLORER", Path.Combine(folder.FullName, "explorer"));
            host.UseSetting("LUCKY_ACCOUNTS_URL", accounts.Url);
            foreach (var (name, value) in settings)
            {
                host.UseSetting(name, value);
            }
        });
        factory.UseKestrel();
        factory.StartServer();
        return new TestGatewayHost(accounts, folder, factory);
    }

    /// <summary>Replaces the schema file as deployments do: by a rename.</summary>
    public void ReplaceSchema(string sdl)
    {
        File.WriteAllText(SchemaFile + ".new", sdl);
        File.Move(SchemaFile + ".new", SchemaFile, overwrite: true);
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string query, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { query }), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await Accounts.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
