using System.Buffers;
using System.Runtime.InteropServices;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// One fetch of one request. For lookups it walks the result to the entities, writes one row of variables per distinct entity
/// (compared by bytes) and remembers every place that a row's answer goes to.
/// </summary>
internal sealed class FetchRun(FetchNode node, int index) : IDisposable
{
    private readonly List<(int Start, int Length)> _rows = [];
    private readonly List<int> _firstPlace = [];
    private readonly List<int> _lastPlace = [];
    private int[] _buckets = [];
    private PooledBuffer? _keys;

    public FetchNode Node { get; } = node;

    /// <summary>Index of the fetch in the plan.</summary>
    public int Index { get; } = index;

    /// <summary>The places of the result that answers go to, chained per row.</summary>
    public List<Place> Places { get; } = [];

    public List<FetchRequest> Requests { get; } = [];

    public int RowCount => _rows.Count;

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

    /// <summary>Collects entities and makes the requests for them. No entities, no request.</summary>
    public void PrepareLookup(ResultDocument document, System.Text.Json.JsonElement variables, int maxRows)
    {
        _keys = new PooledBuffer(1024);
        _keys.Write((byte)'{');
        var hasVariables = VariableSegment.Write(_keys, Node.Variables, variables);
        var common = _keys.Length;
        for (var i = 0; i < Node.Targets.Length; i++)
        {
            Walk(document, Node.Targets[i], i, 0, document.Root, common, hasVariables);
        }

        for (var first = 0; first < _rows.Count; first += maxRows)
        {
            Requests.Add(Request(first, Math.Min(maxRows, _rows.Count - first)));
        }
    }

    /// <summary>Writes the fetch's only request as an entry of a list of requests: with a list of variables, even for one set.</summary>
    public void WriteEntry(PooledBuffer buffer)
    {
        var body = Requests[0].Body!.Span;
        if (RowCount > 1)
        {
            buffer.Write(body);
            return;
        }

        buffer.Write(Node.BodyPrefix);
        buffer.Write((byte)'[');
        buffer.Write(body[Node.BodyPrefix.Length..^1]);
        buffer.Write("]}"u8);
    }

    private FetchRequest Request(int first, int count)
    {
        var last = _rows[first + count - 1];
        var body = new PooledBuffer(Node.BodyPrefix.Length + last.Start + last.Length - _rows[first].Start + count + 16);
        body.Write(Node.BodyPrefix);
        if (count > 1)
        {
            body.Write((byte)'[');
        }

        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                body.Write((byte)',');
            }

            var (start, length) = _rows[first + i];
            body.Write(_keys!.Array.AsSpan(start, length));
        }

        body.Write(count > 1 ? "]}"u8 : "}"u8);
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, MayRepeat = !Node.IsMutation };
    }

    private void Walk(ResultDocument document, FetchTarget target, int targetIndex, int depth, int block, int common, bool hasVariables)
    {
        if (depth == target.Path.Length)
        {
            if (document.Slots[block].Start == target.Object.Id)
            {
                AddEntity(document, target, targetIndex, block, common, hasVariables);
            }

            return;
        }

        var selection = target.Path[depth];
        if (document.Slots[block].Start == selection.Parent.Id)
        {
            WalkSlot(document, target, targetIndex, depth + 1, block + selection.Slot, common, hasVariables);
        }
    }

    private void WalkSlot(ResultDocument document, FetchTarget target, int targetIndex, int depth, int index, int common, bool hasVariables)
    {
        var slot = document.Slots[index];
        if (slot.Kind == SlotKind.Object)
        {
            Walk(document, target, targetIndex, depth, slot.Start, common, hasVariables);
        }
        else if (slot.Kind == SlotKind.List)
        {
            for (var i = 0; i < slot.Length; i++)
            {
                WalkSlot(document, target, targetIndex, depth, slot.Start + i, common, hasVariables);
            }
        }
    }

    private void AddEntity(ResultDocument document, FetchTarget target, int targetIndex, int block, int common, bool hasVariables)
    {
        var keys = _keys!;
        var start = keys.Length;
        keys.Write(keys.Span[..common]);
        var separate = hasVariables;
        foreach (var key in target.Keys)
        {
            if (separate)
            {
                keys.Write((byte)',');
            }

            separate = true;
            keys.Write(key.Member);
            if (!KeyWriter.Write(key.Value, document, block, keys))
            {
                if (key.NonNull)
                {
                    // Without its key the entity cannot be asked for: its fields stay null.
                    keys.Truncate(start);
                    return;
                }

                keys.Write("null"u8);
            }
        }

        keys.Write((byte)'}');
        var row = FindOrAddRow(start, keys.Length - start);
        var isNew = row < 0;
        if (isNew)
        {
            row = _rows.Count - 1;
        }
        else
        {
            keys.Truncate(start);
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
    private int FindOrAddRow(int start, int length)
    {
        if (_rows.Count * 2 >= _buckets.Length)
        {
            Rehash();
        }

        var bytes = _keys!.Span.Slice(start, length);
        var bucket = Hash(bytes) & (_buckets.Length - 1);
        while (_buckets[bucket] != 0)
        {
            var (rowStart, rowLength) = _rows[_buckets[bucket] - 1];
            if (bytes.SequenceEqual(_keys.Span.Slice(rowStart, rowLength)))
            {
                return _buckets[bucket] - 1;
            }

            bucket = (bucket + 1) & (_buckets.Length - 1);
        }

        _rows.Add((start, length));
        _buckets[bucket] = _rows.Count;
        return -1;
    }

    private void Rehash()
    {
        _buckets = new int[Math.Max(32, _buckets.Length * 2)];
        for (var row = 0; row < _rows.Count; row++)
        {
            var bucket = Hash(_keys!.Span.Slice(_rows[row].Start, _rows[row].Length)) & (_buckets.Length - 1);
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (_buckets.Length - 1);
            }

            _buckets[bucket] = row + 1;
        }
    }

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * 0xFF51AFD7ED558CCDUL;
            hash ^= hash >> 32;
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 0xFF51AFD7ED558CCDUL;
        }

        return (int)(hash ^ (hash >> 29));
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

    public PooledBuffer? Response { get; set; }

    /// <summary>Where in the response its entries are, when the response answers several fetches; else null.</summary>
    public List<(int Start, int End)>? Entries { get; set; }

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
