using System.Runtime.InteropServices;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// One fetch of one request. For lookups it walks the result to the entities, writes one row of variables per distinct entity
/// (compared by bytes) and remembers every place that a row's answer goes to.
/// </summary>
internal sealed partial class FetchRun(FetchNode node, int index) : IDisposable
{
    private readonly List<(int Start, int Length, int Hash)> _rows = [];
    private readonly List<int> _firstPlace = [];
    private readonly List<int> _lastPlace = [];
    private List<(int Start, int Length)>? _values;
    private int[] _buckets = [];
    private PooledBuffer? _keys;
    // What all rows begin with: the client's variables.
    private int _common;
    private bool _hasVariables;

    public FetchNode Node { get; } = node;

    /// <summary>Index of the fetch in the plan.</summary>
    public int Index { get; } = index;

    /// <summary>The places of the result that answers go to, chained per row.</summary>
    public List<Place> Places { get; } = [];

    public List<FetchRequest> Requests { get; } = [];

    /// <summary>The answer to several fetches, of which this is the first; null when it has one of its own.</summary>
    public MergedAnswer? Merged { get; set; }

    public int RowCount => _rows.Count;

    /// <summary>How many bytes its keys take.</summary>
    public int KeysLength => _keys!.Length;

    public int FirstPlace(int row) => _firstPlace[row];

    public void Dispose()
    {
        _keys?.Dispose();
        _keys = null;
        foreach (var request in Requests)
        {
            request.Body?.Dispose();
            request.Body = null;
        }
    }

    /// <summary>Makes the one request of a fetch that needs no entities.</summary>
    public void PrepareRoot(ResultDocument document, System.Text.Json.JsonElement variables)
    {
        AddPlace(0, 0, document.Root, isNewRow: true);
        var body = new PooledBuffer(Node.BodyPrefix.Length + 256);
        body.Write(Node.BodyPrefix);
        body.Write((byte)'{');
        VariableSegment.Write(body, Node.Variables, variables);
        body.Write("}}"u8);
        Requests.Add(new FetchRequest { Body = body, FirstRow = 0, RowCount = 1, MayRepeat = !Node.IsMutation });
    }

    /// <summary>Collects the entities of a lookup. No entities, no request.</summary>
    public void CollectEntities(ResultDocument document, System.Text.Json.JsonElement variables)
    {
        _values = Node.BatchForm == BatchForm.Aliases ? [] : null;
        _keys = new PooledBuffer(1024);
        _keys.Write((byte)'{');
        _hasVariables = VariableSegment.Write(_keys, Node.Variables, variables);
        _common = _keys.Length;
        for (var i = 0; i < Node.Targets.Length; i++)
        {
            Walk(document, Node.Targets[i], i, 0, document.Root);
        }
    }

    private void Walk(ResultDocument document, FetchTarget target, int targetIndex, int depth, int block)
    {
        if (depth == target.Path.Length)
        {
            if (document.Slots[block].Start == target.Object.Id)
            {
                AddEntity(document, target, targetIndex, block);
            }

            return;
        }

        var selection = target.Path[depth];
        if (document.Slots[block].Start == selection.Parent.Id)
        {
            WalkSlot(document, target, targetIndex, depth + 1, block + selection.Slot);
        }
    }

    private void WalkSlot(ResultDocument document, FetchTarget target, int targetIndex, int depth, int index)
    {
        var slot = document.Slots[index];
        if (slot.Kind == SlotKind.Object)
        {
            Walk(document, target, targetIndex, depth, slot.Start);
        }
        else if (slot.Kind == SlotKind.List)
        {
            for (var i = 0; i < slot.Length; i++)
            {
                WalkSlot(document, target, targetIndex, depth, slot.Start + i);
            }
        }
    }

    private void AddEntity(ResultDocument document, FetchTarget target, int targetIndex, int block)
    {
        var keys = _keys!;
        var start = keys.Length;
        if (Node.IsEntities)
        {
            AddRepresentation(document, target, targetIndex, block);
            return;
        }

        if (FindRow(document, target, block) is >= 0 and var known)
        {
            AddPlace(known, targetIndex, block, isNewRow: false);
            return;
        }

        keys.Write(keys.Span[.._common]);
        var separate = _hasVariables;
        var hash = 0;
        foreach (var key in target.Keys)
        {
            if (separate)
            {
                keys.Write((byte)',');
            }

            separate = true;
            keys.Write(key.Member);
            var value = keys.Length;
            if (!KeyWriter.Write(key.Value, document, block, keys))
            {
                if (key.NonNull)
                {
                    // Without its key the entity cannot be asked for: its fields stay null.
                    keys.Truncate(start);
                    _values?.RemoveRange(_rows.Count * target.Keys.Length, _values.Count - (_rows.Count * target.Keys.Length));
                    return;
                }

                keys.Write("null"u8);
            }

            hash = KeyedHash.Combine(hash, KeyedHash.Of(keys.Span[value..]));
            _values?.Add((value, keys.Length - value));
        }

        keys.Write((byte)'}');
        AddRow(start, hash, targetIndex, block, target.Keys.Length);
    }

