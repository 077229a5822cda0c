using System.Net.Http.Headers;
using System.Text;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Subgraphs.Tests.Sandbox;

/// <summary>The sandbox as a process of its own.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lucky-sandbox-").FullName;
    private readonly int port = FreePort.Next();

    public int SmtpPort { get; } = FreePort.Next();

    public HttpClient Customer { get; private set; } = null!;

    public HttpClient Merchant { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Customer = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Merchant = new HttpClient { BaseAddress = Customer.BaseAddress };
        Merchant.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("test_sk_of_tests:")));
        await StartAsync();
    }

    public async Task RestartAsync()
    {
        Process.Kill();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Process.StopAsync();
        Customer.Dispose();
        Merchant.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private HostProcess Process => new("sandbox", folder);

    private async Task StartAsync()
    {
        await Process.StartAsync(PlatformLayout.Default()["sandbox"].Program, new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["LUCKY_SMTP"] = $"127.0.0.1:{SmtpPort}",
            ["LUCKY_SANDBOX_DATA"] = Path.Combine(folder, "data"),
            ["LUCKY_TOSS_SECRET_KEY"] = "test_sk_of_tests",
            ["LUCKY_ORDERS_URL"] = "",
        }, CancellationToken.None);
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!await FreePort.IsOpenAsync("127.0.0.1", SmtpPort) || !await FreePort.IsOpenAsync("127.0.0.1", port))
        {
            Assert.True(DateTime.UtcNow < deadline, Process.LogTail(20));
        }
    }
}
