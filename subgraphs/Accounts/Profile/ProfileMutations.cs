using LuckyGraph.Accounts.Sessions;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;
using LuckyGraph.Hosting.Identity;

namespace LuckyGraph.Accounts.Profile;

/// <summary>What changes of a profile; what is omitted stays.</summary>
[InputObjectType]
public sealed class ProfileUpdateInput
{
    /// <summary>The name that everybody sees.</summary>
    public Optional<string> Nickname { get; init; }

    /// <summary>An https address of a picture; null removes it.</summary>
    public Optional<string?> AvatarUrl { get; init; }

    /// <summary>A phone number; null removes it.</summary>
    public Optional<string?> Phone { get; init; }

    /// <summary>Whether to hear of offers.</summary>
    public Optional<bool> MarketingConsent { get; init; }

    /// <summary>The version that the change builds on; a conflict when the profile changed since.</summary>
    public int? ExpectedVersion { get; init; }
}

[MutationType]
public static partial class ProfileMutations
{
    /// <summary>Changes the caller's profile.</summary>
    [Authorize]
    [Error<ValidationFailedException>]
    [Error<ConflictException>]
    public static Task<ViewerAccount> ProfileUpdateAsync(ProfileUpdateInput input, Viewer viewer, ProfileDesk desk, CancellationToken ct)
        => desk.UpdateAsync(viewer.Id, input, ct);

    /// <summary>Closes the caller's account: personal data is removed, what the person wrote stays under a neutral name. Cannot be undone.</summary>
    [Authorize]
    [Error<InvalidCredentialsException>]
    [Error<ConflictException>]
    public static Task AccountWithdrawAsync(string password, Viewer viewer, ProfileDesk desk, CancellationToken ct)
        => desk.WithdrawAsync(viewer.Id, password, ct);
}
