using System.CommandLine;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;
using LuckyGraph.Fusion.Composition;
using Spectre.Console;
using Command = System.CommandLine.Command;
using Progress = LuckyGraph.Cli.Infrastructure.Progress;

namespace LuckyGraph.Cli.Commands;

/// <summary>
/// <c>lucky schema</c>: the subgraphs' exported SDL, its composition, and the check that what is committed in <c>schema/</c> is
/// what the code says and breaks no client.
/// </summary>
internal static class SchemaCommand
{
    private const string ClientFile = "lucky.graphql";
    private const string ExecutionFile = "lucky.fusion.graphql";

    public static Command Create()
    {
        var noBuild = new Option<bool>("--no-build") { Description = "Use what is built already." };
        var base_ = new Option<string?>("--base") { Description = "A client schema, as a file or a git revision, that must not break." };

        var export = new Command("export", "Writes each subgraph's SDL to schema/, then composes them.") { noBuild };
        export.SetAction(async (result, ct) =>
        {
            var progress = new Progress(AnsiConsole.Console);
            await BuildAsync(result.GetValue(noBuild), progress, ct);
            foreach (var (file, text) in await ExportAsync(ct))
            {
                await File.WriteAllTextAsync(ProjectFolder.Path("schema", file), text, ct);
                progress.Say($"schema/{file}");
            }

            await ComposeCommittedAsync(progress, ct);
            return 0;
        });

        var includeTags = new Option<string[]>("--include-tag") { Description = "A contract: hides fields and unions that have none of these tags." };
        var excludeTags = new Option<string[]>("--exclude-tag") { Description = "A contract: hides what has one of these tags." };
        var hideUnreachable = new Option<bool>("--hide-unreachable-types") { Description = "A contract: hides types that no operation reaches." };
        var output = new Option<string?>("--output") { Description = "The folder to write to. Default: schema/; a contract needs one of its own." };
        var compose = new Command("compose", "Composes the subgraph SDL in schema/ into the client schema and the execution schema.")
        { includeTags, excludeTags, hideUnreachable, output };
        compose.SetAction(async (result, ct) =>
        {
            var contract = new CompositionOptions
            {
                IncludeTags = [.. result.GetValue(includeTags) ?? []],
                ExcludeTags = [.. result.GetValue(excludeTags) ?? []],
                HideUnreachableTypes = result.GetValue(hideUnreachable),
            };
            await ComposeCommittedAsync(new Progress(AnsiConsole.Console), ct, contract, result.GetValue(output));
            return 0;
        });

        var check = new Command("check", "Fails when a committed schema differs from the code, or breaks a client of the base.") { noBuild, base_ };
        check.SetAction(async (result, ct) =>
        {
            var progress = new Progress(AnsiConsole.Console);
            await BuildAsync(result.GetValue(noBuild), progress, ct);
            await CheckAsync(result.GetValue(base_), ct);
            progress.Say("The committed schemas are what the code says" + (result.GetValue(base_) is { } against ? $", and break no client of {against}." : "."));
            return 0;
        });

        return new Command("schema", "Exports, composes and checks the schemas.") { export, compose, check };
    }

    /// <summary>Compares the committed files with what the built subgraphs export, and with a base.</summary>
    /// <exception cref="LuckyException">They differ, or a client would break; every difference is named.</exception>
    public static async Task CheckAsync(string? against, CancellationToken cancellationToken)
    {
        var fresh = await ExportAsync(cancellationToken);
        var sources = fresh.ToDictionary(f => Path.GetFileNameWithoutExtension(f.File), f => f.Text);
        var composed = Compose(sources);
        List<(string File, string Text)> expected = [.. fresh, (ClientFile, composed.ClientSdl!), (ExecutionFile, composed.ExecutionSdl!)];
        var problems = new List<string>();
        foreach (var (file, text) in expected)
        {
            var path = ProjectFolder.Path("schema", file);
            var committed = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : "";
            if (committed != text)
            {
                problems.Add($"schema/{file} is not what the code says. Run ./lucky schema export and commit it.\n{SchemaCheck.DiffExcerpt(committed, text)}");
            }
        }

        if (against is not null)
        {
            problems.AddRange(SchemaCheck.BreakingChanges(await ReadBaseAsync(against, cancellationToken), composed.ClientSdl!)
                .Select(change => $"breaks clients of {against}: {change}"));
        }

        if (problems.Count > 0)
        {
            throw new LuckyException(string.Join('\n', problems));
        }
    }

