using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Engine.Tests.Generator;

/// <summary>Code is broken most of the time while it is written; the generator goes on with what it understands.</summary>
public sealed class RobustnessTests
{
    [Theory]
    [InlineData("Books.cs")]
    [InlineData("BookMutations.cs")]
    [InlineData("Corners.cs")]
    public void Broken_sources_never_stop_the_generator(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder(), "Sample", file));
        var runs = 0;
        for (var cut = 3; cut < lines.Length; cut += 7)
        {
            // Once without a line, once as if the rest were not written yet.
            foreach (var source in new[] { string.Join('\n', lines.Where((_, i) => i != cut)), string.Join('\n', lines.Take(cut)) })
            {
                var result = SourceCompilation.Driver().RunGenerators(SourceCompilation.Create(source)).GetRunResult();
                Assert.All(result.Results, r => Assert.Null(r.Exception));
                Assert.Empty(result.Diagnostics);
                runs++;
            }
        }

        Assert.True(runs > 10);
    }

    [Fact]
    public void Equally_named_loaders_are_told_apart_by_where_they_are()
    {
        const string source = """
            namespace Shop.Left
            {
                internal static class Loaders
                {
                    [DataLoader]
                    public static Task<Dictionary<int, string>> GetNameByIdAsync(IReadOnlyList<int> ids) => Task.FromResult(new Dictionary<int, string>());
                }

                [QueryType]
                public static partial class Queries
                {
                    public static Task<string?> GetLeftAsync(INameByIdDataLoader names) => names.LoadAsync(1);
                }
            }

            namespace Shop.Right
            {
                internal static class Loaders
                {
                    [DataLoader]
                    public static Task<Dictionary<Guid, string>> GetNameByIdAsync(IReadOnlyList<Guid> ids) => Task.FromResult(new Dictionary<Guid, string>());
                }

                [QueryType]
                public static partial class Queries
                {
                    public static Task<string?> GetRightAsync(INameByIdDataLoader names) => names.LoadAsync(Guid.Empty);
                }
            }
            """;

        Assert.Empty(SourceCompilation.CompilerDiagnostics(source));
    }

    [Fact]
    public void A_module_is_named_after_its_assembly_when_nothing_else_names_it()
    {
        var result = SourceCompilation.Driver().RunGenerators(SourceCompilation.Create("""
            [QueryType]
            public static partial class Queries
            {
                public static int Count() => 1;
            }
            """)).GetRunResult();

        var module = Assert.Single(result.GeneratedTrees, t => t.FilePath.EndsWith("Module.g.cs", StringComparison.Ordinal));
        Assert.Contains("AddShop(this", module.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_generated_where_nothing_is_attributed()
        => Assert.Empty(SourceCompilation.Driver().RunGenerators(SourceCompilation.Create("public sealed class Plain;")).GetRunResult().GeneratedTrees);

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
