using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Tests.Composition;

public sealed class SourceSetTests
{
    [Fact]
    public void Sets_behave_like_sets_up_to_their_capacity()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var left = Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(SourceSet.Capacity)).ToHashSet();
            var right = Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(SourceSet.Capacity)).ToHashSet();
            var (a, b) = (Of(left), Of(right));
            Assert.Equal(left.Order(), List(a));
            Assert.Equal(left.Union(right).Order(), List(a | b));
            Assert.Equal(left.Intersect(right).Order(), List(a & b));
            Assert.Equal(left.Except(right).Order(), List(a.Except(b)));
            Assert.Equal(left.Count, a.Count);
            Assert.Equal(left.Overlaps(right), a.Overlaps(b));
            Assert.Equal(left.IsSubsetOf(right), a.IsSubsetOf(b));
            Assert.Equal(left.SetEquals(right), a == b);
            Assert.Equal(left.Count == 0 ? -1 : left.Min(), a.First);
            Assert.All(Enumerable.Range(0, SourceSet.Capacity), id => Assert.Equal(left.Contains(id), a.Contains(id)));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => SourceSet.Of(SourceSet.Capacity));
        Assert.Throws<ArgumentOutOfRangeException>(() => SourceSet.Of(-1));
        Assert.Equal(SourceSet.Capacity, SourceSet.All(SourceSet.Capacity).Count);
    }

    private static SourceSet Of(IEnumerable<int> ids) => ids.Aggregate(SourceSet.Empty, (set, id) => set.Add(id));

    private static List<int> List(SourceSet set)
    {
        var ids = new List<int>();
        foreach (var id in set)
        {
            ids.Add(id);
        }

        return ids;
    }
}
