using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <content>Apollo Federation's <c>_entities</c>: the rows are representations, and all travel in one request.</content>
internal sealed partial class FetchRun
{
    /// <summary>Writes the list of representations.</summary>
    public void WriteRepresentations(PooledBuffer body)
    {
        for (var i = 0; i < _rows.Count; i++)
        {
            body.Write(i == 0 ? (byte)'[' : (byte)',');
            body.Write(_keys!.Array.AsSpan(_rows[i].Start, _rows[i].Length));
        }

        body.Write((byte)']');
    }

    private FetchRequest EntitiesRequest()
    {
        var body = new PooledBuffer(Node.BodyPrefix.Length + _keys!.Length + _rows.Count + 256);
        body.Write(Node.BodyPrefix);
        body.Write(_keys.Array.AsSpan(0, _common));
        if (_hasVariables)
        {
            body.Write((byte)',');
        }

        body.Write(Node.Targets[0].Keys[0].Member);
        WriteRepresentations(body);
        body.Write("}}"u8);
        return new FetchRequest { Body = body, FirstRow = 0, RowCount = _rows.Count, Form = BatchForm.Entities, MayRepeat = true };
    }

    private void AddRepresentation(ResultDocument document, FetchTarget target, int targetIndex, int block)
    {
        var start = _keys!.Length;
        if (KeyWriter.Write(target.Keys[0].Value, document, block, _keys))
        {
            AddRow(start, KeyedHash.Of(_keys.Span[start..]), targetIndex, block, 1);
        }
        else
        {
            // Without its key the entity cannot be asked for: its fields stay null.
            _keys.Truncate(start);
        }
    }
}
