using System.CommandLine;
using LuckyGraph.Cli.Import;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky import</c>: a product feed into the catalog and the inventory. Exit codes: 0 all, 2 all but bad rows, 1 nothing.</summary>
internal static class ImportCommand
{
    private const int ShownBadRows = 100;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A .json or .csv feed; the format is in tools/LuckyGraph.Cli/Import/README.md." };
        var gateway = Options.Gateway();
        var port = Options.Port();
        var currency = new Option<string>("--currency") { Description = "The currency of the feed's prices.", DefaultValueFactory = _ => "USD" };
        var email = new Option<string?>("--email") { Description = "Seller or administrator to sign in as. Default: the demo seller. The password is read from LUCKY_PASSWORD." };
        var seller = new Option<string?>("--seller") { Description = "Id of the seller whose products they are; administrators must say." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything and change nothing." };
        var command = new Command("import", "Imports a product feed.") { file, gateway, port, currency, email, seller, dryRun };
        command.SetAction(async (result, ct) =>
        {
            var feed = ProductFeed.Read(result.GetValue(file)!);
            var layout = PlatformLayout.Default(basePort: result.GetValue(port));
            using var graph = new GraphClient((result.GetValue(gateway) ?? layout.Gateway.Url).TrimEnd('/'));
            await SignInAsync(graph, layout, result.GetValue(email), ct);
            var importer = new FeedImporter(graph, result.GetValue(currency)!, result.GetValue(seller), result.GetValue(dryRun));
            var report = await WithProgressAsync(feed, onProgress => importer.ImportAsync(feed, onProgress, ct));
            Print(report, result.GetValue(dryRun));
            return report.BadRows.Count == 0 ? 0 : 2;
        });
        return command;
    }

    private static async Task SignInAsync(GraphClient graph, PlatformLayout layout, string? email, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("LUCKY_TOKEN") is { Length: > 0 } token)
        {
            graph.UseToken(token);
            return;
        }

        if (email is not null)
        {
            var password = Environment.GetEnvironmentVariable("LUCKY_PASSWORD")
                ?? throw new LuckyException("Set LUCKY_PASSWORD to the password of --email.");
            await graph.SignInAsync(email, password, cancellationToken);
            return;
        }

        var demo = (await SeedCommand.SeedAsync(layout, cancellationToken)).First(u => u.Role == "SELLER");
        await graph.SignInAsync(demo.Email, demo.Password, cancellationToken);
    }

    private static async Task<ImportReport> WithProgressAsync(ProductFeed feed, Func<Action<int>, Task<ImportReport>> import)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
        {
            return await import(done => AnsiConsole.WriteLine($"… {done} of {feed.Rows.Count}"));
        }

        return await AnsiConsole.Progress().StartAsync(context =>
        {
            var task = context.AddTask("Importing", maxValue: feed.Rows.Count);
            return import(done => task.Value = done);
        });
    }

    private static void Print(ImportReport report, bool dryRun)
    {
        foreach (var row in report.BadRows.Take(ShownBadRows))
        {
            AnsiConsole.MarkupLineInterpolated($"[red]line {row.Line}[/]{(row.Sku is null ? "" : $" ({row.Sku})")}: {row.Reason}");
        }

        if (report.BadRows.Count > ShownBadRows)
        {
            AnsiConsole.WriteLine($"… and {report.BadRows.Count - ShownBadRows} more bad rows");
        }

        AnsiConsole.WriteLine(
            $"{(dryRun ? "Would be: " : "")}{report.Created} created, {report.Updated} updated, {report.Unchanged} unchanged, "
            + $"{report.StockChanged} stock changes, {report.BadRows.Count} bad rows");
    }
}
