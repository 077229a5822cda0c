using System.Collections.Immutable;
using LuckyGraph.Generator;
using LuckyGraph.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LuckyGraph.Engine.Tests.Generator;

/// <summary>Compiles C# sources with the generator and the analyzer, as a build does.</summary>
internal static class SourceCompilation
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using LuckyGraph.Engine;

        """;

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
                || name is "netstandard.dll" or "LuckyGraph.Engine.dll" or "LuckyGraph.Language.dll" or "LuckyGraph.Data.dll" or "LuckyGraph.AspNetCore.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    public static CSharpCompilation Create(params string[] sources) => Create(OutputKind.DynamicallyLinkedLibrary, sources);

    private static CSharpCompilation Create(OutputKind kind, params string[] sources)
        => CSharpCompilation.Create(
            "Shop",
            sources.Select((s, i) => Parse(s, $"File{i}.cs")),
            References,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error));

    public static SyntaxTree Parse(string source, string path)
        => CSharpSyntaxTree.ParseText(Usings + source, new CSharpParseOptions(LanguageVersion.Preview), path);

    public static GeneratorDriver Driver()
        => CSharpGeneratorDriver.Create(
            [new GraphQLGenerator().AsSourceGenerator()],
            parseOptions: new CSharpParseOptions(LanguageVersion.Preview),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What the analyzer reports, as <c>LG0001: message</c>; fails when the compiler itself reports something.</summary>
    public static async Task<IReadOnlyList<string>> DiagnosticsAsync(string source)
    {
        Driver().RunGeneratorsAndUpdateCompilation(Create(source), out var compilation, out _);
        var diagnostics = await compilation.WithAnalyzers([new GraphQLAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.OrderBy(d => d.Id, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).Select(d => $"{d.Id}: {d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}")];
    }

    /// <summary>The compiler's warnings and errors with generated code in place.</summary>
    public static IReadOnlyList<string> CompilerDiagnostics(string source, bool program = false)
    {
        var kind = program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        Driver().RunGeneratorsAndUpdateCompilation(Create(kind, source), out var compilation, out var generator);
        return [.. generator.Concat(compilation.GetDiagnostics()).Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];
    }
}
