using System.Buffers;
using System.Runtime.InteropServices;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What a slot of the result holds.</summary>
internal enum SlotKind : byte
{
    /// <summary>Nothing yet; written as null.</summary>
    Unset,
    Null,
    /// <summary>JSON bytes of a response: a leaf, or a whole subtree that needs no change.</summary>
    Raw,
    /// <summary>A number that is written as a string, because the type is ID.</summary>
    Quoted,
    /// <summary>A block: <see cref="Slot.Start"/> is its header's index.</summary>
    Object,
    /// <summary><see cref="Slot.Length"/> item slots from <see cref="Slot.Start"/>.</summary>
    List,
    /// <summary>A response value that does not fit; <see cref="Slot.Start"/> is the index of the failure.</summary>
    Invalid,
    /// <summary>The first slot of a block; <see cref="Slot.Start"/> is the id of its <see cref="ObjectSelection"/>.</summary>
    Header,
}

/// <summary>One value of the result. Leaves only refer to response bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Slot
{
    public int Start;
    public int Length;
    public ushort Source;
    public SlotKind Kind;
}

/// <summary>A value of a subgraph's response that does not fit the schema.</summary>
internal sealed record ShapeFailure(string Message, string Service);

/// <summary>
/// The composite result of one request: a table of slots in pooled memory over the responses' bytes. An object is a block of
/// slots, one per selection; reading a response places its values, writing the result walks the blocks once.
/// </summary>
internal sealed class ResultDocument : IDisposable
{
    /// <summary>Most errors of one result; what fails beyond is null without a word.</summary>
    public const int MaxErrors = 1000;

    private readonly int _maxValues;
    private byte[]?[] _sources;
    private int _sourceCount;
    private readonly List<IDisposable> _owned;

    public ResultDocument(OperationPlan plan, int maxValues)
    {
        Plan = plan;
        _maxValues = maxValues;
        // Most fetches have one answer.
        _sources = new byte[]?[plan.Fetches.Length + 1];
        _owned = new List<IDisposable>(plan.Fetches.Length);
        Slots = ArrayPool<Slot>.Shared.Rent(plan.Size.Slots);
        // Index 0 is the root's slot, so that an index is never 0 by accident.
        Slots[0] = default;
        Count = 1;
        Root = NewBlock(plan.Root);
        Slots[0] = new Slot { Kind = SlotKind.Object, Start = Root };
    }

    public OperationPlan Plan { get; }

    public Slot[] Slots { get; private set; }

    public int Count { get; private set; }

    /// <summary>The root block's header.</summary>
    public int Root { get; }

    public List<ResultError> Errors { get; } = [];

    public List<ShapeFailure> Failures { get; } = [];

    /// <summary>Allocates a block; returns the index of its header.</summary>
    public int NewBlock(ObjectSelection target)
    {
        var start = Allocate(target.Capacity + 1);
        Slots[start] = new Slot { Kind = SlotKind.Header, Start = target.Id };
        return start;
    }

    /// <summary>Allocates cleared slots; returns the index of the first.</summary>
    /// <exception cref="InvalidResponseException">The result would hold more values than allowed.</exception>
    public int Allocate(int count)
    {
        if (count > _maxValues - Count && Count > 1)
        {
            throw new InvalidResponseException($"the result would hold more than {_maxValues} values");
        }

        if (Slots.Length - Count < count)
        {
            var grown = ArrayPool<Slot>.Shared.Rent(Math.Max(Slots.Length * 2, Count + count));
            Slots.AsSpan(0, Count).CopyTo(grown);
            ArrayPool<Slot>.Shared.Return(Slots);
            Slots = grown;
        }

        var start = Count;
        Slots.AsSpan(start, count).Clear();
        Count += count;
        return start;
    }

    /// <summary>Keeps a response's bytes until the result is written; returns the source's number.</summary>
    public ushort AddSource(byte[] bytes, IDisposable? owner)
    {
        if (_sourceCount > ushort.MaxValue)
        {
            owner?.Dispose();
            throw new InvalidResponseException($"the result would be put together of more than {ushort.MaxValue} answers");
        }

        if (_sourceCount == _sources.Length)
        {
            System.Array.Resize(ref _sources, _sourceCount * 2);
        }

        if (owner is not null)
        {
            _owned.Add(owner);
        }

        _sources[_sourceCount] = bytes;
        return (ushort)_sourceCount++;
    }

    public ReadOnlySpan<byte> Bytes(in Slot slot) => _sources[slot.Source].AsSpan(slot.Start, slot.Length);

    /// <summary>Gives a block whose type was not known, or that turns out to be no object, its shape. What was read before moves to its slots.</summary>
    public void Retype(int block, ObjectSelection target)
    {
        var values = Slots.AsSpan(block + 1, ObjectAt(block).Capacity);
        var before = values.ToArray();
        values.Clear();
        Slots[block].Start = target.Id;
        foreach (var (from, to) in target.Moves)
        {
            Slots[block + to.Slot] = before[from.Slot - 1];
        }
    }

    public ObjectSelection ObjectAt(int block) => Plan.Objects[Slots[block].Start];

    public void Dispose()
    {
        Plan.Size.Slots = Math.Max(256, Count);
        ArrayPool<Slot>.Shared.Return(Slots);
        Slots = [];
        foreach (var owner in _owned)
        {
            owner.Dispose();
        }

        _owned.Clear();
    }
}
