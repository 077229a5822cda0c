using LuckyGraph.Fusion.Composition;

namespace LuckyGraph.Fusion.Tests.Composition;

public sealed class SchemaCheckTests
{
    [Fact]
    public void Equal_texts_have_no_difference()
        => Assert.Equal("", SchemaCheck.DiffExcerpt("a\nb\n", "a\nb\n"));

    [Fact]
    public void A_difference_is_shown_with_three_lines_around_it()
    {
        var before = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"line {i}"));
        var after = before.Replace("line 10", "line ten", StringComparison.Ordinal) + "\nline 21";
        Assert.Equal(
            "@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+line ten\n line 11\n line 12\n line 13\n@@ -18,3 +18,4 @@\n line 18\n line 19\n line 20\n+line 21",
            SchemaCheck.DiffExcerpt(before, after));
    }

    [Fact]
    public void A_missing_file_is_all_additions()
        => Assert.Equal("@@ -1,0 +1,2 @@\n+a\n+b", SchemaCheck.DiffExcerpt("", "a\nb\n"));

    [Fact]
    public void A_long_difference_is_cut()
    {
        var after = string.Join('\n', Enumerable.Range(0, 5_000).Select(i => $"{i}"));
        var diff = SchemaCheck.DiffExcerpt("x", after, maxLines: 10);
        Assert.EndsWith("…", diff, StringComparison.Ordinal);
        Assert.Equal(12, diff.Split('\n').Length);
    }

    [Fact]
    public void Applying_the_difference_of_random_texts_gives_the_other_text()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var before = Enumerable.Range(0, random.Next(0, 30)).Select(_ => $"{random.Next(6)}").ToList();
            var after = before.Where(_ => random.Next(4) > 0).SelectMany(l => random.Next(5) == 0 ? [l, $"{random.Next(6)}"] : new[] { l }).ToList();
            var diff = SchemaCheck.DiffExcerpt(string.Join('\n', before), string.Join('\n', after), int.MaxValue);
            var patched = new List<string>();
            var at = 0;
            foreach (var line in diff.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith("@@", StringComparison.Ordinal))
                {
                    var start = int.Parse(line.Split(' ')[1][1..].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture) - 1;
                    patched.AddRange(before[at..start]);
                    at = start;
                }
                else if (line[0] != '+')
                {
                    Assert.Equal(before[at++], line[1..]);
                    if (line[0] == ' ')
                    {
                        patched.Add(line[1..]);
                    }
                }
                else
                {
                    patched.Add(line[1..]);
                }
            }

            patched.AddRange(before[at..]);
            Assert.Equal(after, patched);
        }
    }

    [Theory]
    [InlineData("b: B } type B { c: Int", "c: Int", "B was removed.")]
    [InlineData("b: Int c: Int", "b: Int", "Query.c was removed.")]
    [InlineData("b(c: Int): Int", "b(c: Int!): Int", "Query.b(c:)")]
    [InlineData("b: E } enum E { C D", "b: E } enum E { C", "E.D was removed")]
    public void What_breaks_a_client_is_named(string before, string after, string change)
        => Assert.Contains(SchemaCheck.BreakingChanges($"type Query {{ a: Int {before} }}", $"type Query {{ a: Int {after} }}"), c => c.Contains(change, StringComparison.Ordinal));

    [Fact]
    public void What_breaks_no_client_is_no_breaking_change()
    {
        const string before = "type Query { a: Int b(c: Int): Int }";
        const string after = "type Query { a: Int! b(c: Int, d: Int): Int e: Int }";
        Assert.Empty(SchemaCheck.BreakingChanges(before, after));
        Assert.NotEmpty(SchemaCheck.BreakingChanges(after, before));
    }
}
