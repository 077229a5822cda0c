using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LuckyGraph.Sandbox.Mail;

/// <summary>A mail server (RFC 5321) that accepts everything for everybody and keeps it in the <see cref="Mailbox"/>.</summary>
public sealed partial class SmtpServer(SandboxSettings settings, Mailbox mailbox, ILogger<SmtpServer> log) : BackgroundService
{
    private const int MaxMessageBytes = 1024 * 1024;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, settings.SmtpPort);
        listener.Start();
        while (!stoppingToken.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stoppingToken);
            _ = ServeAsync(client, stoppingToken);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stoppingToken)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                await new Session(stream, mailbox).RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                LogGone(log, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A mail client went away: {Reason}")]
    private static partial void LogGone(ILogger log, string reason);

    private sealed class Session(Stream stream, Mailbox mailbox)
    {
        private readonly StreamReader reader = new(stream, Encoding.UTF8);
        private readonly List<string> recipients = [];
        private string from = "";

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            await SayAsync("220 lucky sandbox", cancellationToken);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                var verb = line.Split(' ', 2)[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        await SayAsync("250-lucky sandbox\r\n250-8BITMIME\r\n250 SMTPUTF8", cancellationToken);
                        break;
                    case "HELO" or "NOOP":
                        await SayAsync("250 ok", cancellationToken);
                        break;
                    case "RSET":
                        recipients.Clear();
                        await SayAsync("250 ok", cancellationToken);
                        break;
                    case "MAIL":
                        from = Address(line);
                        recipients.Clear();
                        await SayAsync("250 ok", cancellationToken);
                        break;
                    case "RCPT":
                        recipients.Add(Address(line));
                        await SayAsync("250 ok", cancellationToken);
                        break;
                    case "DATA" when recipients.Count > 0:
                        await ReceiveAsync(cancellationToken);
                        break;
                    case "DATA":
                        await SayAsync("503 no recipient yet", cancellationToken);
                        break;
                    case "QUIT":
                        await SayAsync("221 bye", cancellationToken);
                        return;
                    default:
                        await SayAsync($"500 unknown command {verb}", cancellationToken);
                        break;
                }
            }
        }

        private async Task ReceiveAsync(CancellationToken cancellationToken)
        {
            await SayAsync("354 go on, end with a dot", cancellationToken);
            var message = new StringBuilder();
            while (await reader.ReadLineAsync(cancellationToken) is { } line && line != ".")
            {
                // 4.5.2: a leading dot was doubled by the sender.
                message.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
                if (message.Length > MaxMessageBytes)
                {
                    await SayAsync("552 the message is too large", cancellationToken);
                    return;
                }
            }

            mailbox.Deliver([.. recipients], from, message.ToString());
            await SayAsync("250 kept", cancellationToken);
        }

        private static string Address(string line)
        {
            var start = line.IndexOf('<', StringComparison.Ordinal) + 1;
            var end = line.IndexOf('>', StringComparison.Ordinal);
            return start > 0 && end > start ? line[start..end] : "";
        }

        private async Task SayAsync(string text, CancellationToken cancellationToken)
            => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), cancellationToken);
    }
}
