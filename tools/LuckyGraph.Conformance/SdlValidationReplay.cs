using System.Text.Json;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>sdl-validation.json: the rules that a type-system document breaks, and where.</summary>
internal sealed class SdlValidationReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        var document = test.GetProperty("document").GetString()!;
        var schema = test.GetProperty("schema").GetString() is { } key ? Corpus.Schema(key) : null;
        var errors = TypeSystemValidator.Validate(Parser.ParseDocument(document, ParserOptions.Trusted), schema);
        var difference = SameAll(
            test.GetProperty("errorsByRule").EnumerateObject().SelectMany(r => r.Value.EnumerateArray().Select(e => $"{r.Name} {CorpusText.Locations(e)}")),
            errors.Select(e => $"{e.Rule}Rule {CorpusText.Locations(e.Locations)}"));
        return difference is null ? CaseResult.Passed : CaseResult.Of($"{difference}\n{document}");
    }
}
