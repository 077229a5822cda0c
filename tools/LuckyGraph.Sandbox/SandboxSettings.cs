namespace LuckyGraph.Sandbox;

/// <summary>What the sandbox reads from the environment.</summary>
/// <param name="DataFolder">Where mail and payments are kept, so that a restart loses none (<c>LUCKY_SANDBOX_DATA</c>).</param>
/// <param name="SmtpPort">Port of the mail server (<c>LUCKY_SMTP</c>, host:port).</param>
/// <param name="TossSecretKey">The merchant's secret key (<c>LUCKY_TOSS_SECRET_KEY</c>).</param>
/// <param name="WebhookUrl">Where payment webhooks go, or null (<c>LUCKY_ORDERS_URL</c>).</param>
public sealed record SandboxSettings(string DataFolder, int SmtpPort, string TossSecretKey, string? WebhookUrl)
{
    /// <summary>Reads the settings; everything has a default.</summary>
    public static SandboxSettings Read(IConfiguration configuration) => new(
        configuration["LUCKY_SANDBOX_DATA"] ?? Path.Combine(Path.GetTempPath(), "lucky-sandbox"),
        int.Parse((configuration["LUCKY_SMTP"] ?? "127.0.0.1:4011").Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture),
        configuration["LUCKY_TOSS_SECRET_KEY"] ?? "test_sk_sandbox",
        configuration["LUCKY_ORDERS_URL"] is { Length: > 0 } orders ? $"{orders}/webhooks/toss" : null);
}
