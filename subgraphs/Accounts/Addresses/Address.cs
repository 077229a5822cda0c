using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Addresses;

/// <summary>Where somebody wants parcels to go. Only its owner sees it.</summary>
[ObjectType]
public sealed class Address
{
    internal Address(StoredAddress stored, PrivateAddress details)
    {
        Id = stored.Id;
        Recipient = details.Recipient;
        Phone = details.Phone;
        PostalCode = stored.PostalCode;
        RoadAddress = details.RoadAddress;
        Detail = details.Detail;
        IsDefault = stored.IsDefault;
        Version = stored.Version;
    }

    /// <summary>The global id.</summary>
    [ID]
    public Guid Id { get; }

    /// <summary>Who receives.</summary>
    public string Recipient { get; }

    /// <summary>Whom the carrier calls.</summary>
    public string Phone { get; }

    /// <summary>The postal code.</summary>
    public string PostalCode { get; }

    /// <summary>Street and number.</summary>
    public string RoadAddress { get; }

    /// <summary>Floor, door and the like.</summary>
    public string? Detail { get; }

    /// <summary>Whether orders go here unless told otherwise.</summary>
    public bool IsDefault { get; }

    /// <summary>Rises with every change.</summary>
    public int Version { get; }
}

/// <summary>The parts of an address that are stored encrypted.</summary>
internal sealed record PrivateAddress(string Recipient, string Phone, string RoadAddress, string? Detail);
