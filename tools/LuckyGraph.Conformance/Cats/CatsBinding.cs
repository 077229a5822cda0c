using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance.Cats;

/// <summary>
/// Serves a scenario: fields answer what their directive says (<c>@resolveString</c>, <c>@resolveError</c> and so on), others
/// from the scenario's data, in which <c>{"$ref": "name"}</c> stands for another entry and <c>type</c> names an object's type.
/// </summary>
internal sealed class CatsBinding(JsonElement data) : FieldBinding
{
    protected internal override SelectionBinding Bind(FieldDefinition field, string responseName)
        => new(new CatsField(field, data), 0, field.Kind == FieldKind.Subscription ? FieldKind.Subscription : FieldKind.Effect, readsLeaves: true);
}

/// <summary>One selection of a scenario's field.</summary>
internal sealed class CatsField(FieldDefinition field, JsonElement data) : FieldBinding
{
    public override async ValueTask<object?> ResolveAsync(int index, ResolverContext context)
    {
        var directive = field.AppliedDirectives.FirstOrDefault(d => d.Name.Value.StartsWith("resolve", StringComparison.Ordinal) || d.Name.Value == "argumentsJson");
        if (directive?.Name.Value.Contains("Promise", StringComparison.Ordinal) == true)
        {
            await Task.Yield();
        }

        switch (directive?.Name.Value)
        {
            case null or "resolvePromise":
                return Member(context);
            case "resolveString" or "resolvePromiseString":
                return WithArguments(Strings(directive, "value").First(), context.Arguments as CoercedArguments);
            case "resolveEmptyObject":
                return new object();
            case "resolveError" or "resolvePromiseReject":
                throw new GraphQLException(Strings(directive, "message").First());
            case "resolveErrorList" or "resolvePromiseRejectList":
                foreach (var message in Strings(directive, "messages"))
                {
                    context.ReportError(new GraphQLError(message));
                }

                return Strings(directive, "values").ToList();
            case "argumentsJson":
                return JsonSerializer.Serialize(Arguments(context.Arguments as CoercedArguments));
            case var other:
                throw new ConformanceFormatException($"uses @{other}, which the format does not have");
        }
    }

    public override ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int index, ResolverContext context)
        => ValueTask.FromResult(DataServer.Events([context.Parent]));

    public override ObjectType? TypeOf(Schema schema, object value)
        => value is JsonElement { ValueKind: JsonValueKind.Object } map && map.TryGetProperty("type", out var name) ? schema.Type(name.GetString()!) as ObjectType : null;

    private object? Member(ResolverContext context)
    {
        if ((field.Kind == FieldKind.Subscription ? context.EventMessage : context.Parent) is not JsonElement { ValueKind: JsonValueKind.Object } parent || !parent.TryGetProperty(field.Name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Value).ToList() : Value(value);
    }

    private object? Value(JsonElement value)
        => value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.Object && value.TryGetProperty("$ref", out var name) ? data.GetProperty(name.GetString()!)
            : value;

    private static string WithArguments(string text, CoercedArguments? arguments)
        => Arguments(arguments).Aggregate(text, static (found, argument) => found.Replace($"${argument.Key}", argument.Value?.ToString(), StringComparison.Ordinal));

    private static Dictionary<string, object?> Arguments(CoercedArguments? arguments)
        => Enumerable.Range(0, arguments?.Count ?? 0).Where(i => arguments!.IsProvided(i)).ToDictionary(i => arguments!.Field.Arguments[i].Name, i => arguments![i]);

    private static IEnumerable<string> Strings(DirectiveNode directive, string argument) => directive.Arguments.First(a => a.Name.Value == argument).Value switch
    {
        ListValueNode list => list.Values.Select(v => ((StringValueNode)v).Value),
        var single => [((StringValueNode)single).Value],
    };
}
