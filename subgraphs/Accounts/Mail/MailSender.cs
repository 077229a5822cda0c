using System.Net.Mail;
using System.Text;
using System.Text.Json;
using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Hosting;
using LuckyGraph.Hosting.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LuckyGraph.Accounts.Mail;

/// <summary>
/// Sends queued mails over SMTP. A row stays locked while its mail is sent, so that processes share the work; a mail whose
/// sending fails is tried again with growing pauses for about a day.
/// </summary>
public sealed class MailSender(
    IServiceScopeFactory scopes, PersonalData personal, DatabaseStartup startup, SubgraphSettings settings, TimeProvider clock, ILogger<MailSender> log)
    : BackgroundService
{
    private const int MostAttempts = 16;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await SendNextAsync(stoppingToken))
                {
                    await Task.Delay(Poll, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is NpgsqlException or InvalidOperationException or DbUpdateException or TimeoutException)
            {
                log.LogWarning("Mails wait: {Reason}", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(2), stoppingToken);
            }
        }
    }

    private async Task<bool> SendNextAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccountsContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var mail = await db.QueuedMails.FromSql(
            $"""
            select * from queued_mail where sent_at is null and next_attempt_at <= {now}
            order by next_attempt_at limit 1 for update skip locked
            """).FirstOrDefaultAsync(ct);
        if (mail is null)
        {
            return false;
        }

        try
        {
            var content = JsonSerializer.Deserialize<MailContent>(personal.Decrypt(MailQueue.Purpose, mail.ContentEnc!))!;
            await SendAsync(mail.Id, content, ct);
            mail.SentAt = now;
            mail.ContentEnc = null;
            mail.LastError = null;
        }
        catch (Exception e) when (e is SmtpException or IOException or FormatException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            mail.Attempts++;
            mail.LastError = e.Message;
            mail.NextAttemptAt = mail.Attempts >= MostAttempts
                ? null
                : now + TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, mail.Attempts)));
            log.Log(mail.NextAttemptAt is null ? LogLevel.Error : LogLevel.Warning,
                "Mail {Mail} could not be sent, attempt {Attempt}: {Reason}", mail.Id, mail.Attempts, e.Message);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task SendAsync(Guid id, MailContent content, CancellationToken ct)
    {
        var server = settings.Smtp.Split(':');
        using var client = new SmtpClient(server[0], server.Length > 1 ? int.Parse(server[1], System.Globalization.CultureInfo.InvariantCulture) : 25);
        using var message = new MailMessage("no-reply@lucky.example", content.To, content.Subject, content.Body)
        {
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
        };

        // A repeated sending carries the same id, by which mail servers and readers know it.
        message.Headers.Add("Message-ID", $"<{id}@lucky.example>");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(15));
        await client.SendMailAsync(message, timeout.Token);
    }
}
