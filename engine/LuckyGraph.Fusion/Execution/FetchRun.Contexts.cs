using System.Runtime.InteropServices;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <content>
/// Fetches whose fields take values of enclosing objects (<c>@fromContext</c>). Entities with equal values are asked for together;
/// each further set of values is one more field of the same operation. A row holds the values, then the representation, so that
/// one entity in two contexts is two rows.
/// </content>
internal sealed partial class FetchRun
{
    private ContextRows? _contexts;

    /// <summary>The rows that have one set of context values.</summary>
    public (int FirstRow, int RowCount) GroupRows(int group) => (_contexts!.Groups[group].FirstRow, _contexts.Groups[group].RowCount);

    /// <summary>How many representations stand in one list, of which a row is the first.</summary>
    public int RepresentationCount(int firstRow)
    {
        if (_contexts is not { Groups: { Count: > 0 } groups })
        {
            return RowCount;
        }

        var (low, high) = (0, groups.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = groups[middle].FirstRow + groups[middle].RowCount <= firstRow ? (middle + 1, high) : (low, middle);
        }

        return groups[low].RowCount;
    }

    private void CollectInContext(ResultDocument document)
    {
        _contexts = new ContextRows();
        var longest = 0;
        foreach (var target in Node.Targets)
        {
            longest = Math.Max(longest, target.Path.Length);
        }

        var enclosing = new int[longest];
        for (var i = 0; i < Node.Targets.Length; i++)
        {
            WalkInContext(document, Node.Targets[i], i, 0, document.Root, enclosing);
        }

        Arrange();
    }

    private void WalkInContext(ResultDocument document, FetchTarget target, int targetIndex, int depth, int block, int[] enclosing)
    {
        if (depth == target.Path.Length)
        {
            if (document.Slots[block].Start == target.Object.Id)
            {
                AddInContext(document, target, targetIndex, block, enclosing);
            }

            return;
        }

        var selection = target.Path[depth];
        if (document.Slots[block].Start == selection.Parent.Id)
        {
            enclosing[depth] = block;
            WalkSlotInContext(document, target, targetIndex, depth + 1, block + selection.Slot, enclosing);
        }
    }

    private void WalkSlotInContext(ResultDocument document, FetchTarget target, int targetIndex, int depth, int index, int[] enclosing)
    {
        var slot = document.Slots[index];
        if (slot.Kind == SlotKind.Object)
        {
            WalkInContext(document, target, targetIndex, depth, slot.Start, enclosing);
        }
        else if (slot.Kind == SlotKind.List)
        {
            for (var i = 0; i < slot.Length; i++)
            {
                WalkSlotInContext(document, target, targetIndex, depth, slot.Start + i, enclosing);
            }
        }
    }

    private void AddInContext(ResultDocument document, FetchTarget target, int targetIndex, int block, int[] enclosing)
    {
        var keys = _keys!;
        var start = keys.Length;
        var values = _contexts!.Values;
        var known = values.Count;
        for (var i = 1; i < target.Keys.Length; i++)
        {
            var key = target.Keys[i];
            var value = keys.Length;
            if (!KeyWriter.Write(key.Value, document, enclosing[key.Depth], keys))
            {
                keys.Truncate(value);
                if (key.NonNull)
                {
                    Forget(start, known);
                    return;
                }

                keys.Write("null"u8);
            }

            values.Add((value, keys.Length - value));
            keys.Write((byte)',');
        }

        var end = keys.Length;
        if (!KeyWriter.Write(target.Keys[0].Value, document, block, keys))
        {
            // Without its key the entity cannot be asked for: its fields stay null.
            Forget(start, known);
            return;
        }

        var rows = _rows.Count;
        AddRow(start, KeyedHash.Of(keys.Span[start..]), targetIndex, block, 1);
        if (_rows.Count == rows || !AddToGroup(start, end - start))
        {
            values.RemoveRange(known, values.Count - known);
        }
    }

    private void Forget(int start, int knownValues)
    {
        _keys!.Truncate(start);
        _contexts!.Values.RemoveRange(knownValues, _contexts.Values.Count - knownValues);
    }

    /// <summary>Puts the last row into the group of its values. True when that is a new one.</summary>
    private bool AddToGroup(int start, int length)
    {
        var contexts = _contexts!;
        var groups = CollectionsMarshal.AsSpan(contexts.Groups);
        var values = _keys!.Span.Slice(start, length);
        var hash = KeyedHash.Of(values);
        var first = contexts.ByHash.GetValueOrDefault(hash, -1);
        for (var at = first; at >= 0; at = groups[at].Next)
        {
            if (values.SequenceEqual(_keys.Span.Slice(groups[at].Start, groups[at].Length)))
            {
                groups[at].RowCount++;
                contexts.OfRow.Add(at);
                return false;
            }
        }

        contexts.ByHash[hash] = groups.Length;
        contexts.OfRow.Add(groups.Length);
        contexts.Groups.Add(new ContextGroup { Start = start, Length = length, RowCount = 1, Next = first });
        return true;
    }

