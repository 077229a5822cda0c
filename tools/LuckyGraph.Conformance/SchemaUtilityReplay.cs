using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Conformance;

/// <summary>utilities-schema.json: schemas built from SDL, extended, sorted and printed.</summary>
internal sealed class SchemaUtilityReplay(Corpus corpus) : ImmediateReplay(corpus)
{
    protected override CaseResult Run(JsonElement test) => test.GetProperty("util").GetString() switch
    {
        "buildSchema" => Build(test, test.GetProperty("sdl").GetString()!, null),
        "extendSchema" => Build(test, Corpus.Sdl(test.GetProperty("schema").GetString()!), test.GetProperty("sdl").GetString()!),
        "lexicographicSortSchema" => Same(
            test.GetProperty("printed").GetString(),
            SchemaPrinter.Print(
                new SchemaBuilder().AddSdl(Corpus.Sdl(test.GetProperty("schema").GetString()!)).BuildUnchecked(),
                new SchemaPrintOptions { Order = SchemaOrder.EverythingByName })),
        "printSchema" => Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(new SchemaBuilder().AddSdl(test.GetProperty("sdl").GetString()!).BuildUnchecked())),
        var other => CaseResult.Skipped($"the engine has no {other}"),
    };

    private static CaseResult Build(JsonElement test, string sdl, string? extension)
    {
        var isOk = test.GetProperty("ok").GetBoolean();
        var validateSdl = !Option(test, "assumeValid") && !Option(test, "assumeValidSDL");
        try
        {
            var schema = Assemble(sdl, extension, validateSdl);
            if (!isOk)
            {
                return $"should be refused: {sdl}\n{extension}";
            }

            if (validateSdl && test.TryGetProperty("schemaValid", out var valid) && valid.ValueKind is JsonValueKind.True or JsonValueKind.False
                && valid.GetBoolean() != SchemaValidator.Validate(schema).IsEmpty)
            {
                return $"validity should be {valid}: {string.Join(" | ", SchemaValidator.Validate(schema))}\n{sdl}";
            }

            return Same(test.GetProperty("printed").GetString(), SchemaPrinter.Print(schema));
        }
        catch (SchemaException e)
        {
            return isOk ? $"{e.Message}\n{sdl}\n{extension}" : validateSdl ? ErrorDifference(test, e) : CaseResult.Passed;
        }
        catch (GraphQLSyntaxException e) when (!isOk)
        {
            return ErrorDifference(test, null) is null ? CaseResult.Passed : $"does not parse: {e.Message}";
        }
    }

    private static Schema Assemble(string sdl, string? extension, bool validateSdl)
    {
        var document = Parser.ParseDocument(sdl, ParserOptions.Trusted);
        var builder = new SchemaBuilder().AddSdl(document);
        if (extension is null)
        {
            return builder.BuildUnchecked(validateSdl);
        }

        var schema = builder.BuildUnchecked(validateSdl);
        var added = Parser.ParseDocument(extension, ParserOptions.Trusted);
        var errors = validateSdl ? TypeSystemValidator.Validate(added, schema) : [];
        if (!errors.IsEmpty)
        {
            throw new SchemaException(errors);
        }

        // The roots of the schema that is extended are settled: a type named Mutation in the extension does not become one.
        if (schema.QueryType is { } query && !document.Definitions.Concat(added.Definitions).OfType<SchemaDefinitionNode>().Any()
            && added.Definitions.OfType<ObjectTypeDefinitionNode>().Any(t => !t.IsExtension && t.Name.Value is "Query" or "Mutation" or "Subscription"))
        {
            builder.AddSdl($"schema {{ query: {query.Name} {Root("mutation", schema.MutationType)} {Root("subscription", schema.SubscriptionType)} }}");
        }

        return builder.AddSdl(added).BuildUnchecked(validateSdl);
    }

    private static string Root(string operation, ObjectType? type) => type is null ? "" : $"{operation}: {type.Name}";

    private static string? ErrorDifference(JsonElement test, SchemaException? found)
        => test.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? SameAll(errors.EnumerateArray().Select(e => CorpusText.Locations(e.GetProperty("locations"))), found?.Errors.Select(e => CorpusText.Locations(e.Locations)) ?? [])
            : null;

    private static bool Option(JsonElement test, string name)
        => test.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object
            && options.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
