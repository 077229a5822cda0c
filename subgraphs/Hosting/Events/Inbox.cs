using System.Collections.Frozen;
using System.Text.Json;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Hosting.Events;

/// <summary>
/// Gives each event to its handlers once: the event's id is recorded in the transaction of the handlers' changes. An event whose
/// handler fails is parked here with its retries, and so are later ones of the same aggregate, so that their order holds while
/// all others go on. After the last retry it is dead and waits for a person.
/// </summary>
public sealed class Inbox(IServiceScopeFactory scopes, EventSubscriptions subscriptions, TimeProvider clock, ILogger<Inbox> log)
{
    private const int MostAttempts = 14;

    private readonly FrozenDictionary<string, List<Func<IServiceProvider, EventEnvelope, CancellationToken, Task>>> _handlers = subscriptions.Freeze();

    /// <summary>Takes an event from the bus. Returns once its effect or its parking is on disk.</summary>
    public async Task AcceptAsync(EventEnvelope envelope, CancellationToken ct)
    {
        if (!_handlers.TryGetValue(envelope.Type, out var handlers))
        {
            return;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<SubgraphContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var now = clock.GetUtcNow();
            if (await db.Database.ExecuteSqlAsync(
                $"""
                insert into inbox_message (event_id, type, aggregate_id, state, received_at)
                values ({envelope.EventId}, {envelope.Type}, {envelope.AggregateId}, 'DONE', {now})
                on conflict do nothing
                """, ct) == 0)
            {
                return; // taken before
            }

            var waitsForEarlier = await db.Database.SqlQuery<bool>(
                $"""select exists (select 1 from inbox_message where aggregate_id = {envelope.AggregateId} and state = 'RETRY') as "Value" """).SingleAsync(ct);
            if (waitsForEarlier)
            {
                var json = JsonSerializer.Serialize(envelope, EventEnvelope.Json);
                await db.Database.ExecuteSqlAsync(
                    $"update inbox_message set state = 'RETRY', next_attempt_at = {now}, envelope = {json}::jsonb where event_id = {envelope.EventId}", ct);
                await transaction.CommitAsync(ct);
                return;
            }

            await HandleAsync(scope.ServiceProvider, db, transaction, handlers, envelope, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // If the database itself is gone, this throws too: the event stays unfinished on the bus and comes again.
            await ParkAsync(envelope, e, ct);
        }
    }

    /// <summary>Tries parked events whose time has come, the earliest of each aggregate.</summary>
    /// <returns>How many were tried.</returns>
    public async Task<int> RetryAsync(CancellationToken ct)
    {
        List<ParkedEvent> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var now = clock.GetUtcNow();
            due = await scope.ServiceProvider.GetRequiredService<SubgraphContext>().Database.SqlQuery<ParkedEvent>(
                $"""
                select m.envelope::text as "Envelope", m.attempts as "Attempts"
                from inbox_message m
                where m.state = 'RETRY' and m.next_attempt_at <= {now}
                  and not exists (select 1 from inbox_message e where e.aggregate_id = m.aggregate_id and e.state = 'RETRY' and e.seq < m.seq)
                order by m.seq limit 50
                """).ToListAsync(ct);
        }

        foreach (var parked in due)
        {
            var envelope = JsonSerializer.Deserialize<EventEnvelope>(parked.Envelope, EventEnvelope.Json)!;
            await RetryAsync(envelope, parked.Attempts, ct);
        }

        return due.Count;
    }

    private async Task RetryAsync(EventEnvelope envelope, int attempts, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SubgraphContext>();
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            if (await db.Database.ExecuteSqlAsync(
                $"""
                update inbox_message set state = 'DONE', envelope = null, last_error = null, next_attempt_at = null
                where event_id = {envelope.EventId} and state = 'RETRY'
                """, ct) == 1)
            {
                await HandleAsync(scope.ServiceProvider, db, transaction, _handlers.GetValueOrDefault(envelope.Type) ?? [], envelope, ct);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            await PostponeAsync(envelope, attempts + 1, e, ct);
        }
    }

    private static async Task HandleAsync(
        IServiceProvider services, SubgraphContext db, IDbContextTransaction transaction,
        List<Func<IServiceProvider, EventEnvelope, CancellationToken, Task>> handlers, EventEnvelope envelope, CancellationToken ct)
    {
        foreach (var handler in handlers)
        {
            await handler(services, envelope, ct);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task ParkAsync(EventEnvelope envelope, Exception error, CancellationToken ct)
    {
        log.LogWarning(error, "{Event} {EventId} failed and will be tried again", envelope.Type, envelope.EventId);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SubgraphContext>();
        var now = clock.GetUtcNow();
        var next = now + Backoff(1);
        var json = JsonSerializer.Serialize(envelope, EventEnvelope.Json);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into inbox_message (event_id, type, aggregate_id, state, received_at, attempts, next_attempt_at, last_error, envelope)
            values ({envelope.EventId}, {envelope.Type}, {envelope.AggregateId}, 'RETRY', {now}, 1, {next}, {error.Message}, {json}::jsonb)
            on conflict do nothing
            """, ct);
    }

    private async Task PostponeAsync(EventEnvelope envelope, int attempts, Exception error, CancellationToken ct)
    {
        var dead = attempts >= MostAttempts;
        if (dead)
        {
            log.LogCritical(error, "{Event} {EventId} failed {Attempts} times and is given up", envelope.Type, envelope.EventId, attempts);
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SubgraphContext>();
        var next = clock.GetUtcNow() + Backoff(attempts);
        var state = dead ? "DEAD" : "RETRY";
        await db.Database.ExecuteSqlAsync(
            $"""
            update inbox_message set state = {state}, attempts = {attempts}, next_attempt_at = {next}, last_error = {error.Message}
            where event_id = {envelope.EventId}
            """, ct);
    }

    // 1 s, 2 s, 4 s … 10 min: about an hour and a half in all.
    private static TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(Math.Min(600, Math.Pow(2, attempts - 1)));

    private sealed record ParkedEvent(string Envelope, int Attempts);
}