    /// <summary>Brings the rows into the order of their groups.</summary>
    private void Arrange()
    {
        var groups = CollectionsMarshal.AsSpan(_contexts!.Groups);
        for (var i = 1; i < groups.Length; i++)
        {
            groups[i].FirstRow = groups[i - 1].FirstRow + groups[i - 1].RowCount;
        }

        if (groups.Length < 2)
        {
            return;
        }

        Span<int> next = new int[groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            next[i] = groups[i].FirstRow;
        }

        var rows = _rows.AsSpan().ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            _rows[next[_contexts.OfRow[row]]++] = rows[row];
        }
    }

    private void MakeContextRequests(SubgraphOptions options)
    {
        var most = Math.Min(options.MaxAliasedFields, options.MaxBatchSize);
        for (var first = 0; first < _contexts!.Groups.Count; first += most)
        {
            var count = Math.Min(most, _contexts.Groups.Count - first);
            Requests.Add(count == 1 ? ContextRequest(first) : ContextsRequest(first, count, most));
        }
    }

    private FetchRequest ContextRequest(int group)
    {
        var (firstRow, rowCount) = GroupRows(group);
        var keys = Node.Targets[0].Keys;
        var body = new PooledBuffer(Node.BodyPrefix.Length + _keys!.Length + 256);
        body.Write(Node.BodyPrefix);
        body.Write(_keys.Array.AsSpan(0, _common));
        var separate = _hasVariables;
        for (var i = 0; i < keys.Length; i++)
        {
            if (separate)
            {
                body.Write((byte)',');
            }

            separate = true;
            body.Write(keys[i].Member);
            WriteContextKey(body, group, i);
        }

        body.Write("}}"u8);
        return new FetchRequest { Body = body, FirstRow = firstRow, RowCount = rowCount, Form = BatchForm.Entities, MayRepeat = true };
    }

    private FetchRequest ContextsRequest(int first, int count, int most)
    {
        var operation = Node.Aliased;
        var size = AliasedOperation.Size(count, most);
        var prefix = operation.Prefix(size);
        var body = new PooledBuffer(prefix.Length + _keys!.Length + (size * 64));
        body.Write(prefix);
        body.Write(_keys.Array.AsSpan(0, _common));
        var separate = _hasVariables;
        for (var i = 0; i < size; i++)
        {
            for (var key = 0; key < operation.Members.Length; key++)
            {
                WriteMember(body, operation.Members[key], i, separate);
                separate = true;
                if (key == 0 && i >= count)
                {
                    body.Write("[]"u8);
                }
                else
                {
                    // What is excluded has values too: those of the last group.
                    WriteContextKey(body, first + Math.Min(i, count - 1), key);
                }
            }

            if (i >= AliasedOperation.FirstOptional(size))
            {
                WriteMember(body, operation.SwitchMember, i, separate);
                body.Write(i < count ? "true"u8 : "false"u8);
            }
        }

        body.Write("}}"u8);
        var (firstRow, _) = GroupRows(first);
        var (lastRow, lastCount) = GroupRows(first + count - 1);
        return new FetchRequest
        {
            Body = body,
            FirstRow = firstRow,
            RowCount = lastRow + lastCount - firstRow,
            FirstGroup = first,
            GroupCount = count,
            Form = BatchForm.Contexts,
            MayRepeat = true,
        };
    }

    /// <summary>Writes the representations of a group, or one of its values.</summary>
    private void WriteContextKey(PooledBuffer body, int group, int key)
    {
        if (key > 0)
        {
            var (start, length) = _contexts!.Values[(group * (Node.Targets[0].Keys.Length - 1)) + key - 1];
            body.Write(_keys!.Array.AsSpan(start, length));
            return;
        }

        var (firstRow, rowCount) = GroupRows(group);
        var values = _contexts!.Groups[group].Length;
        for (var i = 0; i < rowCount; i++)
        {
            ref var row = ref _rows[firstRow + i];
            body.Write(i == 0 ? (byte)'[' : (byte)',');
            body.Write(_keys!.Array.AsSpan(row.Start + values, row.Length - values));
        }

        body.Write((byte)']');
    }

    /// <summary>How the rows are divided by the values of enclosing objects.</summary>
    private sealed class ContextRows
    {
        public List<ContextGroup> Groups { get; } = [];

        /// <summary>Where the values of each group stand, one after the other.</summary>
        public List<(int Start, int Length)> Values { get; } = [];

        /// <summary>The group of each row, in the order in which they were found.</summary>
        public List<int> OfRow { get; } = [];

        /// <summary>The last group by the hash of its values.</summary>
        public Dictionary<int, int> ByHash { get; } = [];
    }

    /// <summary>The rows with one set of context values.</summary>
    private struct ContextGroup
    {
        /// <summary>Where the values stand for the first time.</summary>
        public int Start;
        public int Length;
        public int FirstRow;
        public int RowCount;
        /// <summary>The next group of the same hash, or -1.</summary>
        public int Next;
    }
}
