using System.Globalization;
using System.Text.Json;
using LuckyGraph.Engine.Tests.Conformance;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>
/// Generated schemas and documents mean the same to the engine and to graphql-js. <c>LUCKY_FUZZ=1</c> runs 100,000 documents
/// instead of 2,000, and <c>LUCKY_FUZZ_SEED</c> repeats a run.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int DocumentsOfSchema = 50;

    [NodeFact]
    public async Task Generated_documents_get_the_answers_of_graphql_js()
    {
        var count = FuzzSettings.IsLong ? 100_000 : 2_000;
        var seed = FuzzSettings.Seed;
        output.WriteLine($"seed {seed}, {count} documents");
        await using var oracle = await Oracle.StartAsync();
        var tally = new FuzzTally();
        var differences = new List<string>();
        var asked = AskAsync(oracle, seed);
        for (var done = 0; done < count && differences.Count < 20; done += DocumentsOfSchema)
        {
            var (sdl, cases, answers) = await asked;
            // The oracle answers about the next schema meanwhile.
            asked = AskAsync(oracle, seed + (done / DocumentsOfSchema) + 1);
            var comparison = new Comparison(sdl);
            for (var i = 0; i < cases.Count; i++)
            {
                if (await comparison.DifferenceAsync(cases[i], answers[i], tally, varies: i % 3 == 0) is { } difference)
                {
                    differences.Add($"document {done + i}: {difference}\n{cases[i].Document}\nvariables {cases[i].Variables}\n{sdl}");
                }
            }
        }

        await asked;
        output.WriteLine($"{tally.Syntax} do not parse, {tally.Invalid} are not valid, {tally.Executed} were executed");
        Assert.True(differences.Count == 0, $"seed {seed}, {differences.Count} differences:\n{string.Join("\n\n", differences)}");
        Assert.True(tally.Syntax > count / 50 && tally.Invalid > count / 20 && tally.Executed > count / 5, "Too few documents got far enough.");
    }

    private static async Task<(string Sdl, List<FuzzCase> Cases, List<JsonElement> Answers)> AskAsync(Oracle oracle, int seed)
    {
        await Task.Yield();
        var random = new Random(seed);
        var schema = new SchemaGenerator(random).Generate();
        var documents = new DocumentGenerator(random, schema);
        var root = JsonSerializer.SerializeToElement(new DataGenerator(random, schema).Root());
        var cases = new List<FuzzCase>(DocumentsOfSchema);
        for (var i = 0; i < DocumentsOfSchema; i++)
        {
            var (document, variables) = documents.Generate();
            cases.Add(new FuzzCase(document, JsonSerializer.SerializeToElement(variables), root));
        }

        return (schema.Sdl, cases, await oracle.AskAsync(schema.Sdl, cases));
    }
}

/// <summary>What the environment asks of the fuzz tests.</summary>
internal static class FuzzSettings
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("LUCKY_FUZZ") == "1";

    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("LUCKY_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20_250_903;
}
