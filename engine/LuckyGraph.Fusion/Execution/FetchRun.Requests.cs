using System.Buffers.Text;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <content>The bodies of requests for several entities.</content>
internal sealed partial class FetchRun
{
    /// <summary>Makes the requests for the entities that were collected, as a fetch that travels alone or in a list.</summary>
    public void MakeRequests(SubgraphOptions options)
    {
        var form = Node.BatchForm;
        if (Node.IsContextual)
        {
            MakeContextRequests(options);
            return;
        }

        if (form == BatchForm.Entities)
        {
            Requests.Add(EntitiesRequest());
            return;
        }

        var maxRows = form switch
        {
            BatchForm.None => 1,
            BatchForm.Aliases => Math.Min(options.MaxAliasedFields, options.MaxBatchSize),
            _ => options.MaxBatchSize,
        };
        for (var first = 0; first < _rows.Count; first += maxRows)
        {
            var count = Math.Min(maxRows, _rows.Count - first);
            Requests.Add(count > 1 && form == BatchForm.Aliases ? AliasedRequest(first, count, maxRows)
                : count > 1 && form == BatchForm.Requests ? ListRequest(first, count)
                : Request(first, count));
        }
    }

    /// <summary>
    /// Writes the fetch's only request as an entry of a list of requests: with a list of variables, even for one set; or as many
    /// entries when the server takes none.
    /// </summary>
    public void WriteEntry(PooledBuffer buffer)
    {
        var body = Requests[0].Body!.Span;
        if (Node.BatchForm == BatchForm.Requests)
        {
            buffer.Write(RowCount > 1 ? body[1..^1] : body);
            return;
        }

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
        ref var last = ref _rows[first + count - 1];
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

            ref var row = ref _rows[first + i];
            body.Write(_keys!.Array.AsSpan(row.Start, row.Length));
        }

        body.Write(count > 1 ? "]}"u8 : "}"u8);
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, Form = count > 1 ? BatchForm.Variables : BatchForm.None, MayRepeat = !Node.IsMutation };
    }

    private FetchRequest ListRequest(int first, int count)
    {
        ref var last = ref _rows[first + count - 1];
        var body = new PooledBuffer(((Node.BodyPrefix.Length + 2) * count) + last.Start + last.Length - _rows[first].Start + 2);
        for (var i = 0; i < count; i++)
        {
            body.Write(i == 0 ? (byte)'[' : (byte)',');
            body.Write(Node.BodyPrefix);
            ref var row = ref _rows[first + i];
            body.Write(_keys!.Array.AsSpan(row.Start, row.Length));
            body.Write((byte)'}');
        }

        body.Write((byte)']');
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, Form = BatchForm.Requests, MayRepeat = !Node.IsMutation };
    }

    private FetchRequest AliasedRequest(int first, int count, int maxRows)
    {
        var operation = Node.Aliased;
        var size = AliasedOperation.Size(count, maxRows);
        var prefix = operation.Prefix(size);
        var body = new PooledBuffer(prefix.Length + _keys!.Length + (size * 32));
        body.Write(prefix);
        body.Write(_keys.Array.AsSpan(0, _common));
        WriteAliased(body, operation.Members, operation.SwitchMember, first, count, size, _hasVariables);
        body.Write("}}"u8);
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, Form = BatchForm.Aliases, MayRepeat = !Node.IsMutation };
    }

    /// <summary>Writes the key variables of rows under numbered names, and whether each is included where the text leaves that open.</summary>
    public void WriteAliased(PooledBuffer body, byte[][] members, byte[] switchMember, int first, int count, int size, bool separate)
    {
        for (var i = 0; i < size; i++)
        {
            // What is excluded has values too: those of the last entity.
            var row = first + Math.Min(i, count - 1);
            for (var key = 0; key < members.Length; key++)
            {
                WriteMember(body, members[key], i, separate);
                separate = true;
                var (start, length) = _values![(row * members.Length) + key];
                body.Write(_keys!.Array.AsSpan(start, length));
            }

            if (i >= AliasedOperation.FirstOptional(size))
            {
                WriteMember(body, switchMember, i, separate);
                separate = true;
                body.Write(i < count ? "true"u8 : "false"u8);
            }
        }
    }

    private static void WriteMember(PooledBuffer body, byte[] name, int number, bool separate)
    {
        if (separate)
        {
            body.Write((byte)',');
        }

        body.Write(name);
        Utf8Formatter.TryFormat(number, body.GetSpan(16), out var digits);
        body.Advance(digits);
        body.Write("\":"u8);
    }
}
