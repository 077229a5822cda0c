using LuckyGraph.Conformance;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Language;

public sealed class GitHubSchemaTests
{
    private const string File = "graphql/github.schema.graphql";

    [SharedDataFact(File)]
    public void Prints_the_GitHub_schema_back_to_an_equal_tree()
    {
        var tree = Parser.ParseDocument(System.IO.File.ReadAllBytes(SharedData.PathOf(File)), ParserOptions.Trusted);

        Assert.True(tree.Definitions.Length > 1000, $"{tree.Definitions.Length} definitions");
        Assert.Null(SyntaxTree.Difference(tree, Parser.ParseDocument(Printer.Print(tree), ParserOptions.Trusted)));
        Assert.Null(SyntaxTree.Difference(tree, Parser.ParseDocument(Printer.PrintCompact(tree), ParserOptions.Trusted)));
    }

    [SharedDataFact(File)]
    public void Repeated_names_are_one_string()
    {
        var tree = Parser.ParseDocument(System.IO.File.ReadAllBytes(SharedData.PathOf(File)), ParserOptions.Trusted);

        var ids = tree.Definitions.OfType<ObjectTypeDefinitionNode>()
            .SelectMany(static type => type.Fields)
            .Where(static field => field.Name.Value == "id")
            .Select(static field => field.Name.Value)
            .ToList();

        Assert.True(ids.Count > 100);
        Assert.True(ids.Count(id => ReferenceEquals(id, ids[0])) >= ids.Count * 9 / 10);
    }
}
