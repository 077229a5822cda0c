using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>Finds the public keys with which tokens are verified.</summary>
public interface ISigningKeySource
{
    /// <summary>The key of that id, or null when the issuer has none.</summary>
    /// <exception cref="SigningKeysUnavailableException">The keys are not known and cannot be fetched now.</exception>
    ValueTask<SigningKey?> FindAsync(string keyId, CancellationToken cancellationToken);
}

/// <summary>The issuer's keys are not known and cannot be fetched now; whether a token is valid cannot be said.</summary>
public sealed class SigningKeysUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A public P-256 key and its id. Safe to use from many threads.</summary>
public sealed class SigningKey
{
    // One ECDsa instance verifies one signature at a time; instances are reused.
    private readonly ConcurrentBag<ECDsa> _idle = [];
    private readonly ECParameters _parameters;

    /// <summary>A key from the coordinates of its point, 32 big-endian bytes each.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public SigningKey(string id, byte[] x, byte[] y)
    {
        Id = id;
        _parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        _idle.Add(ECDsa.Create(_parameters));
    }

    /// <summary>A key from the public half of an <see cref="ECDsa"/>, for a host that signs tokens itself.</summary>
    public SigningKey(string id, ECDsa key)
    {
        Id = id;
        _parameters = key.ExportParameters(includePrivateParameters: false);
        _idle.Add(ECDsa.Create(_parameters));
    }

    /// <summary>The key's id (<c>kid</c>).</summary>
    public string Id { get; }

    /// <summary>Whether a 64-byte ES256 signature (RFC 7518, 3.4) belongs to the data.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!_idle.TryTake(out var key))
        {
            key = ECDsa.Create(_parameters);
        }

        var isValid = key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _idle.Add(key);
        return isValid;
    }

    internal bool IsSamePoint(SigningKey other)
        => _parameters.Q.X.AsSpan().SequenceEqual(other._parameters.Q.X) && _parameters.Q.Y.AsSpan().SequenceEqual(other._parameters.Q.Y);
}
