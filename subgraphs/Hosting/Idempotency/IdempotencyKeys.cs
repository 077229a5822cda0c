using System.Security.Cryptography;
using System.Text.Json;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Hosting.Idempotency;

/// <summary>
/// Makes a repeated call answer what the first one did. The key is inserted before anything happens; the primary key
/// (actor, operation, key) decides between two calls at once, so no race is left to a look-up.
/// </summary>
public sealed class IdempotencyKeys(SubgraphContext db, TimeProvider clock)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Runs a call in one transaction with its key: a concurrent duplicate waits for the first and then gets its answer; when
    /// the call throws, key and changes are gone together and the caller may try again.
    /// </summary>
    /// <param name="actor">Who calls; keys of different actors never meet.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="key">The caller's key.</param>
    /// <param name="request">Everything the answer depends on; a different request with the same key is refused.</param>
    /// <param name="run">The call; its changes are saved and committed for it. The answer must survive JSON.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="IdempotencyKeyReusedException">The key belongs to another request.</exception>
    public async Task<T> RunAsync<T>(string actor, string operation, Guid key, object request, Func<CancellationToken, Task<T>> run, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var call = await BeginAsync(actor, operation, key, request, ct);
        if (call.IsReplay)
        {
            return call.Replay<T>();
        }

        var response = await run(ct);
        await db.SaveChangesAsync(ct);
        await CompleteAsync(call, response, ct);
        await transaction.CommitAsync(ct);
        return response;
    }

    /// <summary>
    /// Claims a key, in the caller's transaction if there is one. Without a transaction the claim is a lease of a minute: a
    /// call that died gives its key back by itself. Finish with <see cref="CompleteAsync"/> or <see cref="AbandonAsync"/>.
    /// </summary>
    /// <exception cref="IdempotencyKeyReusedException">The key belongs to another request.</exception>
    /// <exception cref="ConflictException">The same call is still running.</exception>
    public async Task<IdempotentCall> BeginAsync(string actor, string operation, Guid key, object request, CancellationToken ct)
    {
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, EventEnvelope.Json));
        var now = clock.GetUtcNow();
        var until = now + Lease;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var inserted = await db.Database.ExecuteSqlAsync(
                $"""
                insert into idempotency_record (actor, operation, key, request_hash, created_at, locked_until)
                values ({actor}, {operation}, {key}, {hash}, {now}, {until})
                on conflict do nothing
                """, ct);
            if (inserted == 1)
            {
                return new IdempotentCall(actor, operation, key, null);
            }

            var record = await db.Database.SqlQuery<StoredRecord>(
                $"""
                select request_hash as "RequestHash", response::text as "Response", locked_until as "LockedUntil"
                from idempotency_record where actor = {actor} and operation = {operation} and key = {key}
                """).FirstOrDefaultAsync(ct);
            if (record is null)
            {
                continue; // given up between the two statements
            }

            if (!record.RequestHash.AsSpan().SequenceEqual(hash))
            {
                throw new IdempotencyKeyReusedException();
            }

            if (record.Response is { } response)
            {
                return new IdempotentCall(actor, operation, key, response);
            }

            if (record.LockedUntil > now || await db.Database.ExecuteSqlAsync(
                $"""
                update idempotency_record set locked_until = {until}
                where actor = {actor} and operation = {operation} and key = {key}
                  and completed_at is null and locked_until = {record.LockedUntil}
                """, ct) == 0)
            {
                break;
            }

            return new IdempotentCall(actor, operation, key, null);
        }

        throw new ConflictException("The same call is still running; try again in a moment.", path: ["input", "idempotencyKey"]);
    }

    /// <summary>Stores the answer, in the caller's transaction if there is one.</summary>
    public async Task CompleteAsync<T>(IdempotentCall call, T response, CancellationToken ct)
    {
        var json = JsonSerializer.Serialize(response, EventEnvelope.Json);
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync(
            $"""
            update idempotency_record set response = {json}::jsonb, completed_at = {now}
            where actor = {call.Actor} and operation = {call.Operation} and key = {call.Key}
            """, ct);
    }

    /// <summary>Gives the key back, so that the caller may try again.</summary>
    public async Task AbandonAsync(IdempotentCall call, CancellationToken ct)
        => await db.Database.ExecuteSqlAsync(
            $"""
            delete from idempotency_record
            where actor = {call.Actor} and operation = {call.Operation} and key = {call.Key} and completed_at is null
            """, ct);

    private sealed record StoredRecord(byte[] RequestHash, string? Response, DateTimeOffset LockedUntil);
}
