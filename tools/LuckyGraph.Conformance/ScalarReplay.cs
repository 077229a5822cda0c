using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>scalars.json: what the built-in scalars accept and what they make of it.</summary>
internal sealed class ScalarReplay(Corpus corpus) : CaseReplay(corpus)
{
    private static readonly string[] s_scalars = ["Int", "Float", "String", "Boolean", "ID"];

    private readonly Schema _schema = new SchemaBuilder()
        .AddSdl($"type Query {{ {string.Join(' ', s_scalars.Select(s => $"as{s}: {s}"))} }}", new DataBinding())
        .Build();

    public override async ValueTask<CaseResult> RunAsync(JsonElement test, CancellationToken cancellationToken)
    {
        var scalar = (ScalarType)_schema.Type(test.GetProperty("scalar").GetString()!)!;
        var input = test.GetProperty("input");
        return test.GetProperty("op").GetString() == "output"
            ? await OutputAsync(test, scalar, input, cancellationToken).ConfigureAwait(false)
            : Input(test, scalar, input);
    }

    private static CaseResult Input(JsonElement test, ScalarType scalar, JsonElement input)
    {
        var errors = new List<InputError>();
        var ok = test.GetProperty("op").GetString() == "input"
            ? InputCoercion.TryCoerce(input, scalar.NonNull, out var result, errors)
            : InputCoercion.TryCoerce(Parser.ParseValue(input.GetString()!), scalar.NonNull, null, out result, errors);
        if (ok != test.GetProperty("ok").GetBoolean())
        {
            return $"{scalar} {input}: accepted should be {test.GetProperty("ok")}";
        }

        return ok ? Same(CorpusText.Canonical(test.GetProperty("result")), CorpusText.Canonical(CorpusText.Json(result))) : CaseResult.Passed;
    }

    // 6.4.3 CompleteValue for leaf types; what a value of another JSON type becomes is the implementation's choice.
    private async Task<CaseResult> OutputAsync(JsonElement test, ScalarType scalar, JsonElement input, CancellationToken cancellationToken)
    {
        var field = $"as{scalar.Name}";
        var request = new OperationRequest
        {
            Document = Encoding.UTF8.GetBytes($"{{ {field} }}"),
            RootValue = new Dictionary<string, object?> { [field] = input },
        };
        await using var answer = (SingleResult)await SchemaExecutor.Create(_schema).ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        var response = DataServer.Parse(answer);
        var refused = response.TryGetProperty("errors", out _);
        var difference = (test.GetProperty("ok").GetBoolean(), refused) switch
        {
            (false, true) => null,
            (false, false) => $"{scalar} {input} should be refused, but the answer is {CorpusText.Show(response)}",
            (true, true) => $"{scalar} {input} is refused: {CorpusText.Show(response)}",
            _ => Same(CorpusText.Canonical(test.GetProperty("result")), CorpusText.Canonical(response.GetProperty("data").GetProperty(field))),
        };
        return difference is null || IsOwnType(scalar, input)
            ? CaseResult.Of(difference)
            : CaseResult.Skipped("converting a leaf value of another JSON type is left open by the specification");
    }

    private static bool IsOwnType(ScalarType scalar, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => scalar.Name is "Int" or "Float" or "ID",
        JsonValueKind.String => scalar.Name is "String" or "ID",
        JsonValueKind.True or JsonValueKind.False => scalar.Name == "Boolean",
        _ => false,
    };
}
