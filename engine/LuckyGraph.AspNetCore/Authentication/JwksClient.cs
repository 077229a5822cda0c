using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>
/// Fetches an issuer's keys (RFC 7517) and keeps them. Known keys are served from memory and renewed in the background when they
/// are old; an unknown key id leads to one fetch, at most one per <see cref="UnknownKeyCooldown"/>, so that made-up ids cannot
/// make this host hammer the issuer. Callers that need keys at the same time share one fetch.
/// </summary>
public sealed class JwksClient(HttpClient http, Uri address, TimeProvider clock) : ISigningKeySource
{
    private const int LargestKeySet = 256 * 1024;

    private readonly Lock _gate = new();
    private FrozenDictionary<string, SigningKey>? _keys;
    private Task? _fetch;
    private long _fetchedAt;
    private long _attemptedAt;
    private bool _attempted;

    /// <summary>After this long, keys in use are fetched again in the background. 10 minutes by default.</summary>
    public TimeSpan RefreshAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Shortest time between two fetches for unknown key ids. 30 seconds by default.</summary>
    public TimeSpan UnknownKeyCooldown { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between two fetches while none has succeeded. 1 second by default.</summary>
    public TimeSpan RetryAfterFailure { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest a fetch may take. 5 seconds by default.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async ValueTask<SigningKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        var keys = Volatile.Read(ref _keys);
        if (keys is not null && keys.TryGetValue(keyId, out var key))
        {
            if (clock.GetElapsedTime(Volatile.Read(ref _fetchedAt)) > RefreshAfter)
            {
                _ = StartFetch(UnknownKeyCooldown);
            }

            return key;
        }

        if (StartFetch(keys is null ? RetryAfterFailure : UnknownKeyCooldown) is { } fetch)
        {
            // The fetch belongs to all who wait for it: one caller's cancellation ends only that caller's wait.
            await fetch.WaitAsync(cancellationToken);
        }

        return Volatile.Read(ref _keys) is { } fetched
            ? fetched.GetValueOrDefault(keyId)
            : throw new SigningKeysUnavailableException($"The signing keys cannot be fetched from {address}.");
    }

    /// <summary>Joins the running fetch or starts one; null when the last attempt was too recent. The task never fails.</summary>
    private Task? StartFetch(TimeSpan cooldown)
    {
        lock (_gate)
        {
            if (_fetch is { IsCompleted: false })
            {
                return _fetch;
            }

            if (_attempted && clock.GetElapsedTime(_attemptedAt) < cooldown)
            {
                return null;
            }

            _attempted = true;
            _attemptedAt = clock.GetTimestamp();
            return _fetch = Task.Run(FetchAsync);
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(FetchTimeout);
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(LargestKeySet, timeout.Token);
            var keys = Parse(await response.Content.ReadAsByteArrayAsync(timeout.Token));
            if (keys.Count > 0)
            {
                Volatile.Write(ref _keys, KeepInstances(keys, Volatile.Read(ref _keys)));
                Volatile.Write(ref _fetchedAt, clock.GetTimestamp());
                LastFailure = null;
            }
            else
            {
                LastFailure = new InvalidDataException($"{address} holds no P-256 signing key.");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            // Known keys stay in use: an issuer that is down must not sign everybody out.
            LastFailure = e;
        }
    }

    /// <summary>A key that did not change stays the same object, so that what was verified with it stays verified.</summary>
    private static FrozenDictionary<string, SigningKey> KeepInstances(FrozenDictionary<string, SigningKey> fetched, FrozenDictionary<string, SigningKey>? known)
        => known is null
            ? fetched
            : fetched.ToFrozenDictionary(
                static entry => entry.Key,
                entry => known.TryGetValue(entry.Key, out var old) && old.IsSamePoint(entry.Value) ? old : entry.Value,
                StringComparer.Ordinal);

    /// <summary>Why the last fetch failed; null after a success.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>The P-256 signing keys of a JSON Web Key Set; other keys and malformed ones are left out.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static FrozenDictionary<string, SigningKey> Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        if (document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in list.EnumerateArray())
            {
                if (ParseKey(entry) is { } key)
                {
                    keys[key.Id] = key;
                }
            }
        }

        return keys.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static SigningKey? ParseKey(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || Text(entry, "kty") != "EC" || Text(entry, "crv") != "P-256"
            || Text(entry, "use") is not (null or "sig") || Text(entry, "alg") is not (null or "ES256")
            || Text(entry, "kid") is not { } id || Coordinate(entry, "x") is not { } x || Coordinate(entry, "y") is not { } y)
        {
            return null;
        }

        try
        {
            return new SigningKey(id, x, y);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement entry, string name)
        => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Coordinate(JsonElement entry, string name)
        => Text(entry, name) is { Length: 43 } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
