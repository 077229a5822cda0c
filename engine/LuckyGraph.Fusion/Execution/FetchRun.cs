using System.Buffers;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// One fetch of one request. For lookups it walks the result to the entities, writes one row of variables per distinct entity
/// (compared by bytes) and remembers every place that a row's answer goes to.
/// </summary>
internal sealed partial class FetchRun(FetchNode node, int index) : IDisposable
{
    private PooledList<Row> _rows = new();
    private PooledList<Place> _places = new();
    private List<(int Start, int Length)>? _values;
    // Rows by hash, one more than their index; a power of two of them are in use.
    private int[] _buckets = [];
    private int _bucketMask = -1;
    private PooledBuffer? _keys;
    // What all rows begin with: the client's variables.
    private int _common;
    private bool _hasVariables;

    public FetchNode Node { get; } = node;

    /// <summary>Index of the fetch in the plan.</summary>
    public int Index { get; } = index;

    /// <summary>The places of the result that answers go to, chained per row.</summary>
    public Span<Place> Places => _places.AsSpan();

    public List<FetchRequest> Requests { get; } = new(1);

    /// <summary>The answer to several fetches, of which this is the first; null when it has one of its own.</summary>
    public MergedAnswer? Merged { get; set; }

    public int RowCount => _rows.Count;

    /// <summary>How many bytes its keys take.</summary>
    public int KeysLength => _keys!.Length;

    public int FirstPlace(int row) => _rows[row].FirstPlace;

    public void Dispose()
    {
        _keys?.Dispose();
        _keys = null;
        _rows.Dispose();
        _places.Dispose();
        if (_buckets.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_buckets);
            _buckets = [];
        }

        foreach (var request in Requests)
        {
            request.Body?.Dispose();
            request.Body = null;
        }
    }

    /// <summary>Makes the one request of a fetch that needs no entities.</summary>
    public void PrepareRoot(ResultDocument document, System.Text.Json.JsonElement variables)
    {
        _rows.Add(new Row { FirstPlace = -1 });
        AddPlace(0, 0, document.Root);
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
        if (Node.IsContextual)
        {
            CollectInContext(document);
            return;
        }

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
            AddPlace(known, targetIndex, block);
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
        for (var bucket = hash & _bucketMask; buckets[bucket] != 0; bucket = (bucket + 1) & _bucketMask)
        {
            ref var row = ref _rows[buckets[bucket] - 1];
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
        if (row < 0)
        {
            row = _rows.Count - 1;
        }
        else
        {
            keys.Truncate(start);
            _values?.RemoveRange(_rows.Count * valueCount, valueCount);
        }

        AddPlace(row, targetIndex, block);
    }

    private void AddPlace(int index, int target, int block)
    {
        var place = _places.Count;
        _places.Add(new Place { Target = target, Block = block, Next = -1 });
        ref var row = ref _rows[index];
        if (row.FirstPlace < 0)
        {
            row.FirstPlace = place;
        }
        else
        {
            _places[row.LastPlace].Next = place;
        }

        row.LastPlace = place;
    }

    /// <summary>The row with equal bytes, or -1 after adding one. Bytes decide; the hash only finds candidates.</summary>
    private int FindOrAddRow(int start, int length, int hash)
    {
        if (_rows.Count * 2 > _bucketMask)
        {
            Rehash();
        }

        var bytes = _keys!.Span.Slice(start, length);
        var bucket = hash & _bucketMask;
        while (_buckets[bucket] != 0)
        {
            ref var row = ref _rows[_buckets[bucket] - 1];
            if (row.Hash == hash && bytes.SequenceEqual(_keys.Span.Slice(row.Start, row.Length)))
            {
                return _buckets[bucket] - 1;
            }

            bucket = (bucket + 1) & _bucketMask;
        }

        _rows.Add(new Row { Start = start, Length = length, Hash = hash, FirstPlace = -1 });
        _buckets[bucket] = _rows.Count;
        return -1;
    }

    private void Rehash()
    {
        if (_buckets.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_buckets);
        }

        var size = Math.Max(32, (_bucketMask + 1) * 2);
        _buckets = ArrayPool<int>.Shared.Rent(size);
        _buckets.AsSpan(0, size).Clear();
        _bucketMask = size - 1;
        for (var row = 0; row < _rows.Count; row++)
        {
            var bucket = _rows[row].Hash & _bucketMask;
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & _bucketMask;
            }

            _buckets[bucket] = row + 1;
        }
    }
}

/// <summary>The variables of one entity: a piece of the fetch's keys, and the places that its answer goes to.</summary>
internal struct Row
{
    public int Start;
    public int Length;
    public int Hash;
    /// <summary>Index of its first place; -1 before it has one.</summary>
    public int FirstPlace;
    public int LastPlace;
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

    /// <summary>For <see cref="BatchForm.Contexts"/>: the first set of context values, and how many there are.</summary>
    public int FirstGroup { get; init; }

    public int GroupCount { get; init; }

    /// <summary>For <see cref="BatchForm.Contexts"/>: whether the answer has data, so that an error need not be everybody's.</summary>
    public bool HasData { get; set; }

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