    private static async Task BuildAsync(bool noBuild, Progress progress, CancellationToken cancellationToken)
    {
        if (!noBuild)
        {
            await Build.PlatformAsync(progress, cancellationToken);
        }
    }

    private static async Task<List<(string File, string Text)>> ExportAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(ProjectFolder.Path("schema"));
        var exported = new List<(string, string)>();
        foreach (var subgraph in PlatformLayout.Default().Subgraphs)
        {
            var file = Path.GetTempFileName();
            try
            {
                await Shell.RequireAsync("dotnet", [subgraph.Program, "schema", "export", "--output", file], cancellationToken: cancellationToken);
                exported.Add(($"{subgraph.Name}.graphql", await File.ReadAllTextAsync(file, cancellationToken)));
            }
            finally
            {
                File.Delete(file);
            }
        }

        return exported;
    }

    private static async Task ComposeCommittedAsync(Progress progress, CancellationToken cancellationToken, CompositionOptions? contract = null, string? output = null)
    {
        if (output is null && contract is not null && (!contract.IncludeTags.IsEmpty || !contract.ExcludeTags.IsEmpty || contract.HideUnreachableTypes))
        {
            throw new LuckyException("A contract shows a part of the schema, which schema/ holds whole. Name another folder with --output.");
        }

        var sources = new Dictionary<string, string>();
        foreach (var subgraph in PlatformLayout.Default().Subgraphs)
        {
            var path = ProjectFolder.Path("schema", $"{subgraph.Name}.graphql");
            if (!File.Exists(path))
            {
                throw new LuckyException($"schema/{subgraph.Name}.graphql is missing. Run ./lucky schema export");
            }

            sources[subgraph.Name] = await File.ReadAllTextAsync(path, cancellationToken);
        }

        var composed = Compose(sources, contract);
        foreach (var finding in composed.Findings)
        {
            progress.Say($"{finding.Severity}: {finding}");
        }

        var folder = output ?? ProjectFolder.Path("schema");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, ClientFile), composed.ClientSdl, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, ExecutionFile), composed.ExecutionSdl, cancellationToken);
        progress.Say($"{output ?? "schema"}/{ClientFile}\n{output ?? "schema"}/{ExecutionFile}");
    }

    private static CompositionResult Compose(Dictionary<string, string> sources, CompositionOptions? contract = null)
    {
        var urls = PlatformLayout.Default();
        var result = SchemaComposer.Compose([.. sources.Select(s => new SourceSchemaInput(s.Key, s.Value) { Url = $"{urls[s.Key].Url}/graphql" })], contract ?? CompositionOptions.Default);
        return result.Success
            ? result
            : throw new LuckyException($"The subgraphs do not compose:\n{string.Join('\n', result.Findings.Where(f => f.Severity == CompositionSeverity.Error))}");
    }

    private static async Task<string> ReadBaseAsync(string against, CancellationToken cancellationToken)
    {
        if (File.Exists(against))
        {
            return await File.ReadAllTextAsync(against, cancellationToken);
        }

        var shown = await Shell.RunAsync("git", ["show", $"{against}:schema/{ClientFile}"], ProjectFolder.Root, cancellationToken: cancellationToken);
        return shown.ExitCode == 0
            ? shown.Text
            : throw new LuckyException($"\"{against}\" is neither a file nor a git revision that holds schema/{ClientFile}.");
    }
}
