using LuckyGraph.Engine.Validation;
using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Plans operations and compares plans with their golden text.</summary>
internal static class Plans
{
    public static OperationPlan Of(FusionSchema schema, string document, PlannerOptions? options = null)
    {
        var parsed = Parser.ParseDocument(document);
        var errors = DocumentValidator.Validate(schema.Client, parsed);
        Assert.True(errors.IsEmpty, string.Join('\n', errors));
        var operation = parsed.Definitions.OfType<OperationDefinitionNode>().First();
        return OperationPlanner.Plan(schema, parsed, operation, options);
    }

    public static FusionSchema Compose(params ReadOnlySpan<(string Name, string Sdl)> sources) => SchemaComposer.ComposeOrThrow(sources);

    public static void Equal(string golden, OperationPlan plan)
    {
        var expected = golden.ReplaceLineEndings("\n").TrimEnd();
        var actual = plan.ToString().TrimEnd();
        Assert.True(expected == actual, $"The plan differs. Expected:\n{expected}\n\nActual:\n{actual}");
    }
}
