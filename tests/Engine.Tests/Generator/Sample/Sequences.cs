using System.Runtime.CompilerServices;

namespace LuckyGraph.Engine.Tests.Generator.Sample;

/// <summary>Resolvers that yield the items of a list.</summary>
[QueryType]
public static partial class SequenceQueries
{
    public static async IAsyncEnumerable<int> GetCountAsync(int to, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var i = 1; i <= to; i++)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    public static Task<IAsyncEnumerable<Shelving>?> GetShelvesAsync(bool any, CancellationToken ct)
        => Task.FromResult(any ? Yield(ct) : null);

    private static async IAsyncEnumerable<Shelving> Yield([EnumeratorCancellation] CancellationToken ct)
    {
        for (var i = 7; i < 9; i++)
        {
            await Task.Delay(0, ct);
            yield return new Shelving(i);
        }
    }
}
