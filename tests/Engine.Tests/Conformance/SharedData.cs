using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Conformance;

/// <summary>Finds the conformance data that lies next to the project, in <c>../shared/data</c> seen from its root.</summary>
internal static class SharedData
{
    /// <summary>The folder that holds <c>LuckyGraph.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file or folder of the shared data, present or not.</summary>
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", relative));

    /// <summary>Why tests over this file cannot run; null when it is there.</summary>
    public static string? MissingReason(string relative)
        => File.Exists(PathOf(relative)) || Directory.Exists(PathOf(relative)) ? null : $"needs ../shared/data/{relative}, which is not next to this checkout";

    /// <summary>The cases of one file of the graphql-js corpus, such as <c>language.json</c>.</summary>
    public static JsonDocument Corpus(string file) => JsonDocument.Parse(File.ReadAllBytes(PathOf("graphql/graphql-js/" + file)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the project: no LuckyGraph.sln above " + AppContext.BaseDirectory);
    }
}

/// <summary>A test that needs a file of the shared data and is skipped, saying so, where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string relative) => Skip = SharedData.MissingReason(relative);
}

/// <summary>A theory that needs a file of the shared data and is skipped, saying so, where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string relative) => Skip = SharedData.MissingReason(relative);
}
