namespace LuckyGraph.Accounts.Registration;

/// <summary>What a code proves.</summary>
public enum CodePurpose
{
    EmailVerification,
    PasswordReset,
}

/// <summary>A six-digit code that was mailed; only its keyed hash is kept. A new code replaces the old one.</summary>
public sealed class OneTimeCode
{
    public required Guid AccountId { get; init; }
    public required CodePurpose Purpose { get; init; }
    public required byte[] CodeHash { get; set; }
    public int Attempts { get; set; }
    public required DateTimeOffset SentAt { get; set; }
    public required DateTimeOffset ExpiresAt { get; set; }
}
