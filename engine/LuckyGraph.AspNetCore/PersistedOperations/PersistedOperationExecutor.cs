using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using LuckyGraph.AspNetCore.Http;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.AspNetCore.PersistedOperations;

/// <summary>
/// Puts documents in the place of their ids before a request is executed, whatever transport it came by: trusted documents by
/// <c>documentId</c> (or the hash of <c>extensions.persistedQuery</c>), and automatic persisted queries, which a client
/// registers by sending text and hash together. A document found is validated like any other.
/// </summary>
internal sealed class PersistedOperationExecutor(IRequestExecutor inner, GraphQLEndpointOptions options) : IRequestExecutor
{
    private const string HashPrefix = "sha256:";
    private const string HashMismatch = "PERSISTED_QUERY_HASH_MISMATCH";
    private const string OnlyTrusted = "PERSISTED_QUERY_REQUIRED";
    private readonly PersistedQueryCache? _automatic =
        options.AllowAutomaticPersistedQueries && !options.OnlyTrustedDocuments ? new PersistedQueryCache(options.MaxPersistedQueryBytes) : null;

    public Schema Schema => inner.Schema;

    public ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
        => IsPlain(request) ? inner.ExecuteAsync(request, cancellationToken) : FindAndExecuteAsync(request, cancellationToken);

    /// <summary>Whether a request brings its document and no more.</summary>
    private bool IsPlain(OperationRequest request)
        => !options.OnlyTrustedDocuments && request.DocumentId is null && request.Extensions.ValueKind == JsonValueKind.Undefined && !request.Document.IsEmpty;

    private async ValueTask<ExecutionResult> FindAndExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var (found, refusal) = await FindAsync(request, cancellationToken).ConfigureAwait(false);
        return refusal ?? await inner.ExecuteAsync(found!, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        var (found, refusal) = await FindAsync(request, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            return await inner.ExecuteBatchAsync(found!, variableSets, cancellationToken).ConfigureAwait(false);
        }

        // Each set has a response, and each response is disposed on its own.
        var results = new SingleResult[variableSets.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = i == 0 ? refusal : refusal.Again();
        }

        return results;
    }

    public async IAsyncEnumerable<BatchItem> StreamBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (found, refusal) = await FindAsync(request, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            for (var i = 0; i < variableSets.Count; i++)
            {
                yield return new BatchItem(i, i == 0 ? refusal : refusal.Again());
            }

            yield break;
        }

        await foreach (var item in inner.StreamBatchAsync(found!, variableSets, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    private async ValueTask<(OperationRequest? Request, TransportErrorResult? Refusal)> FindAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        if (!TryReadId(request, out var id))
        {
            return (null, Refuse("The extension \"persistedQuery\" must be an object {\"version\":1,\"sha256Hash\":\"…\"}.", ErrorCodes.BadRequest, RequestErrorKind.BadRequest));
        }

        if (id is null)
        {
            return options.OnlyTrustedDocuments
                ? (null, Refuse("Only trusted documents are executed here: send a documentId.", OnlyTrusted))
                : (request, null);
        }

        if (options.TrustedDocuments is { } store)
        {
            var document = await store.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (!document.IsEmpty)
            {
                return (request with { Document = document, DocumentId = id }, null);
            }
        }

        if (options.OnlyTrustedDocuments)
        {
            return (null, Refuse("The trusted document is unknown.", ErrorCodes.PersistedNotFound));
        }

        if (request.DocumentId is null && _automatic is not null)
        {
            return FindAutomatic(request, id);
        }

        return request.Document.IsEmpty ? (null, Refuse("PersistedQueryNotFound", ErrorCodes.PersistedNotFound)) : (request, null);
    }

    private (OperationRequest? Request, TransportErrorResult? Refusal) FindAutomatic(OperationRequest request, string hash)
    {
        if (request.Document.IsEmpty)
        {
            var known = _automatic!.Find(hash);
            return known.IsEmpty
                ? (null, Refuse("PersistedQueryNotFound", ErrorCodes.PersistedNotFound))
                : (request with { Document = known }, null);
        }

        if (!IsHashOf(request.Document.Span, hash))
        {
            return (null, Refuse("The provided sha256Hash is not the hash of the query.", HashMismatch, RequestErrorKind.BadRequest));
        }

        _automatic!.Add(hash, request.Document.Span);
        return (request, null);
    }

    /// <summary>Reads the id, lower-case where it is a hash; null when the request names none.</summary>
    private static bool TryReadId(OperationRequest request, out string? id)
    {
        id = request.DocumentId;
        if (id is not null)
        {
            id = id.StartsWith(HashPrefix, StringComparison.Ordinal) ? id[HashPrefix.Length..] : id;
            return true;
        }

        if (request.Extensions.ValueKind != JsonValueKind.Object || !request.Extensions.TryGetProperty("persistedQuery"u8, out var extension))
        {
            return true;
        }

        if (extension.ValueKind != JsonValueKind.Object
            || !extension.TryGetProperty("sha256Hash"u8, out var hash) || hash.ValueKind != JsonValueKind.String
            || !extension.TryGetProperty("version"u8, out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 1)
        {
            return false;
        }

        id = hash.GetString()!.ToLowerInvariant();
        return true;
    }

    private static bool IsHashOf(ReadOnlySpan<byte> document, string hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(document, digest);
        Span<char> text = stackalloc char[SHA256.HashSizeInBytes * 2];
        return Convert.TryToHexStringLower(digest, text, out _) && hash.AsSpan().SequenceEqual(text);
    }

    private static TransportErrorResult Refuse(string message, string code, RequestErrorKind kind = RequestErrorKind.Validation) => new(message, code, kind);
}
