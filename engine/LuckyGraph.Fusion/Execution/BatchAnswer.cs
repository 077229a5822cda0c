using System.Text.Unicode;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// A list of requests in one body, and its answer: one response per variable set, each with its <c>requestIndex</c>, as JSON
/// lines or as a JSON array; or, from servers that take no lists of variables, an array with one response per entity in order.
/// </summary>
internal static class BatchAnswer
{
    /// <summary>The body of a request for several fetches.</summary>
    public static PooledBuffer Body(List<FetchRun> runs)
    {
        var length = 2;
        foreach (var run in runs)
        {
            length += run.Requests[0].Body!.Length + 3;
        }

        var body = new PooledBuffer(length);
        for (var i = 0; i < runs.Count; i++)
        {
            body.Write(i == 0 ? (byte)'[' : (byte)',');
            runs[i].WriteEntry(body);
        }

        body.Write((byte)']');
        return body;
    }

    /// <summary>Gives every fetch its entries of the answer. An entry without an index is an answer to all.</summary>
    /// <exception cref="InvalidResponseException">The answer is malformed.</exception>
    public static void Split(ResultDocument document, PooledBuffer response, List<FetchRun> runs)
    {
        if (!Utf8.IsValid(response.Span))
        {
            throw new InvalidResponseException("it is not UTF-8");
        }

        var entries = new List<(int Start, int End, int Row)>[runs.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = [];
        }

        var reader = new ResponseReader(document, response.Span, 0, 0, runs[0].Node.Service);
        var inOrder = runs[0].Node.BatchForm == BatchForm.Requests;
        var run = 0;
        if (!reader.AtEnd && reader.Peek() == '[')
        {
            reader.Position++;
            reader.SkipSpace();
            if (reader.Peek() == ']')
            {
                reader.Position++;
            }
            else
            {
                do
                {
                    var start = reader.Position;
                    reader.SkipValue();
                    if (inOrder)
                    {
                        while (run < runs.Count && entries[run].Count == runs[run].RowCount)
                        {
                            run++;
                        }

                        if (run == runs.Count)
                        {
                            throw new InvalidResponseException("it has more entries than the batch");
                        }

                        entries[run].Add((start, reader.Position, entries[run].Count));
                    }
                    else
                    {
                        Assign(document, response, runs, entries, start, reader.Position);
                    }
                }
                while (reader.NextItem((byte)']'));
            }

            if (!reader.AtEnd)
            {
                throw new InvalidResponseException($"there is more after its end at byte {reader.Position}");
            }
        }
        else
        {
            while (!reader.AtEnd)
            {
                var start = reader.Position;
                var length = response.Span[start..].IndexOf((byte)'\n');
                var end = length < 0 ? response.Length : start + length;
                Assign(document, response, runs, entries, start, end);
                reader.Position = end;
            }
        }

        for (var i = 0; i < runs.Count; i++)
        {
            runs[i].Requests[0].Entries = entries[i];
            runs[i].Requests[0].Response = response;
        }
    }

    private static void Assign(
        ResultDocument document, PooledBuffer response, List<FetchRun> runs, List<(int Start, int End, int Row)>[] entries, int start, int end)
    {
        var reader = new ResponseReader(document, response.Span[..end], 0, 0, runs[0].Node.Service) { Position = start };
        if (reader.Peek() != '{')
        {
            throw new InvalidResponseException($"an object was expected at byte {start}");
        }

        reader.Position++;
        reader.SkipSpace();
        if (reader.Peek() != '}')
        {
            do
            {
                var name = reader.ReadName();
                reader.Colon();
                var value = reader.Position;
                reader.SkipValue();
                if (name.SequenceEqual("\"requestIndex\""u8))
                {
                    entries[reader.Index(value, runs.Count, "requestIndex")].Add((start, end, -1));
                    return;
                }
            }
            while (reader.NextItem((byte)'}'));
        }

        foreach (var list in entries)
        {
            list.Add((start, end, -1));
        }
    }
}
