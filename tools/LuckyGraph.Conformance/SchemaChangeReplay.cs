using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Conformance;

/// <summary>utilities-changes.json: what changed between two schemas, and for whom that matters.</summary>
internal sealed class SchemaChangeReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test) => SameAll(
        test.GetProperty("changes").EnumerateArray().Select(c => $"{c.GetProperty("level")} {c.GetProperty("type")}"),
        SchemaDiff.Compare(Corpus.Schema(test, "oldSchema"), Corpus.Schema(test, "newSchema")).Select(c => $"{c.Level.ToString().ToUpperInvariant()} {c.Kind}"));
}
