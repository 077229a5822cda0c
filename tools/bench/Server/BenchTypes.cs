using LuckyGraph.Engine;

[assembly: Module("Bench")]

namespace LuckyGraph.Bench.Server;

[QueryType]
public static partial class BenchQueries
{
    public static string GetHello() => "world";

    public static Product[] GetProducts(int first = 10) => Catalog.Products[..Math.Clamp(first, 0, 1_000)];

    public static Product? GetProduct([ID] string id)
        => int.TryParse(id, out var number) && number is >= 1 and <= Catalog.ProductCount ? Catalog.Products[number - 1] : null;
}

[ObjectType<Product>]
public static partial class ProductNode
{
    public static async Task<Brand> GetBrandAsync([Parent] Product product, IBrandByIdDataLoader brands, CancellationToken cancellationToken)
        => (await brands.LoadAsync(Catalog.BrandIdOf(product.Number), cancellationToken))!;

    public static async Task<Review[]> GetReviewsAsync([Parent] Product product, IReviewsByProductDataLoader reviews, CancellationToken cancellationToken, int first = 5)
    {
        var all = await reviews.LoadAsync(product.Number, cancellationToken) ?? [];
        return first >= all.Length ? all : all[..Math.Max(0, first)];
    }
}

[ObjectType<Review>]
public static partial class ReviewNode
{
    public static async Task<User> GetAuthorAsync([Parent] Review review, IUserByIdDataLoader users, CancellationToken cancellationToken)
        => (await users.LoadAsync(review.AuthorNumber, cancellationToken))!;
}

/// <summary>Each load hops once through the scheduler, standing for a round trip to a database.</summary>
public static class BenchLoaders
{
    [DataLoader]
    public static async Task<Dictionary<int, Brand>> GetBrandByIdAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return ids.ToDictionary(id => id, id => Catalog.Brands[id - 1]);
    }

    [DataLoader]
    public static async Task<Dictionary<int, Review[]>> GetReviewsByProductAsync(IReadOnlyList<int> products, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return products.ToDictionary(number => number, number => Catalog.Reviews[number - 1]);
    }

    [DataLoader]
    public static async Task<Dictionary<int, User>> GetUserByIdAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return ids.ToDictionary(id => id, id => Catalog.Users[id - 1]);
    }
}
