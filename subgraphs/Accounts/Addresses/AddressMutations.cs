using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Accounts.Addresses;

/// <summary>A new address.</summary>
[InputObjectType]
public sealed class AddressCreateInput
{
    /// <summary>Who receives.</summary>
    public required string Recipient { get; init; }

    /// <summary>Whom the carrier calls.</summary>
    public required string Phone { get; init; }

    /// <summary>The postal code.</summary>
    public required string PostalCode { get; init; }

    /// <summary>Street and number.</summary>
    public required string RoadAddress { get; init; }

    /// <summary>Floor, door and the like.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether orders go here unless told otherwise. The first address always is the default.</summary>
    [DefaultValue("false")]
    public bool IsDefault { get; init; }
}

/// <summary>What changes of an address; what is omitted stays.</summary>
[InputObjectType]
public sealed class AddressUpdateInput
{
    /// <summary>The address.</summary>
    [ID<Address>]
    public required Guid AddressId { get; init; }

    /// <summary>Who receives.</summary>
    public Optional<string> Recipient { get; init; }

    /// <summary>Whom the carrier calls.</summary>
    public Optional<string> Phone { get; init; }

    /// <summary>The postal code.</summary>
    public Optional<string> PostalCode { get; init; }

    /// <summary>Street and number.</summary>
    public Optional<string> RoadAddress { get; init; }

    /// <summary>Floor, door and the like; null removes it.</summary>
    public Optional<string?> Detail { get; init; }

    /// <summary>The version that the change builds on; a conflict when the address changed since.</summary>
    public int? ExpectedVersion { get; init; }
}

[MutationType]
public static partial class AddressMutations
{
    /// <summary>Adds an address.</summary>
    [Authorize]
    [Error<ValidationFailedException>]
    public static Task<Address> AddressCreateAsync(AddressCreateInput input, Viewer viewer, AddressDesk desk, CancellationToken ct)
        => desk.CreateAsync(viewer.Id, input, ct);

    /// <summary>Changes an address. Orders that were placed keep the one they had.</summary>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<NotFoundException>]
    [Error<ConflictException>]
    public static Task<Address> AddressUpdateAsync(AddressUpdateInput input, Viewer viewer, AddressDesk desk, CancellationToken ct)
        => desk.UpdateAsync(viewer.Id, input, ct);

    /// <summary>Deletes an address. When it was the default, the newest of the others takes its place.</summary>
    [Authorize]
    [Error<NotFoundException>]
    public static Task AddressDeleteAsync([ID<Address>] Guid addressId, Viewer viewer, AddressDesk desk, CancellationToken ct)
        => desk.DeleteAsync(viewer.Id, addressId, ct);

    /// <summary>Makes an address the default.</summary>
    [Authorize]
    [Error<NotFoundException>]
    public static Task<Address> AddressSetDefaultAsync([ID<Address>] Guid addressId, Viewer viewer, AddressDesk desk, CancellationToken ct)
        => desk.SetDefaultAsync(viewer.Id, addressId, ct);
}
