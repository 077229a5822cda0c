using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LuckyGraph.Engine.Tests.Generator;

public sealed partial class ReadmeTests
{
    // Sources here import LuckyGraph.Engine already; this is what else a web project imports by itself.
    private const string WebUsings = """
        using Microsoft.AspNetCore.Builder;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        """;

    [Fact]
    public void The_complete_server_compiles_in_under_40_lines()
    {
        var server = Block("server");

        Assert.True(server.Count(c => c == '\n') < 40, "The server has 40 lines or more.");
        Assert.Empty(SourceCompilation.CompilerDiagnostics(WebUsings + server.Replace("using LuckyGraph.Engine;\n", "", StringComparison.Ordinal), program: true));
    }

    [Fact]
    public async Task The_idioms_compile_and_the_analyzer_has_nothing_to_say()
    {
        var idioms = "using LuckyGraph.Data;\n" + Block("idioms");

        Assert.Empty(SourceCompilation.CompilerDiagnostics(idioms));
        Assert.Empty(await SourceCompilation.DiagnosticsAsync(idioms));
    }

    [Fact]
    public async Task What_goes_around_resolvers_compiles_and_the_analyzer_has_nothing_to_say()
    {
        var around = Block("around");

        Assert.Empty(SourceCompilation.CompilerDiagnostics(around));
        Assert.Empty(await SourceCompilation.DiagnosticsAsync(around));
    }

    [Fact]
    public void What_goes_around_requests_compiles()
        => Assert.Empty(SourceCompilation.CompilerDiagnostics(WebUsings + "using LuckyGraph.AspNetCore;\nusing LuckyGraph.Engine.Execution;\n" + Block("host"), program: true));

    [Fact]
    public async Task Uploads_compile_and_the_analyzer_has_nothing_to_say()
    {
        var uploads = WebUsings + Block("uploads").Replace("using LuckyGraph.Engine;\n", "", StringComparison.Ordinal);

        Assert.Empty(SourceCompilation.CompilerDiagnostics("using System.IO;\n" + uploads, program: true));
        Assert.Empty(await SourceCompilation.DiagnosticsAsync("using System.IO;\n" + uploads));
    }

    private static string Block(string name)
        => Assert.Single(Blocks().Matches(File.ReadAllText(ReadmeFile())), b => b.Groups[1].Value == name).Groups[2].Value;

    private static string ReadmeFile([CallerFilePath] string path = "")
        => Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "engine", "README.md");

    [GeneratedRegex("```csharp (\\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
