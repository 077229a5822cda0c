namespace LuckyGraph.Accounts.Addresses;

/// <summary>An address as it is stored.</summary>
public sealed class StoredAddress
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string PostalCode { get; set; }
    public required byte[] PrivateEnc { get; set; }
    public required bool IsDefault { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; } = 1;
}
