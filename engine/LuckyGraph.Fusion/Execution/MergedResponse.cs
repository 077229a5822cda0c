using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// Places the answer to several fetches that were one operation: each field's answer where its fetch's answer goes, each error
/// at the field that its path begins with.
/// </summary>
internal readonly struct MergedResponse(ResultDocument document, MergedAnswer answer, ulong conditions, SubgraphErrorPolicy errorPolicy)
{
    private List<FetchRun> Runs => answer.Runs;

    private string Service => Runs[0].Node.Service;

    /// <summary>
    /// Places the answer. Returns the fetches to ask for alone: an error in a field that may not be null takes all others with it,
    /// which have done nothing to deserve it.
    /// </summary>
    public List<FetchRun> Place()
    {
        if (answer.Request.Failure is { } failure)
        {
            foreach (var run in Runs)
            {
                Response(run).Fail(Request(run), failure);
            }

            return [];
        }

        var response = answer.Request.Response!;
        try
        {
            if (!Utf8.IsValid(response.Span))
            {
                response.Dispose();
                throw new InvalidResponseException("it is not UTF-8");
            }

            return Read(response);
        }
        catch (InvalidResponseException e)
        {
            foreach (var run in Runs)
            {
                Response(run).Refuse(Request(run), e);
            }

            return [];
        }
    }

    private FetchResponse Response(FetchRun run) => new(document, run, conditions, errorPolicy);

    private static FetchRequest Request(FetchRun run) => new() { FirstRow = 0, RowCount = run.RowCount, Form = run.Node.BatchForm };

    private List<FetchRun> Read(PooledBuffer response)
    {
        var reader = new ResponseReader(document, response.Span, document.AddSource(response.Array, response), conditions, Service);
        reader.SkipSpace();
        if (reader.AtEnd || reader.Peek() != '{')
        {
            throw new InvalidResponseException($"an object was expected at byte {reader.Position}");
        }

        reader.Position++;
        reader.SkipSpace();
        if (reader.Peek() == '}')
        {
            throw new InvalidResponseException("it has neither data nor errors");
        }

        var (hasData, isNull, errorsStart, errorsEnd) = (false, true, -1, -1);
        do
        {
            var name = reader.ReadName();
            reader.Colon();
            if (name.SequenceEqual("\"data\""u8))
            {
                hasData = true;
                if (FetchResponse.EnterObject(ref reader))
                {
                    isNull = false;
                    ReadFields(ref reader);
                }
            }
            else
            {
                errorsStart = name.SequenceEqual("\"errors\""u8) ? reader.Position : errorsStart;
                reader.SkipValue();
                errorsEnd = errorsStart >= 0 && errorsEnd < 0 ? reader.Position : errorsEnd;
            }
        }
        while (reader.NextItem((byte)'}'));
        if (!reader.AtEnd)
        {
            throw new InvalidResponseException($"there is more after its end at byte {reader.Position}");
        }

        var unanswered = errorsStart >= 0 ? Errors(reader.Slice(errorsStart, errorsEnd), hasData, isNull)
            : hasData ? []
            : throw new InvalidResponseException("it has neither data nor errors");
        foreach (var run in Runs)
        {
            if (isNull && !unanswered.Contains(run))
            {
                Response(run).Miss(0, run.RowCount);
            }
        }

        return unanswered;
    }

    private void ReadFields(ref ResponseReader reader)
    {
        var count = 0;
        foreach (var run in Runs)
        {
            count += run.Node.IsEntities ? 1 : run.RowCount;
        }

        Span<bool> answered = count <= 512 ? stackalloc bool[count] : new bool[count];
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
                var (index, row) = FieldOf(name[1..^1]);
                if (index < 0)
                {
                    reader.SkipValue();
                    continue;
                }

                answered[Offset(index) + Math.Max(row, 0)] = true;
                Response(Runs[index]).ReadPath(ref reader, Math.Max(row, 0), 1);
            }
            while (reader.NextItem((byte)'}'));
        }

        for (var i = 0; i < Runs.Count; i++)
        {
            var rows = Runs[i].Node.IsEntities ? 1 : Runs[i].RowCount;
            for (var row = 0; row < rows; row++)
            {
                if (!answered[Offset(i) + row])
                {
                    Response(Runs[i]).LeftOut(row, Runs[i].Node.IsEntities ? Runs[i].RowCount : 1);
                }
            }
        }
    }

    private int Offset(int index)
    {
        var offset = 0;
        for (var i = 0; i < index; i++)
        {
            offset += Runs[i].Node.IsEntities ? 1 : Runs[i].RowCount;
        }

        return offset;
    }

    /// <summary>The run and, for lookups, the row that an alias stands for; -1 when it is none of ours.</summary>
    private (int Run, int Row) FieldOf(ReadOnlySpan<byte> alias)
    {
        if (alias.Length < 2 || alias[0] != '_' || !Utf8Parser.TryParse(alias[1..], out int member, out var used) || member < 0)
        {
            return (-1, -1);
        }

        var index = 0;
        while (index < Runs.Count && answer.Batch.IndexOf(Runs[index].Node) != member)
        {
            index++;
        }

        var rest = alias[(used + 1)..];
        if (index == Runs.Count)
        {
            return (-1, -1);
        }

        if (Runs[index].Node.IsEntities)
        {
            return rest.IsEmpty ? (index, -1) : (-1, -1);
        }

        return rest.Length > 1 && rest[0] == '_' && Utf8Parser.TryParse(rest[1..], out int row, out used) && used == rest.Length - 1
            && row >= 0 && row < Runs[index].RowCount ? (index, row) : (-1, -1);
    }

    private List<FetchRun> Errors(ReadOnlySpan<byte> json, bool hasData, bool isNull)
    {
        using var parsed = JsonDocument.Parse(json.ToArray(), FetchErrors.Json);
        if (parsed.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidResponseException("its errors are no list");
        }

        if (parsed.RootElement.GetArrayLength() == 0 && !hasData)
        {
            throw new InvalidResponseException("it has neither data nor errors");
        }

        var unanswered = isNull ? Unanswered(parsed.RootElement) : [];
        var count = 0;
        foreach (var error in parsed.RootElement.EnumerateArray())
        {
            if (++count > ResultDocument.MaxErrors || document.Errors.Count >= ResultDocument.MaxErrors)
            {
                break;
            }

            var (index, row, prefix) = Place(error);
            for (var i = 0; i < Runs.Count; i++)
            {
                if ((index < 0 || index == i) && !unanswered.Contains(Runs[i]))
                {
                    new FetchErrors(document, Runs[i], errorPolicy).Report(error, Request(Runs[i]), row, prefix);
                }
            }
        }

        return unanswered;
    }

    /// <summary>
    /// Those that have no answer through no fault of theirs, where there is no data at all: errors that are of a whole field, or
    /// else those below one, tell whose fault it is. Without such an error it is everybody's.
    /// </summary>
    private List<FetchRun> Unanswered(JsonElement errors)
    {
        Span<int> faults = stackalloc int[Runs.Count];
        faults.Clear();
        foreach (var error in errors.EnumerateArray())
        {
            if (Place(error) is ( >= 0 and var index, _, _))
            {
                faults[index] = Math.Max(faults[index], FetchErrors.PathOf(error).GetArrayLength() == 1 ? 2 : 1);
            }
        }

        var fault = 0;
        foreach (var own in faults)
        {
            fault = Math.Max(fault, own);
        }

        var unanswered = new List<FetchRun>();
        for (var i = 0; i < faults.Length; i++)
        {
            if (faults[i] < fault)
            {
                unanswered.Add(Runs[i]);
            }
        }

        return unanswered;
    }

    /// <summary>The run and row that an error is about, and how much of its path leads to the entity; -1 for what it does not say.</summary>
    private (int Run, int Row, int Prefix) Place(JsonElement error)
    {
        var path = error.ValueKind == JsonValueKind.Object ? FetchErrors.PathOf(error) : default;
        if (path.ValueKind != JsonValueKind.Array || path.GetArrayLength() == 0 || path[0].ValueKind != JsonValueKind.String)
        {
            return (-1, -1, int.MaxValue);
        }

        var (index, row) = FieldOf(JsonMarshal.GetRawUtf8Value(path[0])[1..^1]);
        if (index < 0)
        {
            return (-1, -1, int.MaxValue);
        }

        if (Runs[index].Node.IsEntities)
        {
            return (index, path.GetArrayLength() > 1 && path[1].ValueKind == JsonValueKind.Number && path[1].TryGetInt32(out var entity) ? entity : -1, 2);
        }

        return (index, row, Runs[index].Node.ResponsePath.Length);
    }
}
