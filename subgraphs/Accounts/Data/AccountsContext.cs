using LuckyGraph.Accounts.Addresses;
using LuckyGraph.Accounts.Mail;
using LuckyGraph.Accounts.Notifications;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Accounts.Sellers;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Hosting.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Data;

/// <summary>The database of accounts.</summary>
public sealed class AccountsContext(DbContextOptions<AccountsContext> options) : SubgraphContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<OneTimeCode> OneTimeCodes => Set<OneTimeCode>();
    public DbSet<Seller> Sellers => Set<Seller>();
    public DbSet<StoredAddress> Addresses => Set<StoredAddress>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<QueuedMail> QueuedMails => Set<QueuedMail>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Account>().ToTable("account").Property(a => a.Version).IsConcurrencyToken();
        modelBuilder.Entity<OneTimeCode>().ToTable("one_time_code").HasKey(c => new { c.AccountId, c.Purpose });
        modelBuilder.Entity<Seller>().ToTable("seller").Property(s => s.Version).IsConcurrencyToken();
        modelBuilder.Entity<StoredAddress>().ToTable("address").Property(a => a.Version).IsConcurrencyToken();
        modelBuilder.Entity<Notification>().ToTable("notification");
        modelBuilder.Entity<QueuedMail>().ToTable("queued_mail");
    }
}
