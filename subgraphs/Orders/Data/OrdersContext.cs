using LuckyGraph.Hosting.Data;
using LuckyGraph.Orders.Carts;
using LuckyGraph.Orders.Inventory;
using LuckyGraph.Orders.Ordering;
using LuckyGraph.Orders.Payments;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Data;

public sealed class OrdersContext(DbContextOptions<OrdersContext> options) : SubgraphContext(options)
{
    public DbSet<VariantSnapshot> VariantSnapshots => Set<VariantSnapshot>();
    public DbSet<InventoryLevel> InventoryLevels => Set<InventoryLevel>();
    public DbSet<StockMovement> StockMovements => Set<StockMovement>();
    public DbSet<Reservation> Reservations => Set<Reservation>();
    public DbSet<Cart> Carts => Set<Cart>();
    public DbSet<CartLine> CartLines => Set<CartLine>();
    public DbSet<Order> Orders => Set<Order>();
    public DbSet<OrderChange> OrderChanges => Set<OrderChange>();
    public DbSet<OrderLine> OrderLines => Set<OrderLine>();
    public DbSet<Payment> Payments => Set<Payment>();
    public DbSet<PaymentEvent> PaymentEvents => Set<PaymentEvent>();
    public DbSet<Refund> Refunds => Set<Refund>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // The foreign keys of the migrations: rows are inserted in an order that they allow.
        modelBuilder.Entity<CartLine>().HasOne<Cart>().WithMany().HasForeignKey(l => l.CartId);
        modelBuilder.Entity<OrderLine>().HasOne<Order>().WithMany().HasForeignKey(l => l.OrderId);
        modelBuilder.Entity<Reservation>().HasOne<Order>().WithMany().HasForeignKey(r => r.OrderId);
        modelBuilder.Entity<Payment>().HasOne<Order>().WithMany().HasForeignKey(p => p.OrderId);
        modelBuilder.Entity<PaymentEvent>().HasOne<Payment>().WithMany().HasForeignKey(e => e.PaymentId);
        modelBuilder.Entity<Refund>().HasOne<Payment>().WithMany().HasForeignKey(r => r.PaymentId);
        modelBuilder.Entity<Refund>().HasOne<Order>().WithMany().HasForeignKey(r => r.OrderId);
        modelBuilder.Entity<VariantSnapshot>(variant =>
        {
            variant.ToTable("variant_snapshot").HasKey(v => v.VariantId);
            variant.Ignore(v => v.Title);
            variant.Ignore(v => v.Price);
        });
        modelBuilder.Entity<InventoryLevel>(level =>
        {
            level.ToTable("inventory_level").HasKey(l => new { l.VariantId, l.LocationId });
            level.Ignore(l => l.Available);
        });
        modelBuilder.Entity<StockMovement>(movement =>
        {
            movement.ToTable("stock_movement");
            movement.Property(m => m.Id).UseIdentityAlwaysColumn();
        });
        modelBuilder.Entity<Reservation>().ToTable("reservation").HasKey(r => new { r.OrderId, r.VariantId, r.LocationId });
        modelBuilder.Entity<Cart>().ToTable("cart");
        modelBuilder.Entity<CartLine>().ToTable("cart_line");
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.ShippingAddress).StoreAsJson();
            order.Property(o => o.Version).IsConcurrencyToken();
            order.Ignore(o => o.Total);
        });
        modelBuilder.Entity<OrderChange>().ToTable("order_change").HasKey(c => new { c.OrderId, c.Version });
        modelBuilder.Entity<OrderLine>(line =>
        {
            line.ToTable("order_line");
            line.Ignore(l => l.UnitPrice);
            line.Ignore(l => l.Total);
            line.Ignore(l => l.Tax);
        });
        modelBuilder.Entity<Payment>(payment =>
        {
            payment.ToTable("payment");
            payment.Ignore(p => p.Amount);
            payment.Ignore(p => p.Refunded);
            payment.Ignore(p => p.ProviderOrderId);
        });
        modelBuilder.Entity<PaymentEvent>(entry =>
        {
            entry.ToTable("payment_event");
            entry.Property(e => e.Id).UseIdentityAlwaysColumn();
        });
        modelBuilder.Entity<Refund>().ToTable("refund");
    }
}
