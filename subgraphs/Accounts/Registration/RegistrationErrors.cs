using LuckyGraph.Contracts.Errors;

namespace LuckyGraph.Accounts.Registration;

/// <summary>The e-mail address belongs to an account already.</summary>
public sealed class EmailTakenException()
    : UserErrorException("EMAIL_TAKEN", "There is an account with this e-mail address. Sign in, or reset the password.", ["input", "email"]);

/// <summary>The code does not open anything.</summary>
public sealed class InvalidCodeException : UserErrorException
{
    private InvalidCodeException(string code, string message, int attemptsLeft) : base(code, message, ["input", "code"]) => AttemptsLeft = attemptsLeft;

    /// <summary>How often the code may still be tried; 0 when a new one is needed.</summary>
    public int AttemptsLeft { get; }

    internal static InvalidCodeException Wrong(int attemptsLeft)
        => new("CODE_WRONG", attemptsLeft > 0 ? "The code is wrong." : "The code is wrong. Ask for a new one.", attemptsLeft);

    internal static InvalidCodeException Expired() => new("CODE_EXPIRED", "The code is no longer valid. Ask for a new one.", 0);
}
