using LuckyGraph.Accounts.Registration;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Passwords;

[MutationType]
public static partial class PasswordMutations
{
    /// <summary>Mails a six-digit code with which a forgotten password is replaced, if the address has an account.</summary>
    [Error<ValidationFailedException>]
    [Error<RateLimitedException>]
    public static Task PasswordResetRequestAsync(string email, PasswordDesk desk, CancellationToken ct) => desk.RequestResetAsync(email, ct);

    /// <summary>Replaces a password with the code that was mailed. All sessions end.</summary>
    [Error<ValidationFailedException>]
    [Error<InvalidCodeException>]
    public static Task PasswordResetCompleteAsync(string email, string code, string newPassword, PasswordDesk desk, CancellationToken ct)
        => desk.CompleteResetAsync(email, code, newPassword, ct);
}
