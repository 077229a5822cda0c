using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;

namespace LuckyGraph.Orders.Inventory;

/// <summary>There is less in stock than was asked for.</summary>
[GraphQLName("InsufficientStockError")]
public sealed class InsufficientStockException(IReadOnlyList<InsufficientStockLine> lines)
    : UserErrorException("INSUFFICIENT_STOCK", "Less is in stock than you want to order.")
{
    /// <summary>What is short.</summary>
    public IReadOnlyList<InsufficientStockLine> Lines { get; } = lines;
}

/// <summary>A variant that is short.</summary>
/// <param name="VariantId">The variant.</param>
/// <param name="Requested">How many were asked for, over all lines.</param>
/// <param name="Available">How many can be had.</param>
public sealed record InsufficientStockLine([property: ID("ProductVariant")] Guid VariantId, int Requested, int Available);
