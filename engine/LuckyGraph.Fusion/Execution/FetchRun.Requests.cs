using System.Buffers.Text;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <content>The bodies of requests for several entities.</content>
internal sealed partial class FetchRun
{
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
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, Form = count > 1 ? BatchForm.Variables : BatchForm.None, MayRepeat = !Node.IsMutation };
    }

    private FetchRequest ListRequest(int first, int count)
    {
        var last = _rows[first + count - 1];
        var body = new PooledBuffer(((Node.BodyPrefix.Length + 2) * count) + last.Start + last.Length - _rows[first].Start + 2);
        for (var i = 0; i < count; i++)
        {
            body.Write(i == 0 ? (byte)'[' : (byte)',');
            body.Write(Node.BodyPrefix);
            var (start, length) = _rows[first + i];
            body.Write(_keys!.Array.AsSpan(start, length));
            body.Write((byte)'}');
        }

        body.Write((byte)']');
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, Form = BatchForm.Requests, MayRepeat = !Node.IsMutation };
    }

    private FetchRequest AliasedRequest(int first, int count, int maxRows, int common, bool hasVariables)
    {
        var operation = Node.Aliased;
        var size = AliasedOperation.Size(count, maxRows);
        var prefix = operation.Prefix(size);
        var body = new PooledBuffer(prefix.Length + _keys!.Length + (size * 32));
        body.Write(prefix);
        body.Write(_keys.Array.AsSpan(0, common));
        var separate = hasVariables;
        for (var i = 0; i < size; i++)
        {
            // What is excluded has values too: those of the last entity.
            var row = first + Math.Min(i, count - 1);
            for (var key = 0; key < operation.Members.Length; key++)
            {
                WriteMember(body, operation.Members[key], i, separate);
                separate = true;
                var (start, length) = _values![(row * operation.Members.Length) + key];
                body.Write(_keys.Array.AsSpan(start, length));
            }

            if (i >= AliasedOperation.FirstOptional(size))
            {
                WriteMember(body, operation.SwitchMember, i, true);
                body.Write(i < count ? "true"u8 : "false"u8);
            }
        }

        body.Write("}}"u8);
        return new FetchRequest { Body = body, FirstRow = first, RowCount = count, Form = BatchForm.Aliases, MayRepeat = !Node.IsMutation };
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
