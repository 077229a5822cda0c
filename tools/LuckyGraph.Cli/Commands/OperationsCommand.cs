using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Operations;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;
using Command = System.CommandLine.Command;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky operations</c>: makes the store of trusted documents out of client code.</summary>
internal static partial class OperationsCommand
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders of client code.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The manifest to write: documents by id, as JSON.", DefaultValueFactory = _ => "operations.json" };
        var extract = new Command("extract", "Collects the operations of .graphql files and gql`...` templates into a manifest.") { paths, output };
        extract.SetAction(async (result, ct) =>
        {
            var documents = OperationExtractor.Extract(result.GetValue(paths)!);
            var file = result.GetValue(output)!;
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(documents, s_json) + "\n", ct);
            Console.WriteLine($"{documents.Count} operations in {file}");
            return 0;
        });

        var manifest = new Argument<string>("manifest") { Description = "What extract wrote." };
        var folder = new Option<string>("--folder", "-f") { Description = "The store, a folder of {id}.graphql.", DefaultValueFactory = _ => "operations" };
        var schema = new Option<string?>("--schema", "-s") { Description = "SDL that every operation must be valid against." };
        var store = new Command("store", "Adds a manifest's documents to a folder; documents of older clients stay.") { manifest, folder, schema };
        store.SetAction(async (result, ct) =>
        {
            var documents = await ReadManifestAsync(result.GetValue(manifest)!, ct);
            if (result.GetValue(schema) is { } sdl)
            {
                Validate(documents, await File.ReadAllTextAsync(sdl, ct));
            }

            var target = Directory.CreateDirectory(result.GetValue(folder)!).FullName;
            var added = 0;
            foreach (var (id, text) in documents)
            {
                var file = Path.Combine(target, id + ".graphql");
                if (!File.Exists(file) || await File.ReadAllTextAsync(file, ct) != text)
                {
                    await File.WriteAllTextAsync(file, text, ct);
                    added++;
                }
            }

            Console.WriteLine($"{added} operations added, {documents.Count - added} known, in {target}");
            return 0;
        });

        return new Command("operations", "Extracts the operations of clients and stores them as trusted documents.") { extract, store };
    }

    private static async Task<Dictionary<string, string>> ReadManifestAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var documents = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(file, cancellationToken)) ?? [];
            // Ids become file names.
            return documents.Keys.FirstOrDefault(id => !Id().IsMatch(id)) is { } wrong
                ? throw new LuckyException($"{file}: \"{wrong}\" cannot be an id: letters, digits, _ and - only.")
                : documents;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new LuckyException($"{file} is no manifest: {e.Message}");
        }
    }

    private static void Validate(Dictionary<string, string> documents, string sdl)
    {
        var schema = new SchemaBuilder().AddSdl(sdl).Build();
        var problems = new StringBuilder();
        foreach (var (id, text) in documents)
        {
            foreach (var error in DocumentValidator.Validate(schema, Parser.ParseDocument(text)))
            {
                problems.Append('\n').Append(id).Append(": ").Append(error.Message);
            }
        }

        if (problems.Length > 0)
        {
            throw new LuckyException($"Not every operation is valid, nothing was stored:{problems}");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}$")]
    private static partial Regex Id();
}
