using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Users;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Contracts;
using LuckyGraph.Hosting;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Accounts.Tokens;

/// <summary>Signs access tokens (ES256, RFC 7518, 3.4) and publishes the public key by which others verify them.</summary>
public sealed class AccessTokens(KeyFolder folder) : ISigningKeySource
{
    private readonly Lock _gate = new();
    private readonly Lazy<Signer> _signer = new(() => new Signer(folder.SigningKeyPem()));

    /// <summary>The key set (RFC 7517) as served at <c>/.well-known/jwks.json</c>.</summary>
    public object KeySet => _signer.Value.KeySet;

    /// <summary>Signs a token for an account in a session.</summary>
    /// <param name="account">Whose token it is.</param>
    /// <param name="sellerId">The seller that the account acts for, if any.</param>
    /// <param name="sessionId">The session.</param>
    public (string Token, DateTimeOffset ExpiresAt) Issue(Account account, Guid? sellerId, Guid sessionId)
    {
        // The system's time on purpose: every host checks tokens by it.
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var expiresAt = now + EndedSessions.TokenLifetime;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = SubgraphBuilder.TokenIssuer,
            ["aud"] = SubgraphBuilder.TokenAudience,
            ["sub"] = account.Id,
            ["role"] = account.Role switch
            {
                AccountRole.Admin => Role.Admin,
                AccountRole.Seller => Role.Seller,
                _ => Role.Customer,
            },
            ["sid"] = sessionId,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = expiresAt.ToUnixTimeSeconds(),
        };
        if (sellerId is { } seller)
        {
            claims["seller"] = seller;
        }

        var signer = _signer.Value;
        var signed = $"{signer.Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        byte[] signature;
        lock (_gate)
        {
            signature = signer.Key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        return ($"{signed}.{Base64Url.EncodeToString(signature)}", expiresAt);
    }

    /// <inheritdoc />
    public ValueTask<SigningKey?> FindAsync(string keyId, CancellationToken cancellationToken)
        => ValueTask.FromResult(keyId == _signer.Value.Public.Id ? _signer.Value.Public : null);

    private sealed class Signer
    {
        public Signer(string pem)
        {
            Key = ECDsa.Create();
            Key.ImportFromPem(pem);
            var point = Key.ExportParameters(includePrivateParameters: false).Q;
            var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));

            // RFC 7638: the key's id is the hash of its required members in alphabetical order.
            var id = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
            Public = new SigningKey(id, Key);
            KeySet = new { keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = id, x, y } } };
            Header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = "JWT", kid = id }));
        }

        public ECDsa Key { get; }
        public SigningKey Public { get; }
        public object KeySet { get; }
        public string Header { get; }
    }
}
