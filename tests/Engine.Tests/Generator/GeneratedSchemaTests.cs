using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Generator;

public sealed class GeneratedSchemaTests
{
    [Fact]
    public void The_sample_prints_as_expected()
    {
        var schema = new SchemaBuilder();
        foreach (var define in new ServiceCollection().AddGraphQL().AddSample().Setup.Schema)
        {
            define(schema);
        }

        var sdl = SchemaPrinter.Print(schema.Build(), SchemaPrintOptions.Source) + "\n";

        Assert.Equal(File.ReadAllText(SampleFile()), sdl);
    }

    private static string SampleFile([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Sample", "sample.graphql");
}
