using LuckyGraph.Contracts.Errors;

namespace LuckyGraph.Accounts.Sessions;

/// <summary>E-mail address and password do not belong together.</summary>
public sealed class InvalidCredentialsException()
    : UserErrorException("INVALID_CREDENTIALS", "E-mail address or password is wrong.", ["input"]);

/// <summary>The e-mail address is not verified yet.</summary>
public sealed class EmailNotVerifiedException()
    : UserErrorException("EMAIL_NOT_VERIFIED", "Verify the e-mail address first; emailVerificationResend mails a new code.", ["input", "email"]);

/// <summary>The refresh token opens no session: it is malformed, too old, or its session has ended.</summary>
public sealed class InvalidRefreshTokenException()
    : UserErrorException("INVALID_REFRESH_TOKEN", "The session has ended. Sign in again.", ["input", "refreshToken"]);

/// <summary>The refresh token was used before. Someone may have copied it, so the session was ended.</summary>
public sealed class RefreshTokenReusedException()
    : UserErrorException("REFRESH_TOKEN_REUSED", "This token was used before, so its session was ended. Sign in again.", ["input", "refreshToken"]);
