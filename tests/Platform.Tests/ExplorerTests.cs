using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Platform.Tests;

[Collection("platform")]
public sealed class ExplorerTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_explorer_loads_in_a_browser_without_network_and_runs_its_first_query()
        => await NodeClient.RunAsync("explorer.mjs", new Dictionary<string, string>
        {
            ["GATEWAY"] = platform.GatewayUrl,
            ["CHROMIUM"] = Shell.Find("chromium") ?? "/usr/bin/chromium",
        });
}
