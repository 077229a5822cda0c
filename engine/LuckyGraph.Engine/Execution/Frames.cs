using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Execution;

/// <summary>A value of the resolve phase: a result, a failure, or where frames and list items lie.</summary>
internal struct Slot
{
    /// <summary>The value, null, a <see cref="FieldFailure"/>, <see cref="SlotMarker.Frame"/>, <see cref="SlotMarker.List"/> or <see cref="UnboxedLeaf"/>.</summary>
    public object? Value;
    /// <summary>The frame, or the slot of the first list item.</summary>
    public int First;
    /// <summary>The number of list items.</summary>
    public int Count;

    /// <summary>The bits of a value that an <see cref="UnboxedLeaf"/> stands for, in the place of frame and list.</summary>
    public long Bits
    {
        readonly get => ((long)First << 32) | (uint)Count;
        set => (First, Count) = ((int)(value >> 32), (int)value);
    }
}

/// <summary>What a slot holds when it is no plain value.</summary>
internal sealed class SlotMarker
{
    public static readonly SlotMarker Frame = new();
    public static readonly SlotMarker List = new();
}

/// <summary>An object with effects in or below its selection set, and its place in the response.</summary>
internal struct Frame
{
    public PlanVariant Plan;
    public object? Value;
    /// <summary>The slot of the first resolve step; the others follow.</summary>
    public int Slots;
    /// <summary>The frame around it; -1 for a root.</summary>
    public int Parent;
    /// <summary>The field of the parent frame.</summary>
    public Selection? Via;
    /// <summary>The index in the list; -1 when the field is no list.</summary>
    public int Index;
    /// <summary>The indices of the lists around, when lists are nested.</summary>
    public ListIndex? Outer;
    /// <summary>The variable set.</summary>
    public int Set;
}

/// <summary>An index into a list, inside an index into the list around it.</summary>
internal sealed record ListIndex(ListIndex? Outer, int Index);

/// <summary>The frames and slots of one run, in pooled memory. Used by one thread at a time.</summary>
internal sealed class FrameStore(int expectedFrames, int expectedSlots) : IDisposable
{
    private Frame[] _frames = [];
    private Slot[] _slots = [];
    private int _frameCount;
    private int _slotCount;
    private Dictionary<int, ResponsePath?>? _places;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Frame Frame(int index) => ref _frames[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Slot Slot(int index) => ref _slots[index];

    /// <summary>Number of frames.</summary>
    public int FrameCount => _frameCount;

    /// <summary>Number of slots.</summary>
    public int SlotCount => _slotCount;

    /// <summary>Adds a frame with slots for its plan.</summary>
    public int Add(PlanVariant plan, object? value, int parent, Selection? via, int index, ListIndex? outer, int set)
    {
        if (_frameCount == _frames.Length)
        {
            Grow(ref _frames, _frameCount, expectedFrames);
        }

        _frames[_frameCount] = new Frame { Plan = plan, Value = value, Slots = AddSlots(plan.Resolve.Length), Parent = parent, Via = via, Index = index, Outer = outer, Set = set };
        return _frameCount++;
    }

    /// <summary>Adds empty slots and returns the first.</summary>
    public int AddSlots(int count)
    {
        while (_slotCount + count > _slots.Length)
        {
            Grow(ref _slots, _slotCount, expectedSlots);
        }

        var first = _slotCount;
        _slotCount += count;
        return first;
    }

    /// <summary>Gives a root frame that is not the response's root its place.</summary>
    public void SetPlace(int frame, ResponsePath? path) => (_places ??= [])[frame] = path;

    /// <summary>The response path of a frame's object.</summary>
    public ResponsePath? PathOf(int frame)
    {
        ref var it = ref _frames[frame];
        if (it.Via is null)
        {
            return _places?.GetValueOrDefault(frame);
        }

        var path = Append(ResponsePath.Append(PathOf(it.Parent), it.Via.ResponseName), it.Outer);
        return it.Index < 0 ? path : ResponsePath.Append(path, it.Index);
    }

    public void Dispose()
    {
        Array.Clear(_frames, 0, _frameCount);
        Array.Clear(_slots, 0, _slotCount);
        if (_frames.Length > 0)
        {
            ArrayPool<Frame>.Shared.Return(_frames);
        }

        if (_slots.Length > 0)
        {
            ArrayPool<Slot>.Shared.Return(_slots);
        }

        _frames = [];
        _slots = [];
    }

    private static ResponsePath Append(ResponsePath path, ListIndex? index)
        => index is null ? path : ResponsePath.Append(Append(path, index.Outer), index.Index);

    // The old array goes to the collector, not to the pool: a resolver on another thread may be reading its path from it.
    private static void Grow<T>(ref T[] array, int used, int expected)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(expected, Math.Max(16, array.Length * 2)));
        Array.Copy(array, larger, used);
        array = larger;
    }
}

internal static class ResponsePathSegments
{
    /// <summary>The path as names and indices from the root.</summary>
    public static ImmutableArray<object> ToSegments(this ResponsePath? path)
    {
        var length = 0;
        for (var at = path; at is not null; at = at.Parent)
        {
            length++;
        }

        var segments = new object[length];
        for (var at = path; at is not null; at = at.Parent)
        {
            segments[--length] = at.Name ?? (object)at.Index;
        }

        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(segments);
    }
}
