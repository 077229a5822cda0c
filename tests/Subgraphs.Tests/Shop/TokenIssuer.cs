using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Subgraphs.Tests.Shop;

/// <summary>Stands for accounts: serves a key set and signs tokens with its key.</summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication app;

    private TokenIssuer(int port)
    {
        Url = $"http://127.0.0.1:{port}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url);
        app = builder.Build();
        var point = key.ExportParameters(false).Q;
        var keys = JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new { kty = "EC", crv = "P-256", alg = "ES256", use = "sig", kid = "test", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) },
            },
        });
        app.MapGet("/.well-known/jwks.json", () => Results.Text(keys, "application/json"));
    }

    public string Url { get; }

    public static async Task<TokenIssuer> StartAsync(int port)
    {
        var issuer = new TokenIssuer(port);
        await issuer.app.StartAsync();
        return issuer;
    }

    public string Issue(Guid subject, string role, Guid? sellerId = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["sub"] = subject,
            ["role"] = role,
            ["sid"] = Guid.CreateVersion7(),
            ["iss"] = "lucky",
            ["aud"] = "lucky",
            ["iat"] = now,
            // Tests move the subgraphs' clocks by hours.
            ["exp"] = now + 7 * 86_400,
        };
        if (sellerId is { } seller)
        {
            claims["seller"] = seller;
        }

        var signed = $"{Encode(new { alg = "ES256", typ = "JWT", kid = "test" })}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
