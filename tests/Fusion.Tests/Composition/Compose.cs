using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Composition;

/// <summary>Composes schemas named A, B, C … in the order given.</summary>
internal static class Compose
{
    /// <summary>The source schema that gives small examples a query field of their own.</summary>
    private const string Health = "type Query { health: Boolean }";

    public static CompositionResult Raw(params string[] sdls)
        => SchemaComposer.Compose([.. sdls.Select((sdl, i) => new SourceSchemaInput(((char)('A' + i)).ToString(), sdl))]);

    public static CompositionResult With(params string[] sdls)
        => SchemaComposer.Compose([.. sdls.Select((sdl, i) => new SourceSchemaInput(((char)('A' + i)).ToString(), sdl)), new SourceSchemaInput("health", Health)]);

    /// <summary>The schemas, and one with a query field, compose without any error.</summary>
    public static FusionSchema Passes(params string[] sdls)
    {
        var result = With(sdls);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Findings));
        return result.Schema!;
    }

    /// <summary>Composition finds exactly one kind of error, and its message names a schema.</summary>
    public static CompositionError Fails(string code, params string[] sdls)
    {
        var result = With(sdls);
        Assert.False(result.Success);
        var errors = result.Findings.Where(f => f.Severity == CompositionSeverity.Error).ToArray();
        Assert.True(errors.All(e => e.Code == code), string.Join(Environment.NewLine, errors.Select(e => e.ToString())));
        Assert.All(errors, e => Assert.NotEmpty(e.Schemas));
        return errors[0];
    }

    /// <summary>The members of the client SDL that belong to one type, as one line.</summary>
    public static string ClientType(CompositionResult result, string name)
    {
        var lines = result.ClientSdl!.Split('\n');
        var start = Array.FindIndex(lines, l => l.Contains($" {name} ", StringComparison.Ordinal) && l.EndsWith('{'));
        if (start < 0)
        {
            return lines.Single(l => l.Contains($" {name} =", StringComparison.Ordinal) || l == $"scalar {name}");
        }

        var end = Array.FindIndex(lines, start, l => l == "}");
        return string.Join(' ', lines[start..(end + 1)].Select(l => l.Trim()));
    }
}
