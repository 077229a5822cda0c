using System.Text;
using LuckyGraph.Language;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>Whatever bytes arrive, the lexer cuts them into tokens or raises a syntax error. <c>LUCKY_FUZZ=1</c> runs 1,000,000 inputs instead of 20,000.</summary>
public sealed class LexerFuzzTests(ITestOutputHelper output)
{
    private static readonly byte[][] s_pieces =
    [
        .. new[] { "\"", "\"\"\"", "\\\"\"\"", "\\u", "\\u{", "}", "1F600", "D83D", "\\n", "-", "0", "1", ".", "..", "e", "+", "#", "\r", "\n", ",", " ", "name", "{", "$", "@", "é", "😀", "\uFEFF", "\0", "&", "|", "'" }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80, 0xA8], [0x80], [0x7F],
    ];

    [Fact]
    public void Bytes_become_tokens_or_a_syntax_error()
    {
        var count = FuzzSettings.IsLong ? 1_000_000 : 20_000;
        output.WriteLine($"seed {FuzzSettings.Seed}, {count} inputs");
        var random = new Random(FuzzSettings.Seed);
        var bytes = new List<byte>();
        var (whole, refused) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            Fill(bytes, random);
            if (IsCut([.. bytes]))
            {
                whole++;
            }
            else
            {
                refused++;
            }
        }

        output.WriteLine($"{whole} were cut into tokens, {refused} refused");
        Assert.True(whole > count / 50 && refused > count / 50);
    }

    private static void Fill(List<byte> bytes, Random random)
    {
        bytes.Clear();
        for (var pieces = random.Next(1, 12); pieces > 0; pieces--)
        {
            if (random.Next(10) == 0)
            {
                bytes.Add((byte)random.Next(256));
            }
            else
            {
                bytes.AddRange(s_pieces[random.Next(s_pieces.Length)]);
            }
        }
    }

    private static bool IsCut(byte[] bytes)
    {
        try
        {
            var lexer = new Lexer(bytes);
            var end = 0;
            while (lexer.MoveNext())
            {
                if (lexer.Start < end || lexer.End <= lexer.Start || lexer.End > bytes.Length)
                {
                    Assert.Fail($"a token from {lexer.Start} to {lexer.End} after {end} in {Convert.ToHexString(bytes)}");
                }

                end = lexer.End;
                if (lexer.Kind >= TokenKind.Name)
                {
                    _ = lexer.GetValue();
                }
            }

            return true;
        }
        catch (GraphQLSyntaxException e)
        {
            Assert.InRange(e.Offset, 0, bytes.Length);
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{e} for {Convert.ToHexString(bytes)}");
            throw;
        }
    }
}
