using System.Globalization;
using System.Text;

namespace LuckyGraph.Sandbox.Mail;

/// <summary>A received message.</summary>
public sealed record MailMessage(string Id, string To, string From, string Subject, string Body, DateTimeOffset ReceivedAt);

/// <summary>Every message that was sent to anybody, newest first.</summary>
public sealed class Mailbox(SandboxSettings settings, TimeProvider clock) : IDisposable
{
    private readonly Journal<MailMessage> journal = new(Path.Combine(settings.DataFolder, "mail.jsonl"), message => message.Id);

    /// <summary>The newest messages, of one recipient or of all.</summary>
    public IReadOnlyList<MailMessage> Newest(string? to, int count)
        => [.. journal.All.Where(m => to is null || m.To.Equals(to, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(m => m.Id, StringComparer.Ordinal).Take(count)];

    /// <summary>Keeps a message as it came over SMTP: headers, an empty line, the body (RFC 5322).</summary>
    public void Deliver(IReadOnlyList<string> recipients, string from, string raw)
    {
        var (headers, body) = Parse(raw);
        foreach (var to in recipients)
        {
            var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
            journal.Change(id, _ => new MailMessage(id, to, from, Decode(headers.GetValueOrDefault("subject", "")), body, clock.GetUtcNow()));
        }
    }

    /// <inheritdoc />
    public void Dispose() => journal.Dispose();

    private static (Dictionary<string, string> Headers, string Body) Parse(string raw)
    {
        var text = raw.Replace("\r\n", "\n", StringComparison.Ordinal);
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = split < 0 ? text : text[..split];
        var body = split < 0 ? "" : text[(split + 2)..];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in head.Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        return (headers, headers.GetValueOrDefault("content-transfer-encoding", "").ToLowerInvariant() switch
        {
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body.Trim())),
            "quoted-printable" => Encoding.UTF8.GetString(QuotedPrintable(body.Replace("=\n", "", StringComparison.Ordinal))),
            _ => body,
        });
    }

    // RFC 2047: =?charset?B|Q?text?=, possibly several.
    private static string Decode(string header)
    {
        var result = new StringBuilder();
        foreach (var part in header.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = part.Split('?');
            if (fields.Length == 5 && fields[0] == "=" && fields[4] == "=")
            {
                result.Append(fields[2].Equals("B", StringComparison.OrdinalIgnoreCase)
                    ? Encoding.UTF8.GetString(Convert.FromBase64String(fields[3]))
                    : Encoding.UTF8.GetString(QuotedPrintable(fields[3].Replace('_', ' '))));
            }
            else
            {
                result.Append(result.Length == 0 ? "" : " ").Append(part);
            }
        }

        return result.ToString();
    }

    private static byte[] QuotedPrintable(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return [.. bytes];
    }
}
