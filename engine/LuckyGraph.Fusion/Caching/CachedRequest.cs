using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Caching;

/// <summary>
/// One request that may be answered from the response cache: its key, what the cache says, and what the subgraphs say while it
/// is executed. Only anonymous callers' queries come here; every forwarded header is part of the key.
/// </summary>
internal sealed class CachedRequest : IResponseHeaderSink
{
    private readonly IResponseCache _cache;
    private readonly CachePolicy _policy;
    private readonly string _key;
    private readonly CacheLookup _found;
    private readonly IResponseHeaderSink? _sink;
    private readonly DateTimeOffset _startedAt;
    private readonly Lock _lock = new();
    private int _maxAge;
    private bool _allSay = true;
    private bool _anyAnswer;

    private CachedRequest(IResponseCache cache, CachePolicy policy, string key, CacheLookup found, IResponseHeaderSink? sink, DateTimeOffset startedAt)
    {
        (_cache, _policy, _key, _found, _sink, _startedAt) = (cache, policy, key, found, sink, startedAt);
        _maxAge = policy.HasHints ? policy.MaxAge : int.MaxValue;
    }

    /// <summary>Looks a request up; null for requests that may not be answered from a cache, nor stored.</summary>
    public static async ValueTask<CachedRequest?> StartAsync(
        FusionOptions options, CachePolicy policy, OperationRequest request, ReadOnlyMemory<byte> documentHash, JsonElement variables, RequestHeaders headers, CancellationToken cancellationToken)
    {
        if (options.ResponseCache is not { } cache || headers.Authorization is not null || request.User?.Identity?.IsAuthenticated == true
            || request.Cost != CostMode.None || (policy.HasHints && policy.MaxAge == 0)
            || (request.State is { } state && state.TryGetValue(RequestState.IncludePlan, out var plan) && plan is true))
        {
            return null;
        }

        var key = Key(options.ResponseCacheScope, request, documentHash, variables, headers);
        var found = await cache.FindAsync(key, cancellationToken).ConfigureAwait(false);
        return new CachedRequest(cache, policy, key, found, headers.Sink, options.Clock.GetUtcNow());
    }

    /// <summary>The stored response, and its announcement; null when the request must be executed.</summary>
    public SingleResult? Hit()
    {
        if (_found.Response is not { } response)
        {
            return null;
        }

        var age = (int)Math.Clamp((_startedAt - response.StoredAt).TotalSeconds, 0, response.MaxAge);
        _sink?.MayBeStored(response.MaxAge, age);
        return new StoredResult(response.Json);
    }

    /// <summary>The headers to execute with, so that the subgraphs' <c>Cache-Control</c> is seen.</summary>
    public RequestHeaders Watch(RequestHeaders headers) => headers.WithSink(this);

    /// <inheritdoc />
    public void Add(string subgraph, ImmutableArray<HeaderField> fields)
    {
        var says = CacheControlField.MaxAgeOf(fields);
        lock (_lock)
        {
            _anyAnswer = true;
            _allSay &= says is not null;
            _maxAge = Math.Min(_maxAge, says ?? int.MaxValue);
        }

        _sink?.Add(subgraph, fields);
    }

    /// <inheritdoc />
    public void MayBeStored(int maxAge, int age) => _sink?.MayBeStored(maxAge, age);

    /// <summary>Stores what was executed, when what it selects and all subgraphs allow it.</summary>
    public async ValueTask StoreAsync(OperationPlan plan, ReadOnlyMemory<byte> json)
    {
        // Where the schema says nothing, every subgraph must have said something.
        var maxAge = _policy.HasHints || (_allSay && _anyAnswer) ? _maxAge : 0;
        if (maxAge <= 0 || maxAge == int.MaxValue)
        {
            return;
        }

        _sink?.MayBeStored(maxAge, 0);
        if (_found.Moment is { } moment)
        {
            await _cache.StoreAsync(_key, EntityTags.Of(_policy, plan, json.Span), moment, new CachedResponse(json.ToArray(), _startedAt, maxAge)).ConfigureAwait(false);
        }
    }

    private static string Key(string scope, OperationRequest request, ReadOnlyMemory<byte> documentHash, JsonElement variables, RequestHeaders headers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Append(ReadOnlySpan<byte> part)
        {
            // Lengths keep neighbours apart.
            Span<byte> length = stackalloc byte[4];
            BitConverter.TryWriteBytes(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
        }

        Append(Encoding.UTF8.GetBytes(scope));
        Append(documentHash.Span);
        Append(Encoding.UTF8.GetBytes(request.OperationName ?? ""));
        Append([(byte)request.OnError]);
        Append(variables.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(variables) : default);
        Append(Encoding.UTF8.GetBytes(headers.Identity));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class StoredResult(ReadOnlyMemory<byte> json) : SingleResult
    {
        public override ReadOnlyMemory<byte> Json => json;

        public override RequestErrorKind RequestError => RequestErrorKind.None;

        public override bool HasErrors => false;

        public override ValueTask DisposeAsync() => default;
    }
}
