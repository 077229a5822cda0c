using System.Text;
using LuckyGraph.Conformance;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Language;

/// <summary>Hostile bytes never raise anything but a syntax error, and what parses prints back to the same tree.</summary>
public sealed class FuzzTests
{
    private static readonly string[] s_seeds =
    [
        "query Q($a: [Int!]! = [1, 2] @d, \"v\" $b: T) @live { a: field(x: $a, y: {k: \"s\\u{1F600}\\n\", l: [ENUM null true -1.5e+3]}) { ...F @include(if: $b) ... on T { id } ... { x } } }",
        "fragment F on T @d(x: \"\"\"\n  block \\\"\"\" text\n    more\n\"\"\") { name # comment\n }",
        "\"\"\"d\"\"\" schema @x { query: Q mutation: M } extend type A implements B & C @k(f: \"id\") { f(\"x\" a: Int = 1 @d): [T!]! @deprecated }",
        "directive @d(a: Int) repeatable on | FIELD | OBJECT union U = | A | B enum E { A B @d } input I @oneOf { a: Int = {x: 1} } scalar S @specifiedBy(url: \"u\") interface X { a: Int }",
        "\uFEFF{ 名 \"é\\uD83D\\uDE00\" 😀 }",
        "\"\"\"q\"\"\" query { a(s: \"\\\\ \\\" \\/ \\b\\f\\n\\r\\t\") b(n: 0.1) }",
    ];

    [Fact]
    public void Fifty_thousand_mutated_documents_raise_only_syntax_errors()
    {
        var random = new Random(20250901);
        var parsed = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = Mutate(random, Encoding.UTF8.GetBytes(s_seeds[random.Next(s_seeds.Length)]));
            try
            {
                var tree = Parser.ParseDocument(bytes);
                parsed++;
                Check(tree, Printer.Print(tree), bytes);
                Check(tree, Printer.PrintCompact(tree), bytes);
            }
            catch (GraphQLSyntaxException e)
            {
                Assert.InRange(e.Offset, 0, bytes.Length);
                Assert.True(e.Location.Line >= 1 && e.Location.Column >= 1);
            }
        }

        Assert.True(parsed > 1000, $"{parsed} of the mutated documents were still documents");
    }

    [Theory]
    [InlineData("{a", 100_000)]
    [InlineData("{a(x:[", 100_000)]
    [InlineData("{a(x:{y:", 100_000)]
    [InlineData("{a(x:", 10)]
    [InlineData("[", 100_000)]
    public void Depth_bombs_end_in_a_limit_or_a_syntax_error(string unit, int times)
    {
        var bomb = string.Concat(Enumerable.Repeat(unit, times));

        Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument(bomb));
        Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument(bomb, ParserOptions.Trusted));
        Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument("query ($a: " + bomb));
        Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseType(new string('[', times)));
    }

    private static void Check(DocumentNode tree, string printed, byte[] source)
    {
        var again = Parser.ParseDocument(printed, ParserOptions.Trusted);
        if (SyntaxTree.Difference(tree, again) is { } difference)
        {
            Assert.Fail($"{difference}\nsource: {Encoding.UTF8.GetString(source)}\nprinted: {printed}");
        }
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        const string Inserts = "{}()[]:!=|&@$.,\"\\#\n\r\t -0189azAZ_\0\x7F";
        var bytes = new List<byte>(seed);
        for (var edits = random.Next(0, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)Inserts[random.Next(Inserts.Length)]); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, "\"\"\""u8.ToArray()); break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 12), bytes.Count - at))); break;
                case 6: bytes[at] = (byte)Inserts[random.Next(Inserts.Length)]; break;
            }
        }

        return [.. bytes];
    }
}
