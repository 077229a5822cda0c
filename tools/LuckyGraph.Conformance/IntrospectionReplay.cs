using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>utilities-introspection.json: what schemas say about themselves, and schemas built from that.</summary>
internal sealed class IntrospectionReplay(Corpus corpus) : CaseReplay(corpus)
{
    public override async ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken)
        => test.GetProperty("util").GetString() switch
        {
            "buildClientSchema" => BuildClientSchema(test),
            "introspectionFromSchema" => await IntrospectAsync(test, cancellationToken).ConfigureAwait(false),
            var other => CaseResult.Skipped($"the engine has no {other}"),
        };

    private static CaseResult BuildClientSchema(JsonElement test)
    {
        var isOk = test.GetProperty("ok").GetBoolean();
        try
        {
            var schema = SchemaFromIntrospection.Build(test.GetProperty("introspection"));
            return isOk ? Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(schema)) : "should be refused";
        }
        catch (SchemaException e)
        {
            return isOk ? e.Message : CaseResult.Passed;
        }
    }

    private async Task<CaseResult> IntrospectAsync(JsonElement test, CancellationToken cancellationToken)
    {
        var key = test.GetProperty("schema").GetString()!;
        if (Corpus.IsInvalid(key) && ContainsItself(Corpus.Sdl(key)))
        {
            return CaseResult.Skipped("a type claims to be its own interface or member: such a schema is refused, and keeps no such claims");
        }

        var request = new OperationRequest { Document = Encoding.UTF8.GetBytes(test.GetProperty("query").GetString()!) };
        await using var answer = (SingleResult)await SchemaExecutor.Create(Corpus.Schema(key)).ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        var response = DataServer.Parse(answer);
        return response.TryGetProperty("data", out var data)
            ? Same(IntrospectionResult.Normalise(test.GetProperty("result")).GetRawText(), IntrospectionResult.Normalise(data).GetRawText())
            : CorpusText.Show(response);
    }

    private static bool ContainsItself(string sdl) => Parser.ParseDocument(sdl, ParserOptions.Trusted).Definitions.Any(static d => d switch
    {
        ComplexTypeDefinitionNode type => type.Interfaces.Any(i => i.Name.Value == type.Name.Value),
        UnionTypeDefinitionNode union => union.Types.Any(t => t.Name.Value == union.Name.Value),
        _ => false,
    });
}
