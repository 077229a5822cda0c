using System.Net;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Tests.Authentication;
using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>The gateway's own program on a real socket over source servers of a test's own.</summary>
internal sealed class GatewayOver : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;
    private readonly DirectoryInfo _folder;
    private readonly SourceServer[] _servers;

    private GatewayOver(SourceServer[] servers, DirectoryInfo folder, WebApplicationFactory<Program> factory)
    {
        _servers = servers;
        _folder = folder;
        _factory = factory;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = factory.CreateClient().BaseAddress };
    }

    public HttpClient Http { get; }

    public TokenIssuer Issuer { get; private init; } = null!;

    public IServiceProvider Services => _factory.Services;

    public SourceServer this[string name] => Array.Find(_servers, s => s.Name == name)!;

    /// <summary>Starts a gateway in production, as <paramref name="settings"/> say, over the servers.</summary>
    public static Task<GatewayOver> StartAsync(SourceServer[] servers, params (string Name, string Value)[] settings) => StartAsync(servers, null, settings);

    public static async Task<GatewayOver> StartAsync(SourceServer[] servers, Action<IServiceCollection>? configure, params (string Name, string Value)[] settings)
    {
        var composed = SchemaComposer.Compose([.. servers.Select(static s => new SourceSchemaInput(s.Name, s.Sdl) { Capabilities = s.Capabilities })]);
        Assert.True(composed.Success, string.Join('\n', composed.Findings));
        var issuer = new TokenIssuer();
        var folder = Directory.CreateTempSubdirectory("gateway");
        var file = Path.Combine(folder.FullName, "lucky.fusion.graphql");
        await File.WriteAllTextAsync(file, composed.ExecutionSdl!);
        servers[0].Issuer = issuer;
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Production");
            host.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
            host.UseSetting("LUCKY_GATEWAY_SCHEMA", file);
            host.UseSetting("LUCKY_GATEWAY_EXPLORER", Path.Combine(folder.FullName, "explorer"));
            host.UseSetting("LUCKY_ACCOUNTS_URL", servers[0].Url.GetLeftPart(UriPartial.Authority));
            foreach (var server in servers)
            {
                host.UseSetting($"LUCKY_{server.Name.ToUpperInvariant()}_URL", server.Url.GetLeftPart(UriPartial.Authority));
            }

            foreach (var (name, value) in settings)
            {
                host.UseSetting(name, value);
            }

            if (configure is not null)
            {
                host.ConfigureTestServices(configure);
            }
        });
        factory.UseKestrel();
        factory.StartServer();
        return new GatewayOver(servers, folder, factory) { Issuer = issuer };
    }

    /// <summary>A token of a user, with claims that replace or add to the usual ones.</summary>
    public string Token(string subject = "user-1", params (string Name, object Value)[] claims)
    {
        var all = TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5));
        all["sub"] = subject;
        foreach (var (name, value) in claims)
        {
            all[name] = value;
        }

        return "Bearer " + Issuer.Sign(all);
    }

    public Task<GatewayAnswer> PostAsync(string query, params (string Name, string Value)[] headers) => PostAsync(new { query }, headers);

    public async Task<GatewayAnswer> PostAsync(object body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var fields = response.Headers.ToLookup(static h => h.Key, static h => h.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        return new GatewayAnswer(response.StatusCode, text, name => [.. fields[name].SelectMany(static v => v)]);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _factory.DisposeAsync();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}

/// <summary>What a client got.</summary>
internal sealed record GatewayAnswer(HttpStatusCode Status, string Text, Func<string, string[]> Header)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Data => Json.GetProperty("data").GetRawText();

    public JsonElement[] Errors => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray()] : [];

    public IEnumerable<string?> Codes => Errors.Select(static e => e.GetProperty("extensions").GetProperty("code").GetString());

    public IEnumerable<string> Paths => Errors.Select(static e => e.TryGetProperty("path", out var path) ? string.Join('.', path.EnumerateArray()) : "");
}
