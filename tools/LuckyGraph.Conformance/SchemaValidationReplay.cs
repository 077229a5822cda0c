using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Conformance;

/// <summary>schema-validation.json: the errors of a type system as a whole.</summary>
internal sealed class SchemaValidationReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        var builder = new SchemaBuilder().AddSdl(test.GetProperty("sdl").GetString()!);
        foreach (var extension in test.GetProperty("extensions").EnumerateArray())
        {
            builder.AddSdl(extension.GetString()!);
        }

        var errors = SchemaValidator.Validate(builder.BuildUnchecked());
        var difference = SameAll(
            test.GetProperty("errors").EnumerateArray().Select(e => CorpusText.Locations(e.GetProperty("locations"))),
            errors.Select(e => CorpusText.Locations(e.Locations)));
        return difference is null ? CaseResult.Passed : CaseResult.Of($"{difference}\n{string.Join("\n", errors)}\n{test.GetProperty("sdl")}\n{test.GetProperty("extensions")}");
    }
}
