using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Orders.Data;
using LuckyGraph.Orders.Inventory;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Orders.Carts;

/// <summary>How many of a variant to add.</summary>
[InputObjectType(Name = "CartLineInput")]
public sealed class CartLineInput
{
    [ID("ProductVariant")]
    public required Guid VariantId { get; init; }
    public required int Quantity { get; init; }
}

/// <summary>How many of a line to keep; 0 takes it out.</summary>
[InputObjectType(Name = "CartLineUpdateInput")]
public sealed class CartLineUpdate
{
    [ID<CartLine>]
    public required Guid LineId { get; init; }
    public required int Quantity { get; init; }
}

/// <summary>Where carts change: one change of a cart at a time, by a lock on its row, so that none is lost.</summary>
public sealed class CartDesk(OrdersContext db, TimeProvider clock)
{
    public const int MaxLines = 100;
    public const int MaxQuantity = 999;

    public async Task<Cart> AddAsync(Guid ownerId, IReadOnlyList<CartLineInput> additions, CancellationToken ct)
    {
        CheckCount(additions.Count);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (cart, lines) = await OpenAsync(ownerId, ct);
        var ids = additions.Select(a => a.VariantId).ToList();
        var variants = await db.VariantSnapshots.AsNoTracking().Where(v => ids.Contains(v.VariantId) && v.OnSale).ToDictionaryAsync(v => v.VariantId, ct);
        var now = clock.GetUtcNow();
        for (var i = 0; i < additions.Count; i++)
        {
            var addition = additions[i];
            if (!variants.TryGetValue(addition.VariantId, out var variant))
            {
                throw new NotFoundException("This is not sold.", ["input", "lines", i.ToString(), "variantId"]);
            }

            // An empty cart has no currency of its own yet.
            if (lines.Count == 0)
            {
                cart.CurrencyCode = variant.CurrencyCode;
            }
            else if (cart.CurrencyCode != variant.CurrencyCode)
            {
                throw new ValidationFailedException(
                    $"The cart is in {cart.CurrencyCode!.Value.Code()}, \"{variant.Title}\" costs {variant.Price}; order them separately.",
                    ["input", "lines", i.ToString(), "variantId"]);
            }

            var line = lines.Find(l => l.VariantId == addition.VariantId);
            CheckQuantity(addition.Quantity, 1, i);
            CheckQuantity((line?.Quantity ?? 0) + addition.Quantity, 1, i);
            if (line is null)
            {
                line = new CartLine
                {
                    Id = Guid.CreateVersion7(now),
                    CartId = cart.Id,
                    VariantId = addition.VariantId,
                    Quantity = addition.Quantity,
                    UnitPriceMinor = variant.PriceMinor,
                    CreatedAt = now,
                };
                db.Add(line);
                lines.Add(line);
                CheckCount(lines.Count);
            }
            else
            {
                line.Quantity += addition.Quantity;
                line.UnitPriceMinor = variant.PriceMinor;
            }
        }

        return await SaveAsync(cart, transaction, ct);
    }

    public async Task<Cart> UpdateAsync(Guid ownerId, IReadOnlyList<CartLineUpdate> updates, CancellationToken ct)
    {
        CheckCount(updates.Count);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (cart, lines) = await OpenAsync(ownerId, ct);
        for (var i = 0; i < updates.Count; i++)
        {
            CheckQuantity(updates[i].Quantity, 0, i);
            var line = lines.Find(l => l.Id == updates[i].LineId)
                ?? throw new NotFoundException("Your cart has no such line.", ["input", "lines", i.ToString(), "lineId"]);
            if (updates[i].Quantity == 0)
            {
                db.Remove(line);
                lines.Remove(line);
            }
            else
            {
                line.Quantity = updates[i].Quantity;
            }
        }

        return await SaveAsync(cart, transaction, ct);
    }

    public Task<Cart> RemoveAsync(Guid ownerId, IReadOnlyList<Guid> lineIds, CancellationToken ct)
        => UpdateAsync(ownerId, [.. lineIds.Select(id => new CartLineUpdate { LineId = id, Quantity = 0 })], ct);

    /// <summary>The owner's open cart, locked; a new one when there is none.</summary>
    private async Task<(Cart Cart, List<CartLine> Lines)> OpenAsync(Guid ownerId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO cart (id, owner_id, status, created_at, updated_at, version)
            VALUES ({Guid.CreateVersion7(now)}, {ownerId}, 'Open', {now}, {now}, 0)
            ON CONFLICT DO NOTHING
            """, ct);
        var cart = await db.Carts.FromSql($"SELECT * FROM cart WHERE owner_id = {ownerId} AND status = 'Open' FOR UPDATE").SingleOrDefaultAsync(ct)
            ?? throw new ConflictException("The cart is being checked out; try again in a moment.");
        var lines = await db.CartLines.Where(l => l.CartId == cart.Id).OrderBy(l => l.CreatedAt).ToListAsync(ct);
        return (cart, lines);
    }

    private async Task<Cart> SaveAsync(Cart cart, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, CancellationToken ct)
    {
        cart.Touch(clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return cart;
    }

    private static void CheckCount(int count)
    {
        if (count is 0 or > MaxLines)
        {
            throw ValidationFailedException.Field("lines", $"A cart has 1 to {MaxLines} lines.");
        }
    }

    private static void CheckQuantity(int quantity, int least, int index)
    {
        if (quantity < least || quantity > MaxQuantity)
        {
            throw new ValidationFailedException(
                $"A cart holds {least} to {MaxQuantity} of a variant.", ["input", "lines", index.ToString(), "quantity"]);
        }
    }
}
