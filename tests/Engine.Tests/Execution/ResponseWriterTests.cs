using System.Globalization;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Tests.Execution;

public sealed class ResponseWriterTests
{
    private static string Written(Action<ResponseWriter> write)
    {
        using var writer = new ResponseWriter();
        write(writer);
        return Encoding.UTF8.GetString(writer.Written.Span);
    }

    [Fact]
    public void Strings_come_back_as_they_were_whatever_they_hold()
    {
        var random = new Random(1);
        const string Alphabet = "abc \"\\\n\r\t\b\f\u0000\u001f\u007f\u0080éß한국어\u2028~";
        for (var length = 0; length < 70; length++)
        {
            for (var round = 0; round < 20; round++)
            {
                var plain = new string('x', length).ToCharArray();
                for (var i = 0; i < length; i++)
                {
                    plain[i] = round == 0 || random.Next(10) < 8 ? (char)random.Next('a', 'z') : Alphabet[random.Next(Alphabet.Length)];
                }

                var text = new string(plain) + (round % 3 == 1 ? "🎁" : "");
                Assert.Equal(text, JsonSerializer.Deserialize<string>(Written(w => w.Write(text))));
                Assert.Equal(text, JsonSerializer.Deserialize<string>(Written(w => w.WriteUtf8String(Encoding.UTF8.GetBytes(text)))));
            }
        }
    }

    [Fact]
    public void Doubles_are_written_in_their_shortest_form()
    {
        var random = new Random(2);
        var values = new List<double> { 0, 1, -1, 0.1, 0.25, 1e21, 1.5e-7, 123456789.1234, 999999999.9999, 1e9, -0.0001, 0.00005, double.MaxValue, double.Epsilon, 4.35, 0.3 - 0.1 };
        for (var i = 0; i < 20_000; i++)
        {
            values.Add(Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(12)), random.Next(8)));
            values.Add(BitConverter.Int64BitsToDouble(random.NextInt64()));
        }

        foreach (var value in values.Where(double.IsFinite))
        {
            var text = Written(w => w.Write(value));
            Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
            Assert.True(text.Length <= value.ToString(CultureInfo.InvariantCulture).Length, text);
        }

        Assert.Throws<CoercionException>(() => Written(w => w.Write(double.NaN)));
        Assert.Throws<CoercionException>(() => Written(w => w.Write(double.PositiveInfinity)));
    }

    [Fact]
    public void Scalars_have_their_forms()
    {
        var id = new Guid("0197b6a2-7c1e-7d3f-8a4b-5c6d7e8f9a0b");
        Assert.Equal("\"0197b6a2-7c1e-7d3f-8a4b-5c6d7e8f9a0b\"", Written(w => w.Write(id)));
        Assert.Equal($"\"{GlobalId.Encode("Order", id)}\"", Written(w => w.WriteGlobalId("Order"u8, id)));
        Assert.Equal("\"2026-01-31T09:30:00Z\"", Written(w => w.Write(new DateTimeOffset(2026, 1, 31, 18, 30, 0, TimeSpan.FromHours(9)))));
        Assert.Equal("\"2026-01-31T09:30:00.125Z\"", Written(w => w.Write(new DateTime(2026, 1, 31, 9, 30, 0, 125, DateTimeKind.Utc))));
        Assert.Equal("\"2026-01-31\"", Written(w => w.Write(new DateOnly(2026, 1, 31))));
        Assert.Equal("-2147483648", Written(w => w.Write(int.MinValue)));
        Assert.Equal("-9223372036854775808", Written(w => w.Write(long.MinValue)));
        Assert.Equal("79228162514264337593543950335", Written(w => w.Write(decimal.MaxValue)));
        Assert.Equal("\"42\"", Written(w => w.WriteId(42)));
        Assert.Equal("""{"a":[1,2]}""", Written(w => w.Write(JsonDocument.Parse("""{"a":[1,2]}""").RootElement)));
    }

    [Fact]
    public void A_writer_grows_and_stops_at_its_limit()
    {
        var text = new string('x', 1000);
        Assert.Equal((1002 * 500) + 499 + 2, Written(w =>
        {
            w.BeginList();
            for (var i = 0; i < 500; i++)
            {
                w.BeginItem();
                w.Write(text);
            }

            w.EndList();
        }).Length);

        using var limited = new ResponseWriter(maxBytes: 50_000);
        Assert.Throws<ResponseTooLargeException>(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                limited.Write(text);
            }
        });
    }
}
