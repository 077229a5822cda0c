using System.Text.Unicode;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Places the answers of a fetch into the result and turns what failed into errors at every path concerned.</summary>
internal readonly partial struct FetchResponse(ResultDocument document, FetchRun run, ulong conditions, SubgraphErrorPolicy errorPolicy)
{
    private FetchNode Node => run.Node;

    private FetchErrors Failures => new(document, run, errorPolicy);

    public void Place()
    {
        foreach (var request in run.Requests)
        {
            if (request.Failure is { } failure)
            {
                Fail(request, failure);
                continue;
            }

            var response = request.Response!;
            try
            {
                if (request.Entries is null && !Utf8.IsValid(response.Span))
                {
                    response.Dispose();
                    throw new InvalidResponseException("it is not UTF-8");
                }

                Read(request, response);
            }
            catch (InvalidResponseException e)
            {
                Refuse(request, e);
            }
        }
    }

    /// <summary>Reports that there is no answer.</summary>
    public void Fail(FetchRequest request, Exception failure)
    {
        var (code, message) = failure is SubgraphException known
            ? (known.Code, known.Message)
            : (GatewayErrorCodes.Unreachable, $"The subgraph \"{Node.Service}\" cannot be reached.");
        Failures.Add(request.FirstRow, request.RowCount, message, code, default);
        Miss(request.FirstRow, request.RowCount);
    }

    /// <summary>Takes back what a broken answer brought, and reports it.</summary>
    public void Refuse(FetchRequest request, InvalidResponseException reason)
    {
        Reset(request);
        Miss(request.FirstRow, request.RowCount);
        Failures.Add(request.FirstRow, request.RowCount,
            $"The answer of the subgraph \"{Node.Service}\" is no GraphQL response: {reason.Message}.", GatewayErrorCodes.InvalidResponse, default);
    }

    private void Read(FetchRequest request, PooledBuffer response)
    {
        var source = document.AddSource(response.Array, response);
        var reader = new ResponseReader(document, response.Span, source, conditions, Node.Service);
        if (request.Entries is null && (request.RowCount == 1 || request.Form is BatchForm.Aliases or BatchForm.Entities or BatchForm.Contexts))
        {
            ReadEnvelope(ref reader, request, 0);
            if (!reader.AtEnd)
            {
                throw new InvalidResponseException($"there is more after its end at byte {reader.Position}");
            }

            return;
        }

        // One object per variable set: JSON lines, or a JSON array of the same.
        Span<bool> answered = request.RowCount <= 512 ? stackalloc bool[request.RowCount] : new bool[request.RowCount];
        answered.Clear();
        if (request.Entries is { } entries)
        {
            foreach (var (start, end, row) in entries)
            {
                reader.Position = start;
                Answered(ref reader, request, answered, row);
                if (reader.Position > end)
                {
                    throw new InvalidResponseException($"a line ends in the middle at byte {end}");
                }
            }

            reader.Position = response.Length;
        }

        reader.SkipSpace();
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
                // Answers to a list of requests carry no index: they come in order.
                var row = request.Form == BatchForm.Requests ? 0 : -1;
                do
                {
                    Answered(ref reader, request, answered, row < 0 ? -1 : row++);
                }
                while (reader.NextItem((byte)']'));
            }
        }
        else
        {
            while (!reader.AtEnd)
            {
                Answered(ref reader, request, answered, -1);
            }
        }

        for (var i = 0; i < answered.Length; i++)
        {
            if (!answered[i])
            {
                Failures.Add(request.FirstRow + i, 1, $"The subgraph \"{Node.Service}\" left out an entry of a batch.", GatewayErrorCodes.InvalidResponse, default);
            }
        }
    }

    /// <summary>Reads an entry of a batch.</summary>
    private void Answered(ref ResponseReader reader, FetchRequest request, scoped Span<bool> answered, int row)
    {
        if (row >= answered.Length)
        {
            throw new InvalidResponseException("it has more entries than the batch");
        }

        var index = ReadEnvelope(ref reader, request, row);
        if (index >= 0)
        {
            answered[index] = true;
        }
        else
        {
            answered.Fill(true);
        }
    }

    /// <summary>Reads one response object. Returns the index of its variable set, or -1 for an answer to all.</summary>
    private int ReadEnvelope(ref ResponseReader reader, FetchRequest request, int index)
    {
        reader.SkipSpace();
        if (reader.Peek() != '{')
        {
            throw new InvalidResponseException($"an object was expected at byte {reader.Position}");
        }

        reader.Position++;
        reader.SkipSpace();
        var (data, dataRead, errorsStart, errorsEnd) = (-1, false, -1, -1);
        if (reader.Peek() == '}')
        {
            throw new InvalidResponseException("it has neither data nor errors");
        }

        do
        {
            var name = reader.ReadName();
            reader.Colon();
            if (name.SequenceEqual("\"data\""u8))
            {
                data = reader.Position;
                if (index >= 0)
                {
                    ReadData(ref reader, request, request.FirstRow + index);
                    dataRead = true;
                }
                else
                {
                    reader.SkipValue();
                }
            }
            else if (name.SequenceEqual("\"errors\""u8))
            {
                errorsStart = reader.Position;
                reader.SkipValue();
                errorsEnd = reader.Position;
            }
            else if (name.SequenceEqual("\"variableIndex\""u8))
            {
                var start = reader.Position;
                reader.SkipValue();
                index = reader.Index(start, request.RowCount);
            }
            else
            {
                reader.SkipValue();
            }
        }
        while (reader.NextItem((byte)'}'));

        if (data >= 0 && !dataRead && index >= 0)
        {
            var end = reader.Position;
            reader.Position = data;
            ReadData(ref reader, request, request.FirstRow + index);
            reader.Position = end;
        }

        if (data < 0)
        {
            Miss(index < 0 ? request.FirstRow : request.FirstRow + index, index < 0 ? request.RowCount : 1);
        }

        if (errorsStart >= 0)
        {
            Failures.Report(reader.Slice(errorsStart, errorsEnd), request, index, data >= 0);
        }
        else if (data < 0)
        {
            throw new InvalidResponseException("it has neither data nor errors");
        }
        else if (index < 0)
        {
            throw new InvalidResponseException("an entry of the batch has no variableIndex");
        }

        return index;
    }
}
