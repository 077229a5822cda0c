namespace LuckyGraph.Accounts.Mail;

/// <summary>A mail that waits to be sent, or was. Once it is sent its content is gone.</summary>
public sealed class QueuedMail
{
    public required Guid Id { get; init; }
    public byte[]? ContentEnc { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? NextAttemptAt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public string? LastError { get; set; }
}

/// <summary>What a mail says.</summary>
/// <param name="To">The recipient's address.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Body">The text.</param>
public sealed record MailContent(string To, string Subject, string Body);
