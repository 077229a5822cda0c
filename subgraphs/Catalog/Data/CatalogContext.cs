using LuckyGraph.Catalog.Categories;
using LuckyGraph.Catalog.Products;
using LuckyGraph.Hosting.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Data;

public sealed class CatalogContext(DbContextOptions<CatalogContext> options) : SubgraphContext(options)
{
    public DbSet<Category> Categories => Set<Category>();
    public DbSet<Product> Products => Set<Product>();
    public DbSet<ProductVariant> Variants => Set<ProductVariant>();
    public DbSet<Media> Media => Set<Media>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // The foreign keys of the migrations: rows are inserted in an order that they allow.
        modelBuilder.Entity<Category>().HasOne<Category>().WithMany().HasForeignKey(c => c.ParentId);
        modelBuilder.Entity<Product>().HasOne<Category>().WithMany().HasForeignKey(p => p.CategoryId);
        modelBuilder.Entity<ProductVariant>().HasOne<Product>().WithMany().HasForeignKey(v => v.ProductId);
        modelBuilder.Entity<Media>().HasOne<Product>().WithMany().HasForeignKey(m => m.ProductId);
        modelBuilder.Entity<Category>(category =>
        {
            category.ToTable("category");
            category.Property(c => c.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<Product>(product =>
        {
            product.ToTable("product");
            product.Property(p => p.Version).IsConcurrencyToken();
            product.Property(p => p.Attributes).StoreAsJson();
            product.Ignore(p => p.MinPrice);
            product.Ignore(p => p.MaxPrice);
        });
        modelBuilder.Entity<ProductVariant>(variant =>
        {
            variant.ToTable("product_variant");
            variant.Property(v => v.Version).IsConcurrencyToken();
            variant.Property(v => v.OptionValues).StoreAsJson();
            variant.Ignore(v => v.Price);
            variant.Ignore(v => v.CompareAtPrice);
            variant.Ignore(v => v.Dimensions);
        });
        modelBuilder.Entity<Media>().ToTable("media");
    }
}
