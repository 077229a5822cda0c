using LuckyGraph.Catalog.Data;
using LuckyGraph.Engine;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Categories;

[QueryType]
public static partial class CategoryQueries
{
    /// <summary>All categories, parents before their children.</summary>
    public static async Task<IReadOnlyList<Category>> GetCategoriesAsync(CatalogContext db, CancellationToken ct)
        => await db.Categories.AsNoTracking().OrderBy(c => c.Path).ToListAsync(ct);

    /// <summary>A category by its key.</summary>
    [Lookup]
    public static Task<Category?> GetCategoryAsync([ID<Category>] Guid id, ICategoryByIdDataLoader categories, CancellationToken ct)
        => categories.LoadAsync(id, ct);
}

[ObjectType<Category>]
public static partial class CategoryNode
{
    /// <summary>The category above; null for roots.</summary>
    public static async Task<Category?> GetParentAsync(
        [Parent(nameof(Category.ParentId))] Category category, ICategoryByIdDataLoader categories, CancellationToken ct)
        => category.ParentId is { } id ? await categories.LoadAsync(id, ct) : null;

    /// <summary>The categories directly below.</summary>
    public static async Task<IReadOnlyList<Category>> GetChildrenAsync(
        [Parent(nameof(Category.Id))] Category category, ICategoriesByParentIdDataLoader categories, CancellationToken ct)
        => await categories.LoadAsync(category.Id, ct) ?? [];
}

internal static class CategoryLoaders
{
    [DataLoader]
    public static async Task<Dictionary<Guid, Category>> GetCategoryByIdAsync(IReadOnlyList<Guid> ids, CatalogContext db, CancellationToken ct)
        => await db.Categories.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, ct);

    [DataLoader]
    public static async Task<ILookup<Guid, Category>> GetCategoriesByParentIdAsync(
        IReadOnlyList<Guid> parentIds, CatalogContext db, CancellationToken ct)
    {
        var children = await db.Categories.AsNoTracking()
            .Where(c => c.ParentId != null && parentIds.Contains(c.ParentId.Value))
            .OrderBy(c => c.Path)
            .ToListAsync(ct);
        return children.ToLookup(c => c.ParentId!.Value);
    }
}
