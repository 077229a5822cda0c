using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Users;

/// <summary>The signed-in person's own account, seen by nobody else.</summary>
[ObjectType(Name = "Viewer")]
public sealed class ViewerAccount
{
    internal const string EmailPurpose = "account.email";
    internal const string PhonePurpose = "account.phone";

    internal ViewerAccount(Account account, PersonalData personal)
    {
        Id = account.Id;
        Email = personal.Decrypt(EmailPurpose, account.EmailEnc!);
        Phone = account.PhoneEnc is null ? null : personal.Decrypt(PhonePurpose, account.PhoneEnc);
        Role = account.Role;
        EmailVerifiedAt = account.EmailVerifiedAt;
        MarketingConsent = account.MarketingConsentAt is not null;
        User = new User(account.Id, account.Nickname, account.AvatarUrl);
        CreatedAt = account.CreatedAt;
        Version = account.Version;
    }

    /// <summary>The global id.</summary>
    [ID]
    public Guid Id { get; }

    /// <summary>What everybody sees of this account.</summary>
    public User User { get; }

    /// <summary>The e-mail address.</summary>
    public string Email { get; }

    /// <summary>The phone number; null when none was given.</summary>
    public string? Phone { get; }

    /// <summary>What the account may do.</summary>
    public AccountRole Role { get; }

    /// <summary>When the e-mail address was verified; null when it was not.</summary>
    public DateTimeOffset? EmailVerifiedAt { get; }

    /// <summary>Whether the person wants to hear of offers.</summary>
    public bool MarketingConsent { get; }

    /// <summary>When the account was opened.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>Rises with every change of the profile.</summary>
    public int Version { get; }
}
