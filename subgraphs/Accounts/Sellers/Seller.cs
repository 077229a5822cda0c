using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Sellers;

/// <summary>Where a seller stands.</summary>
public enum SellerStatus
{
    /// <summary>Waits for a decision.</summary>
    Applied,

    /// <summary>Sells.</summary>
    Active,

    /// <summary>May not sell for now.</summary>
    Suspended,

    /// <summary>Was turned down.</summary>
    Rejected,
}

/// <summary>A business that sells on the platform.</summary>
[ObjectType]
public sealed class Seller
{
    /// <summary>The global id.</summary>
    [ID]
    public required Guid Id { get; init; }

    [GraphQLIgnore]
    public required Guid OwnerId { get; init; }

    /// <summary>The name that customers see.</summary>
    public required string Name { get; set; }

    [GraphQLIgnore]
    public required string BusinessNo { get; set; }

    /// <summary>Where the seller stands.</summary>
    public required SellerStatus Status { get; set; }

    [GraphQLIgnore]
    public required int CommissionBps { get; set; }

    [GraphQLIgnore]
    public required DateTimeOffset CreatedAt { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset UpdatedAt { get; set; }

    [GraphQLIgnore]
    public int Version { get; set; } = 1;
}
