using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.Cli.Import;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Platform.Tests;

/// <summary>
/// The whole platform, started once for all tests: real servers, real processes, ports and data of its own; the demo users are
/// seeded and the products imported (the real feed, or a small one where that is absent).
/// </summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private static readonly HttpClient Http = new();

    public RunningPlatform Platform { get; } = new(PlatformLayout.Temporary(), Progress.Silent);

    public string GatewayUrl => Platform.Layout.Gateway.Url;

    /// <summary>The real product file, or null where it is absent.</summary>
    public static string? ProductFile { get; } = File.Exists(ProjectFolder.Path("..", "shared", "data", "catalog", "products.json"))
        ? Path.GetFullPath(ProjectFolder.Path("..", "shared", "data", "catalog", "products.json"))
        : null;

    public string SellerToken { get; private set; } = "";

    public string AdminToken { get; private set; } = "";

    public ImportReport Imported { get; private set; } = null!;

    internal GraphCaller Anonymous => new(GatewayUrl);

    internal GraphCaller Seller => new(GatewayUrl, SellerToken);

    public async Task InitializeAsync()
    {
        await Platform.StartServersAsync(CancellationToken.None);
        await Platform.StartHostsAsync(CancellationToken.None);
        using var seeded = await Http.PostAsync($"{Platform.Layout["accounts"].Url}/dev/seed", null);
        foreach (var user in (await seeded.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray())
        {
            var token = await SignInAsync(user.GetProperty("email").GetString()!, user.GetProperty("password").GetString()!);
            switch (user.GetProperty("role").GetString())
            {
                case "SELLER":
                    SellerToken = token;
                    break;
                case "ADMIN":
                    AdminToken = token;
                    break;
            }
        }

        Imported = await ImportAsync(ProductFile ?? SmallFeed());
    }

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    /// <summary>Imports a feed as the demo seller.</summary>
    public async Task<ImportReport> ImportAsync(string file)
    {
        using var graph = new GraphClient(GatewayUrl);
        graph.UseToken(SellerToken);
        return await new FeedImporter(graph, "USD", null, dryRun: false).ImportAsync(ProductFeed.Read(file), _ => { }, CancellationToken.None);
    }

    /// <summary>A token of somebody who never registered here: a customer, or a seller of another shop.</summary>
    public async Task<string> StrangerAsync(string role, TimeSpan? lifetime = null)
    {
        var keys = await Http.GetFromJsonAsync<JsonElement>($"{Platform.Layout["accounts"].Url}/.well-known/jwks.json");
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(Platform.Layout.DataFolder, "keys", "accounts-es256.pem")));
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object>
        {
            ["sub"] = Guid.CreateVersion7(),
            ["role"] = role,
            ["sid"] = Guid.CreateVersion7(),
            ["iss"] = "lucky",
            ["aud"] = "lucky",
            ["iat"] = now.AddHours(-1).ToUnixTimeSeconds(),
            ["exp"] = now.Add(lifetime ?? TimeSpan.FromHours(1)).ToUnixTimeSeconds(),
        };
        if (role == "SELLER")
        {
            claims["seller"] = Guid.CreateVersion7();
        }

        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = "JWT", kid = keys.GetProperty("keys")[0].GetProperty("kid").GetString() });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>What scripts of the <c>client</c> folder need to know.</summary>
    public Dictionary<string, string> ScriptEnvironment()
    {
        var environment = Platform.Layout.Hosts.ToDictionary(h => h.Name.ToUpperInvariant(), h => h.Url);
        environment["CHROMIUM"] = Shell.Find("chromium") ?? "/usr/bin/chromium";
        return environment;
    }

    private async Task<string> SignInAsync(string email, string password)
    {
        var answer = await Anonymous.AskAsync(
            "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) { session { accessToken } } }", new { input = new { email, password } });
        return answer.Data.GetProperty("sessionCreate").GetProperty("session").GetProperty("accessToken").GetString()!;
    }

    private string SmallFeed()
    {
        var file = Path.Combine(Platform.Layout.DataFolder, "feed.json");
        File.WriteAllText(file, JsonSerializer.Serialize(Enumerable.Range(1, 60).Select(i =>
            new { sku = $"SKU-{i}", title = $"Product {i}", category = i % 2 == 0 ? "mugs" : "shirts", price = 10 + i, stock = 50 })));
        return file;
    }
}

[CollectionDefinition("platform")]
public sealed class PlatformCollection : ICollectionFixture<PlatformFixture>;
