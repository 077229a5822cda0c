using System.Diagnostics;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>Large operations over GitHub's schema, split over four source schemas: planning stays within its budget.</summary>
public sealed class LargeOperationTests(ITestOutputHelper output)
{
    private const string GitHub = "graphql/github.schema.graphql";
    private static readonly Lazy<FusionSchema> s_schema = new(() => SplitSchema.Of(Parser.ParseDocument(File.ReadAllBytes(SharedData.PathOf(GitHub)), ParserOptions.Trusted), 4));

    [SharedDataFact(GitHub)]
    public void Hundreds_of_fields_are_planned_in_milliseconds()
    {
        foreach (var fields in (int[])[100, 300, 1_000, 3_000])
        {
            var document = Parser.ParseDocument(SplitSchema.Operation(s_schema.Value.Client, fields), ParserOptions.Trusted);
            var operation = document.Definitions.OfType<OperationDefinitionNode>().Single();
            var options = new PlannerOptions { MaxFetches = 5_000, MaxSelections = 200_000 };
            var best = TimeSpan.MaxValue;
            OperationPlan plan = null!;
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var clock = Stopwatch.StartNew();
                plan = OperationPlanner.Plan(s_schema.Value, document, operation, options);
                best = clock.Elapsed < best ? clock.Elapsed : best;
            }

            output.WriteLine($"{fields} fields: {plan.Fetches.Length} fetches in {best.TotalMilliseconds:0.0} ms");
            Assert.True(best < TimeSpan.FromSeconds(2), $"{fields} fields took {best}");
        }
    }

    [SharedDataFact(GitHub)]
    public void What_is_beyond_the_limits_is_refused_soon()
    {
        var document = Parser.ParseDocument(SplitSchema.Operation(s_schema.Value.Client, 30_000), ParserOptions.Trusted);
        var operation = document.Definitions.OfType<OperationDefinitionNode>().Single();
        var clock = Stopwatch.StartNew();
        var refused = Assert.Throws<PlanningException>(() => OperationPlanner.Plan(s_schema.Value, document, operation));
        Assert.Equal("LIMIT_EXCEEDED", refused.Code);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }
}
