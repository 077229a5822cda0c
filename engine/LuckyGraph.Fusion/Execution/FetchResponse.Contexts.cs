namespace LuckyGraph.Fusion.Execution;

/// <content>Answers to fetches whose fields take values of enclosing objects: one list of entities per set of values.</content>
internal readonly partial struct FetchResponse
{
    /// <summary>Reads the root fields: set n of the request is called <c>_n</c>.</summary>
    private void ReadContexts(ref ResponseReader reader, FetchRequest request)
    {
        if (!EnterObject(ref reader))
        {
            return;
        }

        request.HasData = true;
        Span<bool> answered = request.GroupCount <= 512 ? stackalloc bool[request.GroupCount] : new bool[request.GroupCount];
        answered.Clear();
        if (reader.Peek() == '}')
        {
            reader.Position++;
        }
        else
        {
            do
            {
                var name = reader.ReadName();
                reader.Colon();
                if (RowOf(name[1..^1], request.GroupCount) is >= 0 and var group)
                {
                    answered[group] = true;
                    ReadPath(ref reader, run.GroupRows(request.FirstGroup + group).FirstRow, 1);
                }
                else
                {
                    reader.SkipValue();
                }
            }
            while (reader.NextItem((byte)'}'));
        }

        for (var i = 0; i < answered.Length; i++)
        {
            if (!answered[i])
            {
                var (firstRow, rowCount) = run.GroupRows(request.FirstGroup + i);
                LeftOut(firstRow, rowCount);
            }
        }
    }
}
