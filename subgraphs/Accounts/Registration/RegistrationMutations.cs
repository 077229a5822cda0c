using LuckyGraph.Accounts.Users;
using LuckyGraph.Contracts.Errors;
using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Registration;

/// <summary>What a person agrees to.</summary>
/// <param name="Terms">The terms of service; needed.</param>
/// <param name="Privacy">The privacy policy; needed.</param>
/// <param name="Marketing">To hear of offers.</param>
[InputObjectType]
public sealed record ConsentsInput(bool Terms, bool Privacy, bool Marketing = false);

[MutationType]
public static partial class RegistrationMutations
{
    /// <summary>Opens an account and mails a six-digit code. The account can sign in once the code is given to <c>emailVerify</c>.</summary>
    [Error<ValidationFailedException>]
    [Error<EmailTakenException>]
    public static Task<User> AccountRegisterAsync(
        string email, string password, string nickname, ConsentsInput consents, RegistrationDesk desk, CancellationToken ct)
        => desk.RegisterAsync(email, password, nickname, consents, ct);

    /// <summary>Proves an e-mail address with the code that was mailed to it. A code has five attempts and ten minutes.</summary>
    [Error<InvalidCodeException>]
    public static Task<User> EmailVerifyAsync(string email, string code, RegistrationDesk desk, CancellationToken ct)
        => desk.VerifyEmailAsync(email, code, ct);

    /// <summary>Mails a new code to an address that waits for one.</summary>
    [Error<ValidationFailedException>]
    [Error<RateLimitedException>]
    public static Task EmailVerificationResendAsync(string email, RegistrationDesk desk, CancellationToken ct)
        => desk.ResendCodeAsync(email, ct);
}
