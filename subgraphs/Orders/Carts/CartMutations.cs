using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Orders.Carts;

[MutationType]
public static partial class CartMutations
{
    /// <summary>Puts variants into your cart; what is there already is added up.</summary>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    public static Task<Cart> CartLinesAddAsync(IReadOnlyList<CartLineInput> lines, Viewer viewer, CartDesk desk, CancellationToken ct)
        => desk.AddAsync(viewer.Id, lines, ct);

    /// <summary>Changes how many of a line you want; 0 takes it out.</summary>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    public static Task<Cart> CartLinesUpdateAsync(IReadOnlyList<CartLineUpdate> lines, Viewer viewer, CartDesk desk, CancellationToken ct)
        => desk.UpdateAsync(viewer.Id, lines, ct);

    /// <summary>Takes lines out of your cart.</summary>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    public static Task<Cart> CartLinesRemoveAsync([ID<CartLine>] IReadOnlyList<Guid> lineIds, Viewer viewer, CartDesk desk, CancellationToken ct)
        => desk.RemoveAsync(viewer.Id, lineIds, ct);
}