    /// <summary>
    /// The row that an entity has already, found without writing it: most keys are leaves of the entity, as they came. -1 when
    /// there is none, or when its keys are made in other ways.
    /// </summary>
    private int FindRow(ResultDocument document, FetchTarget target, int block)
    {
        if (_rows.Count == 0 || target.KeySlots is not { } keySlots)
        {
            return -1;
        }

        var slots = document.Slots;
        var hash = 0;
        var length = _common + (_hasVariables ? 1 : 0) + keySlots.Length;
        for (var i = 0; i < keySlots.Length; i++)
        {
            ref var slot = ref slots[block + keySlots[i]];
            if (slot.Kind != SlotKind.Raw)
            {
                return -1;
            }

            hash = KeyedHash.Combine(hash, KeyedHash.Of(document.Bytes(slot)));
            length += target.Keys[i].Member.Length + slot.Length;
        }

        var buckets = _buckets;
        for (var bucket = hash & (buckets.Length - 1); buckets[bucket] != 0; bucket = (bucket + 1) & (buckets.Length - 1))
        {
            var row = _rows[buckets[bucket] - 1];
            if (row.Hash == hash && row.Length == length && IsRowOf(_keys!.Span.Slice(row.Start, length), document, target, block))
            {
                return buckets[bucket] - 1;
            }
        }

        return -1;
    }

    private bool IsRowOf(ReadOnlySpan<byte> row, ResultDocument document, FetchTarget target, int block)
    {
        var at = _common + (_hasVariables ? 1 : 0);
        for (var i = 0; i < target.Keys.Length; i++)
        {
            var member = target.Keys[i].Member.AsSpan();
            var value = document.Bytes(document.Slots[block + target.KeySlots![i]]);
            var end = at + member.Length + value.Length;
            // Behind a value comes a comma, or the brace at the end.
            if (end >= row.Length || row[end] != (i == target.Keys.Length - 1 ? '}' : ',')
                || !row.Slice(at + member.Length, value.Length).SequenceEqual(value) || !row.Slice(at, member.Length).SequenceEqual(member))
            {
                return false;
            }

            at = end + 1;
        }

        return true;
    }

    private void AddRow(int start, int hash, int targetIndex, int block, int valueCount)
    {
        var keys = _keys!;
        var row = FindOrAddRow(start, keys.Length - start, hash);
        var isNew = row < 0;
        if (isNew)
        {
            row = _rows.Count - 1;
        }
        else
        {
            keys.Truncate(start);
            _values?.RemoveRange(_rows.Count * valueCount, valueCount);
        }

        AddPlace(row, targetIndex, block, isNew);
    }

    private void AddPlace(int row, int target, int block, bool isNewRow)
    {
        var place = Places.Count;
        Places.Add(new Place { Target = target, Block = block, Next = -1 });
        if (isNewRow)
        {
            _firstPlace.Add(place);
            _lastPlace.Add(place);
            return;
        }

        CollectionsMarshal.AsSpan(Places)[_lastPlace[row]].Next = place;
        _lastPlace[row] = place;
    }

    /// <summary>The row with equal bytes, or -1 after adding one. Bytes decide; the hash only finds candidates.</summary>
    private int FindOrAddRow(int start, int length, int hash)
    {
        if (_rows.Count * 2 >= _buckets.Length)
        {
            Rehash();
        }

        var bytes = _keys!.Span.Slice(start, length);
        var bucket = hash & (_buckets.Length - 1);
        while (_buckets[bucket] != 0)
        {
            var row = _rows[_buckets[bucket] - 1];
            if (row.Hash == hash && bytes.SequenceEqual(_keys.Span.Slice(row.Start, row.Length)))
            {
                return _buckets[bucket] - 1;
            }

            bucket = (bucket + 1) & (_buckets.Length - 1);
        }

        _rows.Add((start, length, hash));
        _buckets[bucket] = _rows.Count;
        return -1;
    }

    private void Rehash()
    {
        _buckets = new int[Math.Max(32, _buckets.Length * 2)];
        for (var row = 0; row < _rows.Count; row++)
        {
            var bucket = _rows[row].Hash & (_buckets.Length - 1);
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (_buckets.Length - 1);
            }

            _buckets[bucket] = row + 1;
        }
    }
}

/// <summary>One HTTP request of a fetch, and its outcome.</summary>
internal sealed class FetchRequest
{
    public PooledBuffer? Body { get; set; }

    public int FirstRow { get; init; }

    public int RowCount { get; init; }

    /// <summary>Whether it may be sent again: it holds queries only.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>How the rows are asked for.</summary>
    public BatchForm Form { get; init; }

    public PooledBuffer? Response { get; set; }

    /// <summary>Where in the response its entries are and, where they come in order, of which row; null when the response is the request's own.</summary>
    public List<(int Start, int End, int Row)>? Entries { get; set; }

    public Exception? Failure { get; set; }
}

/// <summary>A block that a row's answer goes to.</summary>
internal struct Place
{
    /// <summary>Index of the target.</summary>
    public int Target;
    public int Block;
    /// <summary>The next place of the same row, or -1.</summary>
    public int Next;
}
