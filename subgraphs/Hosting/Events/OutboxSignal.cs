using System.Data.Common;
using LuckyGraph.Hosting.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LuckyGraph.Hosting.Events;

/// <summary>Wakes the relay when events were committed, so that they need not wait for its next look.</summary>
internal sealed class OutboxSignal(OutboxRelay relay) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context?.Database.CurrentTransaction is null)
        {
            Signal(eventData.Context);
        }

        return ValueTask.FromResult(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Signal(eventData.Context);
        return Task.CompletedTask;
    }

    private void Signal(DbContext? context)
    {
        if (context is SubgraphContext { HasPendingEvents: true } pending)
        {
            pending.HasPendingEvents = false;
            relay.Wake();
        }
    }
}
