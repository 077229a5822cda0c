using System.Net.Mail;
using LuckyGraph.Contracts.Errors;

namespace LuckyGraph.Accounts.Registration;

/// <summary>What names, addresses and passwords must look like.</summary>
internal static class Rules
{
    public static string Email(string text)
    {
        var email = text.Trim().ToLowerInvariant();
        return email.Length is > 3 and <= 254 && MailAddress.TryCreate(email, out var parsed) && parsed.Address == email && email.IndexOf('.', email.IndexOf('@')) > 0
            ? email
            : throw ValidationFailedException.Field("email", "This is not an e-mail address.");
    }

    public static string Nickname(string text)
    {
        var nickname = text.Trim();
        return nickname.Length is >= 2 and <= 30 && !nickname.Any(char.IsControl)
            ? nickname
            : throw ValidationFailedException.Field("nickname", "A nickname has 2 to 30 characters.");
    }

    public static string Password(string password, string field, string email)
    {
        if (password.Length is < 8 or > 128)
        {
            throw ValidationFailedException.Field(field, "A password has 8 to 128 characters.");
        }

        if (!password.Any(char.IsLetter) || password.All(char.IsLetter))
        {
            throw ValidationFailedException.Field(field, "A password has letters and at least one other character.");
        }

        return password.Contains(email, StringComparison.OrdinalIgnoreCase)
            ? throw ValidationFailedException.Field(field, "A password does not contain the e-mail address.")
            : password;
    }

    public static string Phone(string text, string field)
    {
        var phone = string.Concat(text.Where(c => c is not (' ' or '-')));
        var digits = phone.StartsWith('+') ? phone[1..] : phone;
        return digits.Length is >= 8 and <= 15 && digits.All(char.IsAsciiDigit)
            ? phone
            : throw ValidationFailedException.Field(field, "A phone number has 8 to 15 digits, with + before a country code.");
    }

    public static string Text(string text, string field, int longest)
    {
        var trimmed = text.Trim();
        return trimmed.Length is > 0 && trimmed.Length <= longest && !trimmed.Any(char.IsControl)
            ? trimmed
            : throw ValidationFailedException.Field(field, $"Give 1 to {longest} characters.");
    }

    public static string? AvatarUrl(string? text)
        => text is null || (text.Length <= 500 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
            ? text
            : throw ValidationFailedException.Field("avatarUrl", "Give an https address of at most 500 characters.");
}
