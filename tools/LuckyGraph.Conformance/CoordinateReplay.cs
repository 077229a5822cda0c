using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>utilities-coordinates.json: the elements that schema coordinates name.</summary>
internal sealed class CoordinateReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test)
    {
        var isOk = test.GetProperty("ok").GetBoolean();
        SchemaElement? element;
        try
        {
            element = SchemaCoordinates.Resolve(Corpus.Schema(test), SchemaCoordinate.Parse(test.GetProperty("coordinate").GetString()!));
        }
        catch (Exception e) when (e is CoercionException or GraphQLSyntaxException)
        {
            return isOk ? e.Message : CaseResult.Passed;
        }

        if (!isOk)
        {
            return "should not resolve";
        }

        var resolved = test.GetProperty("resolved");
        var wanted = resolved.ValueKind == JsonValueKind.Null ? "" : string.Join(" ", resolved.EnumerateObject().Select(m => m.Value.GetString()).Skip(1));
        var names = new[] { element?.Type?.Name, element?.Field?.Name, element?.EnumValue?.Name, element?.Directive?.Name, element?.InputValue?.Name };
        return Same(wanted, string.Join(" ", names.Where(n => n is not null)));
    }
}
