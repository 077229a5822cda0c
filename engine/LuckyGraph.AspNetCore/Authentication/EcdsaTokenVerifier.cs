using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>What a token must say to be accepted.</summary>
public sealed record TokenRules
{
    /// <summary>The only accepted issuer (<c>iss</c>).</summary>
    public required string Issuer { get; init; }
    /// <summary>The audience (<c>aud</c>) that the token must name, alone or in a list.</summary>
    public required string Audience { get; init; }
    /// <summary>How far clocks may differ when <c>exp</c> and <c>nbf</c> are checked. 30 seconds by default.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>The claim that holds the roles. <c>role</c> by default.</summary>
    public string RoleClaim { get; init; } = "role";
    /// <summary>The claim that holds the user's id. <c>sub</c> by default.</summary>
    public string NameClaim { get; init; } = "sub";
}

/// <summary>The outcome of a verification: a principal, or why there is none.</summary>
/// <param name="Principal">The caller, when the token is valid.</param>
/// <param name="Failure">Why the token is refused, for people; null when it is valid.</param>
/// <param name="ExpiresAt">When a valid token ends (<c>exp</c>).</param>
public readonly record struct TokenVerification(ClaimsPrincipal? Principal, string? Failure, DateTimeOffset ExpiresAt)
{
    internal static TokenVerification Refuse(string failure) => new(null, failure, default);
}

/// <summary>
/// Verifies JSON Web Tokens signed with ES256 (RFC 7519, RFC 7518 3.4). The algorithm is pinned: a token whose header names
/// another one, or none, is refused before its signature is looked at. Valid tokens are remembered until they expire, so that a
/// client's many requests cost one signature check; whether they were revoked is asked each time.
/// </summary>
public sealed class EcdsaTokenVerifier(ISigningKeySource keys, TokenRules rules, TimeProvider clock, ITokenRevocations? revocations = null)
{
    private const int LongestToken = 8 * 1024;
    private const int MostRemembered = 4096;

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);

    /// <summary>Verifies one token in its compact form.</summary>
    /// <exception cref="SigningKeysUnavailableException">The issuer's keys are not known and cannot be fetched now.</exception>
    public async ValueTask<TokenVerification> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (_remembered.TryGetValue(token, out var remembered))
        {
            // A key that the issuer withdrew ends its tokens too.
            if (clock.GetUtcNow() < remembered.Verification.ExpiresAt + rules.ClockSkew
                && ReferenceEquals(await keys.FindAsync(remembered.Key.Id, cancellationToken), remembered.Key))
            {
                return UnlessRevoked(remembered.Verification);
            }

            _remembered.TryRemove(token, out _);
        }

        if (token.Length > LongestToken || !TrySplit(token, out var header, out var payload, out var signature))
        {
            return TokenVerification.Refuse("The token is not a JSON Web Token in compact form.");
        }

        if (KeyIdOf(header, out var headerFailure) is not { } keyId)
        {
            return TokenVerification.Refuse(headerFailure);
        }

        if (await keys.FindAsync(keyId, cancellationToken) is not { } key)
        {
            return TokenVerification.Refuse("The token is signed with an unknown key.");
        }

        if (!key.Verify(Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]), signature))
        {
            return TokenVerification.Refuse("The token's signature does not match.");
        }

        var verification = CheckClaims(payload);
        if (verification.Principal is not null)
        {
            Remember(token, new Remembered(verification, key));
        }

        return UnlessRevoked(verification);
    }

    private TokenVerification UnlessRevoked(TokenVerification verification)
        => verification.Principal is { } user && revocations?.IsRevoked(user) == true
            ? TokenVerification.Refuse("The token was revoked.")
            : verification;

    private void Remember(string token, Remembered entry)
    {
        if (_remembered.Count >= MostRemembered)
        {
            // Rare enough to be simple: everything is verified once more.
            _remembered.Clear();
        }

        _remembered[token] = entry;
    }

    private static bool TrySplit(string token, out byte[] header, out byte[] payload, out byte[] signature)
    {
        header = payload = signature = [];
        var first = token.IndexOf('.');
        var second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        if (second < 0 || token.IndexOf('.', second + 1) >= 0)
        {
            return false;
        }

        return TryDecode(token.AsSpan(0, first), out header)
            && TryDecode(token.AsSpan(first + 1, second - first - 1), out payload)
            && TryDecode(token.AsSpan(second + 1), out signature)
            && signature.Length == 64;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var isValid = Base64Url.IsValid(text);
        bytes = isValid ? Base64Url.DecodeFromChars(text) : [];
        return isValid;
    }

    private static string? KeyIdOf(byte[] header, out string failure)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "alg") != "ES256")
            {
                failure = "The token is not signed with ES256.";
                return null;
            }

            // RFC 7515, 4.1.11: extensions that must be understood; this verifier understands none.
            if (root.TryGetProperty("crit", out _))
            {
                failure = "The token needs header extensions that are not supported.";
                return null;
            }

            failure = "The token does not name its key.";
            return Text(root, "kid") is { Length: > 0 and <= 256 } keyId ? keyId : null;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            failure = "The token's header is not JSON.";
            return null;
        }
    }

    private TokenVerification CheckClaims(byte[] payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return TokenVerification.Refuse("The token's claims are not a JSON object.");
            }

            if (Text(root, "iss") != rules.Issuer)
            {
                return TokenVerification.Refuse("The token comes from another issuer.");
            }

            if (!HasAudience(root))
            {
                return TokenVerification.Refuse("The token is meant for another audience.");
            }

            var now = clock.GetUtcNow();
            if (Time(root, "exp") is not { } expiresAt)
            {
                return TokenVerification.Refuse("The token does not say when it expires.");
            }

            if (now >= expiresAt + rules.ClockSkew)
            {
                return TokenVerification.Refuse("The token has expired.");
            }

            if (root.TryGetProperty("nbf", out _) && (Time(root, "nbf") is not { } notBefore || now < notBefore - rules.ClockSkew))
            {
                return TokenVerification.Refuse("The token is not valid yet.");
            }

            if (Text(root, rules.NameClaim) is not { Length: > 0 })
            {
                return TokenVerification.Refuse("The token names no subject.");
            }

            return new TokenVerification(new ClaimsPrincipal(Identity(root)), null, expiresAt);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return TokenVerification.Refuse("The token's claims are not JSON.");
        }
    }

    // JSON text that is not JSON, or JSON strings that are not Unicode.
    private static bool IsMalformed(Exception e) => e is JsonException or InvalidOperationException;

    private ClaimsIdentity Identity(JsonElement claims)
    {
        var identity = new ClaimsIdentity("Bearer", rules.NameClaim, rules.RoleClaim);
        foreach (var claim in claims.EnumerateObject())
        {
            if (claim.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in claim.Value.EnumerateArray())
                {
                    identity.AddClaim(new Claim(claim.Name, item.ToString()));
                }
            }
            else
            {
                identity.AddClaim(new Claim(claim.Name, claim.Value.ToString()));
            }
        }

        return identity;
    }

    private bool HasAudience(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out var audience))
        {
            return false;
        }

        if (audience.ValueKind != JsonValueKind.Array)
        {
            return audience.ValueKind == JsonValueKind.String && audience.ValueEquals(rules.Audience);
        }

        foreach (var item in audience.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.ValueEquals(rules.Audience))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Text(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // RFC 7519, 2: NumericDate, seconds since 1970, possibly with a fraction.
    private static DateTimeOffset? Time(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && double.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 253402300799
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
                : null;

    private sealed record Remembered(TokenVerification Verification, SigningKey Key);
}
