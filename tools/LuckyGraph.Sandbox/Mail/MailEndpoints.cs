namespace LuckyGraph.Sandbox.Mail;

/// <summary>The mailbox as a page and as JSON.</summary>
internal static class MailEndpoints
{
    public static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton<Mailbox>();
        services.AddHostedService<SmtpServer>();
    }

    public static void MapMail(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/mail", (Mailbox mailbox, string? to, int? first) => mailbox.Newest(to, Math.Clamp(first ?? 100, 1, 1000)));
        app.MapGet("/mail", (Mailbox mailbox, string? to) =>
        {
            var messages = mailbox.Newest(to, 100);
            var body = messages.Count == 0
                ? "<p>Nothing was sent yet. Register an account, and its verification code appears here.</p>"
                : string.Concat(messages.Select(m =>
                    $"<article><h2>{Page.Text(m.Subject)}</h2><div class=\"meta\">to {Page.Text(m.To)}, {m.ReceivedAt:yyyy-MM-dd HH:mm:ss} UTC</div><pre>{Page.Text(m.Body.Trim())}</pre></article>"));
            return Page.Html("Sandbox mailbox", body);
        });
    }
}
