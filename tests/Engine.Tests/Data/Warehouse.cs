using LuckyGraph.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Engine.Tests.Data;

/// <summary>Something in the warehouse.</summary>
public sealed class Ware
{
    [ID] public Guid Id { get; init; }
    public required string Name { get; init; }
    public int Stock { get; init; }
    public decimal Price { get; init; }
    public DateTimeOffset Added { get; init; }
    public string? Note { get; init; }
    public int? Shelf { get; init; }
    public WareState State { get; init; }
    [Authorize(Roles = ["ADMIN"])] public decimal Cost { get; init; }
    [GraphQLIgnore] public string Secret { get; init; } = "";
    [ID<Maker>] public Guid MakerId { get; init; }
    [GraphQLIgnore] public Guid? GrowerId { get; init; }
    public Grower? Grower { get; init; }
    public List<Inspection> Inspections { get; init; } = [];
    [Authorize(Roles = ["ADMIN"])] public Grower? Owner { get; init; }
    public string Label => $"{Name} ({Stock})";
}

/// <summary>Who grows wares.</summary>
public sealed class Grower
{
    [ID] public Guid Id { get; init; }
    public required string Name { get; init; }
    [GraphQLIgnore] public Guid? MentorId { get; init; }
    public Grower? Mentor { get; init; }
    public List<Ware> Wares { get; init; } = [];
}

/// <summary>A look at a ware.</summary>
public sealed class Inspection
{
    [ID] public Guid Id { get; init; }
    public int Grade { get; init; }
    [GraphQLIgnore] public Guid WareId { get; init; }
}

public enum WareState { Draft, OnSale }

public sealed record Maker([property: ID] Guid Id);

[ObjectType<Ware>]
public static partial class WareNode
{
    [BindMember(nameof(Ware.MakerId))]
    public static Maker GetMaker([Parent(nameof(Ware.MakerId))] Ware ware) => new(ware.MakerId);

    public static int HalfStock([Parent(nameof(Ware.Stock))] Ware ware) => ware.Stock / 2;

    /// <summary>A statement that is still running when the next one starts.</summary>
    public static Task<int> GetSlowCountAsync([Parent(nameof(Ware.Id))] Ware ware, WarehouseContext db, CancellationToken ct)
        => db.SlowCountAsync(ct);

    [BatchResolver]
    public static async Task<List<int>> GetSlowCountsAsync([Parent(nameof(Ware.Id))] IReadOnlyList<Ware> wares, WarehouseContext db, CancellationToken ct)
    {
        var count = await db.SlowCountAsync(ct);
        return [.. wares.Select(_ => count)];
    }

    public static Task<int> GetSlowLoadAsync([Parent(nameof(Ware.Id))] Ware ware, ISlowCountByWareDataLoader counts, CancellationToken ct) => counts.LoadAsync(ware.Id, ct);

    [DataLoader(MaxBatchSize = 1)]
    public static async Task<Dictionary<Guid, int>> GetSlowCountByWareAsync(IReadOnlyList<Guid> ids, WarehouseContext db, CancellationToken ct)
    {
        var count = await db.SlowCountAsync(ct);
        return ids.ToDictionary(id => id, _ => count);
    }
}

[QueryType]
public static partial class WareQueries
{
    [UsePaging(MaxPageSize = 4, DefaultPageSize = 2), UseProjection, UseFiltering, UseSorting]
    public static IQueryable<Ware> GetWares(WarehouseContext db) => db.Wares.AsNoTracking();

    [UsePaging(IncludeTotalCount = false)]
    public static IQueryable<Ware> GetNewestWares(WarehouseContext db) => db.Wares.AsNoTracking().OrderByDescending(w => w.Added);

    /// <summary>No database at all.</summary>
    [UsePaging, UseSorting]
    public static IQueryable<Ware> GetSampleWares()
        => new[] { new Ware { Name = "None" }, new Ware { Name = "Kim's", Grower = new Grower { Name = "Kim" } }, new Ware { Name = "Al's", Grower = new Grower { Name = "Al" } } }.AsQueryable();

    [UseProjection, UseFiltering, UseSorting]
    public static IQueryable<Ware> GetWareList(WarehouseContext db) => db.Wares.AsNoTracking();

    [UseConnection(MaxPageSize = 3, DefaultPageSize = 3), UseFiltering, UseSorting]
    public static Task<PageConnection<Ware>> GetWarePageAsync(WarehouseContext db, QueryContext<Ware> query, PagingArguments paging, CancellationToken ct)
        => db.Wares.AsNoTracking().ToPageAsync(query, ByName, paging, ct);

    public static Task<Ware?> GetWareAsync([ID<Ware>] Guid id, WarehouseContext db, QueryContext<Ware> query, CancellationToken ct)
        => db.Wares.AsNoTracking().Where(w => w.Id == id).With(query).SingleOrDefaultAsync(ct);

    private static readonly PageOrder<Ware> ByName = PageOrder<Ware>.By(w => w.Name).ThenBy(w => w.Id);
}

[MutationType]
public static partial class WareMutations
{
    /// <summary>Mutations run one after another and see what the one before them left in the request's scope.</summary>
    public static async Task<Ware> WareTouchAsync([ID<Ware>] Guid id, WarehouseContext db, CancellationToken ct)
    {
        var isKnown = db.ChangeTracker.Entries<Ware>().Any(e => e.Entity.Id == id);
        await db.SlowCountAsync(ct);
        var ware = (await db.Wares.FindAsync([id], ct))!;
        return isKnown ? new Ware { Id = ware.Id, Name = ware.Name + " again" } : ware;
    }
}

public sealed class WarehouseContext(DbContextOptions<WarehouseContext> options) : DbContext(options)
{
    public DbSet<Ware> Wares => Set<Ware>();

    public DbSet<Grower> Growers => Set<Grower>();

    public Task<int> SlowCountAsync(CancellationToken ct)
        => Database.SqlQuery<int>($"""SELECT count(*)::int AS "Value" FROM wares, pg_sleep(0.05)""").SingleAsync(ct);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Ware>(ware =>
        {
            ware.ToTable("wares").HasKey(w => w.Id);
            ware.Property(w => w.Id).ValueGeneratedNever();
            ware.Property(w => w.State).HasConversion<string>();
            ware.HasOne(w => w.Grower).WithMany(g => g.Wares).HasForeignKey(w => w.GrowerId);
            ware.HasMany(w => w.Inspections).WithOne().HasForeignKey(i => i.WareId);
            ware.Ignore(w => w.Owner);
        });
        modelBuilder.Entity<Grower>(grower =>
        {
            grower.ToTable("growers").Property(g => g.Id).ValueGeneratedNever();
            grower.HasOne(g => g.Mentor).WithMany().HasForeignKey(g => g.MentorId);
        });
        modelBuilder.Entity<Inspection>().ToTable("inspections").Property(i => i.Id).ValueGeneratedNever();
    }
}
