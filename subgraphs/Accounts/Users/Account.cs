namespace LuckyGraph.Accounts.Users;

/// <summary>What an account may do.</summary>
public enum AccountRole
{
    /// <summary>Buys.</summary>
    Customer,

    /// <summary>Sells.</summary>
    Seller,

    /// <summary>Runs the platform.</summary>
    Admin,
}

/// <summary>Whether an account is in use.</summary>
public enum AccountStatus
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Closed by its owner; personal data is gone.</summary>
    Withdrawn,
}

/// <summary>An account as it is stored. Never exposed: clients see <see cref="User"/> and <see cref="ViewerAccount"/>.</summary>
public sealed class Account
{
    public required Guid Id { get; init; }
    public required AccountRole Role { get; set; }
    public required AccountStatus Status { get; set; }
    public required string Nickname { get; set; }
    public string? AvatarUrl { get; set; }
    public byte[]? EmailEnc { get; set; }
    public byte[]? EmailHash { get; set; }
    public byte[]? PhoneEnc { get; set; }
    public byte[]? PhoneHash { get; set; }
    public DateTimeOffset? EmailVerifiedAt { get; set; }
    public string? PasswordHash { get; set; }
    public required DateTimeOffset TermsAcceptedAt { get; init; }
    public DateTimeOffset? MarketingConsentAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; } = 1;
}
