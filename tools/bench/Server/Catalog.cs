using LuckyGraph.Engine;

namespace LuckyGraph.Bench.Server;

/// <summary>A product of the benchmark's data set.</summary>
public sealed class Product
{
    [ID]
    public required string Id { get; init; }
    public required string Sku { get; init; }
    public required string Name { get; init; }
    public required double Price { get; init; }
    public required string Currency { get; init; }
    public required double Weight { get; init; }
    public required bool InStock { get; init; }
    public required string CreatedAt { get; init; }
    public required double Rating { get; init; }
    public required string Description { get; init; }
    [GraphQLIgnore]
    public required int Number { get; init; }
}

/// <summary>A brand.</summary>
public sealed class Brand
{
    [ID]
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Country { get; init; }
}

/// <summary>A review of a product.</summary>
public sealed class Review
{
    [ID]
    public required string Id { get; init; }
    public required int Rating { get; init; }
    public required string Body { get; init; }
    [GraphQLIgnore]
    public required int AuthorNumber { get; init; }
}

/// <summary>Who wrote a review.</summary>
public sealed class User
{
    [ID]
    public required string Id { get; init; }
    public required string Name { get; init; }
}

/// <summary>The data set, the same in every server: computed from numbers, never random.</summary>
public static class Catalog
{
    public const int ProductCount = 100_000;
    public const int BrandCount = 50;
    public const int ReviewsPerProduct = 5;
    public const int UserCount = 1_000;

    public static Product[] Products { get; } = [.. Enumerable.Range(1, ProductCount).Select(MakeProduct)];

    public static Brand[] Brands { get; } = [.. Enumerable.Range(1, BrandCount).Select(i => new Brand { Id = $"{i}", Name = $"Brand {i}", Country = i % 2 == 0 ? "KR" : "DE" })];

    public static User[] Users { get; } = [.. Enumerable.Range(1, UserCount).Select(i => new User { Id = $"{i}", Name = $"User {i}" })];

    public static Review[][] Reviews { get; } = [.. Enumerable.Range(1, ProductCount).Select(MakeReviews)];

    /// <summary>The brand of a product, by number.</summary>
    public static int BrandIdOf(int product) => (product % BrandCount) + 1;

    private static Product MakeProduct(int i) => new()
    {
        Number = i,
        Id = $"{i}",
        Sku = $"SKU-{i:D6}",
        Name = $"Product {i}",
        Price = (i % 1000) + 0.25,
        Currency = "KRW",
        Weight = (i % 50) / 4.0,
        InStock = i % 3 != 0,
        CreatedAt = $"2025-{(i % 12) + 1:D2}-{(i % 28) + 1:D2}T08:30:00Z",
        Rating = (i % 41) / 8.0,
        Description = $"Product {i} is built to last, ships within {(i % 5) + 1} days and comes with a warranty.",
    };

    private static Review[] MakeReviews(int product) => [.. Enumerable.Range(0, ReviewsPerProduct).Select(k =>
    {
        var id = ((product - 1) * ReviewsPerProduct) + k + 1;
        return new Review { Id = $"{id}", Rating = (id % 5) + 1, Body = $"Review {id}: does what it says.", AuthorNumber = (id % UserCount) + 1 };
    })];
}
