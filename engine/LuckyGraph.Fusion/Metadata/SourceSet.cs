using System.Numerics;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>An immutable set of source schemas by their ids, a bitset of <see cref="Capacity"/> bits.</summary>
public readonly struct SourceSet : IEquatable<SourceSet>
{
    /// <summary>The most source schemas that one composed schema can have.</summary>
    public const int Capacity = 256;

    private readonly ulong _a, _b, _c, _d;

    private SourceSet(ulong a, ulong b, ulong c, ulong d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    /// <summary>The set without members.</summary>
    public static SourceSet Empty => default;

    /// <summary>The set with one member.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not below <see cref="Capacity"/>.</exception>
    public static SourceSet Of(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Capacity, nameof(id));
        var bit = 1UL << (id & 63);
        return (id >> 6) switch
        {
            0 => new SourceSet(bit, 0, 0, 0),
            1 => new SourceSet(0, bit, 0, 0),
            2 => new SourceSet(0, 0, bit, 0),
            _ => new SourceSet(0, 0, 0, bit),
        };
    }

    /// <summary>The set of all ids below <paramref name="count"/>.</summary>
    public static SourceSet All(int count)
    {
        var set = Empty;
        for (var id = 0; id < count; id++)
        {
            set |= Of(id);
        }

        return set;
    }

    /// <summary>Whether the set has no member.</summary>
    public bool IsEmpty => (_a | _b | _c | _d) == 0;

    /// <summary>The number of members.</summary>
    public int Count => BitOperations.PopCount(_a) + BitOperations.PopCount(_b) + BitOperations.PopCount(_c) + BitOperations.PopCount(_d);

    /// <summary>The lowest id, or -1 when the set is empty.</summary>
    public int First
        => _a != 0 ? BitOperations.TrailingZeroCount(_a)
        : _b != 0 ? 64 + BitOperations.TrailingZeroCount(_b)
        : _c != 0 ? 128 + BitOperations.TrailingZeroCount(_c)
        : _d != 0 ? 192 + BitOperations.TrailingZeroCount(_d)
        : -1;

    /// <summary>Whether the id is a member.</summary>
    public bool Contains(int id)
    {
        var word = (id >> 6) switch { 0 => _a, 1 => _b, 2 => _c, 3 => _d, _ => 0UL };
        return (word & (1UL << (id & 63))) != 0;
    }

    /// <summary>This set with one more member.</summary>
    public SourceSet Add(int id) => this | Of(id);

    /// <summary>This set without one member.</summary>
    public SourceSet Remove(int id) => Except(Of(id));

    /// <summary>This set without the members of another.</summary>
    public SourceSet Except(SourceSet other) => new(_a & ~other._a, _b & ~other._b, _c & ~other._c, _d & ~other._d);

    /// <summary>Whether the sets have a member in common.</summary>
    public bool Overlaps(SourceSet other) => !(this & other).IsEmpty;

    /// <summary>Whether every member is a member of the other set too.</summary>
    public bool IsSubsetOf(SourceSet other) => Except(other).IsEmpty;

    /// <summary>The members of either set.</summary>
    public static SourceSet operator |(SourceSet left, SourceSet right)
        => new(left._a | right._a, left._b | right._b, left._c | right._c, left._d | right._d);

    /// <summary>The members of both sets.</summary>
    public static SourceSet operator &(SourceSet left, SourceSet right)
        => new(left._a & right._a, left._b & right._b, left._c & right._c, left._d & right._d);

    /// <summary>Whether the sets have the same members.</summary>
    public static bool operator ==(SourceSet left, SourceSet right) => left.Equals(right);

    /// <summary>Whether the sets differ.</summary>
    public static bool operator !=(SourceSet left, SourceSet right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(SourceSet other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is SourceSet other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <inheritdoc />
    public override string ToString()
    {
        var ids = new List<int>();
        foreach (var id in this)
        {
            ids.Add(id);
        }

        return $"{{{string.Join(", ", ids)}}}";
    }

    /// <summary>Enumerates the ids in ascending order without allocation.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Enumerates the ids of a <see cref="SourceSet"/>.</summary>
    public struct Enumerator
    {
        private SourceSet _rest;

        internal Enumerator(SourceSet set)
        {
            _rest = set;
            Current = -1;
        }

        /// <summary>The current id.</summary>
        public int Current { get; private set; }

        /// <summary>Moves to the next id.</summary>
        public bool MoveNext()
        {
            Current = _rest.First;
            if (Current < 0)
            {
                return false;
            }

            _rest = _rest.Remove(Current);
            return true;
        }
    }
}
