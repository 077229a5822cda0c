using LuckyGraph.Hosting.Events;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Hosting.Data;

/// <summary>
/// What a subgraph's EF Core context derives from: names in snake case (table = the set's name in singular form is up to the
/// subgraph, through the name of its <c>DbSet</c> or <c>ToTable</c>), enums as text, and the outbox. Tables are made by the
/// subgraph's migration files, never by EF Core.
/// </summary>
public abstract class SubgraphContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Set when an event waits for the transaction's end; the relay is woken then.</summary>
    internal bool HasPendingEvents { get; set; }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Conventions.Add(_ => new SnakeCaseConvention());
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var outbox = modelBuilder.Entity<OutboxMessage>();
        outbox.ToTable("outbox_message").HasKey(m => m.Id);
        outbox.Property(m => m.Id).UseIdentityAlwaysColumn();
        outbox.Property(m => m.Payload).HasColumnType("jsonb");
    }
}
