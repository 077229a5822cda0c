using System.Diagnostics;
using System.Text.Json;
using LuckyGraph.Engine.Tests.Conformance;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>graphql-js in a process of its own: requests go in as lines of JSON, answers come back in the same order.</summary>
internal sealed class Oracle : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private Oracle(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static async Task<Oracle> StartAsync()
    {
        var start = new ProcessStartInfo("node", ["oracle.mjs"])
        {
            WorkingDirectory = await NodeScript.InstalledFolderAsync(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Oracle(Process.Start(start)!);
    }

    /// <summary>Sets the schema and asks about documents; the answers are in their order.</summary>
    public async Task<List<JsonElement>> AskAsync(string sdl, IReadOnlyList<FuzzCase> cases)
    {
        // Written while the answers are read, so that neither pipe fills up.
        var writing = Task.Run(async () =>
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { sdl }));
            foreach (var test in cases)
            {
                await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { document = test.Document, variables = test.Variables, rootValue = test.Root }));
            }

            await _process.StandardInput.FlushAsync();
        });
        var answers = new List<JsonElement>(cases.Count);
        while (answers.Count < cases.Count)
        {
            var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The oracle ended: {await _errors}\n{sdl}\n{cases[answers.Count].Document}");
            using var answer = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1_000 });
            answers.Add(answer.RootElement.Clone());
        }

        await writing;
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>One generated request.</summary>
internal sealed record FuzzCase(string Document, JsonElement Variables, JsonElement Root);
