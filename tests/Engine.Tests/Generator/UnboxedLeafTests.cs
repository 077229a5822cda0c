using System.Text;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Generator;

/// <summary>Numbers and booleans of resolvers reach the response without boxes.</summary>
public sealed class UnboxedLeafTests
{
    [Fact]
    public async Task Every_kind_of_resolver_gives_its_numbers_to_its_own_object()
    {
        await using var server = new SampleServer();
        await using var result = await server.Executor.ExecuteAsync(
            SampleServer.Request("{ gauges(first: 4) { number count total isOdd ratio rank areMany speed } }"), CancellationToken.None);

        Assert.Equal("""
            {"data":{"gauges":[
            {"number":1,"count":-1,"total":-9223372036854775807,"isOdd":true,"ratio":0.25,"rank":10,"areMany":true,"speed":1E+300},
            {"number":2,"count":-2,"total":-9223372036854775806,"isOdd":false,"ratio":0.5,"rank":20,"areMany":true,"speed":2E+300},
            null,
            {"number":4,"count":-4,"total":-9223372036854775804,"isOdd":false,"ratio":1,"rank":40,"areMany":true,"speed":4E+300}]},
            "errors":[{"message":"Float cannot represent NaN.","locations":[{"line":1,"column":66}],"path":["gauges",2,"speed"],"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}
            """.ReplaceLineEndings(""), Encoding.UTF8.GetString(((SingleResult)result).Json.Span));
    }

    [Fact]
    public async Task Results_of_a_batch_that_are_too_few_go_to_no_parent()
    {
        await using var server = new SampleServer();
        await using var result = await server.Executor.ExecuteAsync(SampleServer.Request("{ gauges(first: 2) { missing } }"), CancellationToken.None);

        Assert.StartsWith("""{"data":{"gauges":[null,null]},"errors":[""", Encoding.UTF8.GetString(((SingleResult)result).Json.Span), StringComparison.Ordinal);
    }

    [Theory]
    // The resolver's own task takes 72 bytes.
    [InlineData("count", 72 + 16)]
    // What the batch is made of, parents and results.
    [InlineData("rank", 56)]
    public async Task A_number_of_an_object_allocates_less_than_a_box_beyond_the_bookkeeping(string field, int most)
    {
        await using var server = new SampleServer();
        var with = Allocated(server, $"{{ gauges(first: 1000) {{ number {field} }} }}");
        var without = Allocated(server, "{ gauges(first: 1000) { number } }");

        Assert.InRange(with - without, 0, 1_000 * most);
    }

    // Nothing here waits: the request runs on this thread alone.
    private static long Allocated(SampleServer server, string document)
    {
        var request = SampleServer.Request(document);
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = server.Executor.ExecuteAsync(request, CancellationToken.None);
            Assert.True(result.IsCompletedSuccessfully);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(result.Result.DisposeAsync().IsCompletedSuccessfully);
        }

        return least;
    }
}
