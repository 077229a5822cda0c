using LuckyGraph.Engine;

namespace LuckyGraph.Catalog.Categories;

/// <summary>A place in the tree of goods.</summary>
public sealed class Category
{
    [ID]
    public required Guid Id { get; init; }
    [GraphQLIgnore]
    public Guid? ParentId { get; init; }
    public required string Slug { get; init; }
    /// <summary>The slugs from the root to here, separated by dots.</summary>
    public required string Path { get; init; }
    /// <summary>0 for roots.</summary>
    public int Level { get; init; }
    public required string Name { get; set; }
    [GraphQLIgnore]
    public required DateTimeOffset CreatedAt { get; init; }
    [GraphQLIgnore]
    public DateTimeOffset UpdatedAt { get; set; }
    [GraphQLIgnore]
    public int Version { get; set; }

    /// <summary>A root whose name is its slug in words: <c>mens-shirts</c> becomes "Mens shirts".</summary>
    internal static Category OfSlug(string slug, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Slug = slug,
        Path = slug,
        Name = char.ToUpperInvariant(slug[0]) + slug[1..].Replace('-', ' '),
        CreatedAt = now,
        UpdatedAt = now,
        Version = 1,
    };
}
