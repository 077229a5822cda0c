using LuckyGraph.Generator;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Engine.Tests.Generator;

public sealed class IncrementalityTests
{
    private const string Books = """
        public sealed class Book
        {
            [ID] public required Guid Id { get; init; }
            public required string Title { get; init; }
            public Genre Genre { get; init; }
        }

        public enum Genre { Novel, Verse }

        [ObjectType<Book>]
        public static partial class BookNode
        {
            public static string Label([Parent] Book book) => book.Title;
            public static Task<string?> GetNoteAsync([Parent] Book book, INoteByIdDataLoader notes) => notes.LoadAsync(book.Id);
        }

        internal static class Loaders
        {
            [DataLoader]
            public static Task<Dictionary<Guid, string>> GetNoteByIdAsync(IReadOnlyList<Guid> ids) => Task.FromResult(ids.ToDictionary(i => i, i => "note"));
        }
        """;

    private const string Queries = """
        [QueryType]
        public static partial class Queries
        {
            public static Book? GetBook(string title) => null;
        }
        """;

    private const string Mutations = """
        [MutationType]
        public static partial class Mutations
        {
            public static Book? BookRename(string title) => null;
        }
        """;

    [Fact]
    public void An_edit_that_changes_no_schema_emits_nothing_again()
        => Expect(
            Queries.Replace("=> null", "=> throw new InvalidOperationException(title)", StringComparison.Ordinal),
            (GraphQLGenerator.Steps.ClassOutput, 0),
            (GraphQLGenerator.Steps.TypeOutput, 0),
            (GraphQLGenerator.Steps.Loader, 0),
            (GraphQLGenerator.Steps.Module, 0));

    [Fact]
    public void An_edit_of_one_class_emits_that_class_alone()
        => Expect(
            Queries.Replace("string title", "string title, int first = 3", StringComparison.Ordinal),
            (GraphQLGenerator.Steps.ClassOutput, 1),
            (GraphQLGenerator.Steps.TypeOutput, 0),
            (GraphQLGenerator.Steps.Loader, 0),
            (GraphQLGenerator.Steps.Module, 0));

    [Fact]
    public void A_new_input_type_emits_itself_its_user_and_the_module()
        => Expect(
            Queries.Replace("string title", "string title, BookInput input", StringComparison.Ordinal) + " public sealed record BookInput(int Count);",
            (GraphQLGenerator.Steps.ClassOutput, 1),
            (GraphQLGenerator.Steps.TypeOutput, 1),
            (GraphQLGenerator.Steps.Loader, 0),
            (GraphQLGenerator.Steps.Module, 1));

    private static void Expect(string edited, params (string Step, int Changed)[] expected)
    {
        var compilation = SourceCompilation.Create(Books, Queries, Mutations);
        var driver = SourceCompilation.Driver().RunGenerators(compilation);
        var before = driver.GetRunResult().Results[0];
        Assert.NotEmpty(before.GeneratedSources);

        var after = driver
            .RunGenerators(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], SourceCompilation.Parse(edited, "File1.cs")))
            .GetRunResult().Results[0];

        Assert.Equal(
            expected,
            expected.Select(e => (e.Step, after.TrackedSteps.TryGetValue(e.Step, out var steps)
                ? steps.SelectMany(s => s.Outputs).Count(o => o.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified)
                : -1)));
    }

    [Fact]
    public void Models_hold_nothing_of_the_compilation()
    {
        var results = SourceCompilation.Driver().RunGenerators(SourceCompilation.Create(Books, Queries, Mutations)).GetRunResult().Results[0];
        var outputs = results.TrackedSteps
            .Where(s => s.Key is GraphQLGenerator.Steps.Class or GraphQLGenerator.Steps.ClassOutput or GraphQLGenerator.Steps.TypeOutput or GraphQLGenerator.Steps.Loader or GraphQLGenerator.Steps.Module)
            .SelectMany(s => s.Value).SelectMany(s => s.Outputs).ToList();

        Assert.NotEmpty(outputs);
        foreach (var (value, _) in outputs)
        {
            AssertPlain(value, new HashSet<object>(ReferenceEqualityComparer.Instance));
        }
    }

    private static void AssertPlain(object? value, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return;
        }

        Assert.False(value is ISymbol or SyntaxNode or Compilation or SemanticModel or Location, value.GetType().FullName);
        if (value is System.Collections.IEnumerable items)
        {
            foreach (var item in items)
            {
                AssertPlain(item, seen);
            }
        }

        foreach (var property in value.GetType().GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public))
        {
            if (property.GetIndexParameters().Length == 0)
            {
                AssertPlain(property.GetValue(value), seen);
            }
        }
    }

    [Fact]
    public void Generated_code_compiles_without_warnings()
        => Assert.Empty(SourceCompilation.CompilerDiagnostics(Books + Queries + Mutations));
}
