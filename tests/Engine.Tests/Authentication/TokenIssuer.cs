using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Authentication;

/// <summary>Signs tokens and publishes its keys, as an issuer does.</summary>
internal sealed class TokenIssuer : HttpMessageHandler
{
    private readonly List<(string Id, ECDsa Key)> _keys = [];

    public TokenIssuer() => Rotate("k1");

    public int Fetches { get; private set; }

    public bool IsDown { get; set; }

    public void Rotate(string id)
    {
        _keys.Clear();
        _keys.Add((id, ECDsa.Create(ECCurve.NamedCurves.nistP256)));
    }

    public static Dictionary<string, object> Claims(DateTimeOffset expires) => new()
    {
        ["iss"] = "lucky",
        ["aud"] = "lucky",
        ["sub"] = "0197b0f0-0000-7000-8000-000000000001",
        ["role"] = "CUSTOMER",
        ["exp"] = expires.ToUnixTimeSeconds(),
    };

    public string Sign(Dictionary<string, object> claims, string algorithm = "ES256", string? keyId = null)
    {
        var (id, key) = _keys[0];
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["alg"] = algorithm, ["kid"] = keyId ?? id, ["typ"] = "JWT" });
        var content = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(content)),
            "none" => [],
            _ => key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    public byte[] KeySet()
        => JsonSerializer.SerializeToUtf8Bytes(new
        {
            keys = _keys.Select(static entry =>
            {
                var point = entry.Key.ExportParameters(false).Q;
                return new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = entry.Id, x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
            }).Append(new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = "not-on-the-curve", x = new string('A', 43), y = new string('B', 42) + "A" }),
        });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Fetches++;
        return IsDown
            ? Task.FromException<HttpResponseMessage>(new HttpRequestException("connection refused"))
            : Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(KeySet()) });
    }
}

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Advance(TimeSpan by) => _now += by;
}
