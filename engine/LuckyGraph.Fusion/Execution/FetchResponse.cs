using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Places the answers of a fetch into the result and turns what failed into errors at every path concerned.</summary>
internal readonly struct FetchResponse(ResultDocument document, FetchRun run, ulong conditions, SubgraphErrorPolicy errorPolicy)
{
    private const int MaxErrorsPerFetch = 64;

    // As deep as the reader, which has found it to be JSON before.
    private static readonly JsonDocumentOptions s_errorOptions = new() { MaxDepth = 1000 };

    private FetchNode Node => run.Node;

    public void Place()
    {
        foreach (var request in run.Requests)
        {
            if (request.Failure is { } failure)
            {
                var (code, message) = failure is SubgraphException known
                    ? (known.Code, known.Message)
                    : (GatewayErrorCodes.Unreachable, $"The subgraph \"{Node.Service}\" cannot be reached.");
                Fail(request.FirstRow, request.RowCount, message, code, default);
                Miss(request.FirstRow, request.RowCount);
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
                Reset(request);
                Miss(request.FirstRow, request.RowCount);
                Fail(request.FirstRow, request.RowCount,
                    $"The answer of the subgraph \"{Node.Service}\" is no GraphQL response: {e.Message}.", GatewayErrorCodes.InvalidResponse, default);
            }
        }
    }

    private void Read(FetchRequest request, PooledBuffer response)
    {
        var source = document.AddSource(response.Array, response);
        var reader = new ResponseReader(document, response.Span, source, conditions, Node.Service);
        if (request.Entries is null && (request.RowCount == 1 || request.Form is BatchForm.Aliases or BatchForm.Entities))
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
                Fail(request.FirstRow + i, 1, $"The subgraph \"{Node.Service}\" left out an entry of a batch.", GatewayErrorCodes.InvalidResponse, default);
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
            Errors(reader.Slice(errorsStart, errorsEnd), request, index, data >= 0);
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

    private void ReadData(ref ResponseReader reader, FetchRequest request, int row)
    {
        if (request.Form == BatchForm.Aliases)
        {
            ReadAliases(ref reader, request);
        }
        else if (Node.ResponsePath.Length == 0)
        {
            ReadPlaces(ref reader, row);
        }
        else
        {
            ReadPath(ref reader, row, 0);
        }
    }

    /// <summary>Reads the root fields of an aliased operation: row n is called <c>_n</c>.</summary>
    private void ReadAliases(ref ResponseReader reader, FetchRequest request)
    {
        if (!EnterObject(ref reader))
        {
            return;
        }

        Span<bool> answered = request.RowCount <= 512 ? stackalloc bool[request.RowCount] : new bool[request.RowCount];
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
                if (RowOf(name[1..^1], request.RowCount) is >= 0 and var row)
                {
                    answered[row] = true;
                    ReadPath(ref reader, request.FirstRow + row, 1);
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
                Fail(request.FirstRow + i, 1, $"The subgraph \"{Node.Service}\" left out a field.", GatewayErrorCodes.InvalidResponse, default);
            }
        }
    }

    /// <summary>Enters an object on the way to the entities. False for null, which has nothing below.</summary>
    private static bool EnterObject(ref ResponseReader reader)
    {
        reader.SkipSpace();
        switch (reader.Peek())
        {
            case (byte)'{':
                reader.Position++;
                reader.SkipSpace();
                return true;
            case (byte)'n':
                reader.SkipValue();
                return false;
            default:
                throw new InvalidResponseException($"an object was expected at byte {reader.Position}");
        }
    }

    private static int RowOf(ReadOnlySpan<byte> alias, int rowCount)
        => alias.Length > 1 && alias[0] == '_' && Utf8Parser.TryParse(alias[1..], out int row, out var used) && used == alias.Length - 1
            && row >= 0 && row < rowCount ? row : -1;

    private void ReadPath(ref ResponseReader reader, int row, int level)
    {
        reader.SkipSpace();
        if (level == Node.ResponsePath.Length)
        {
            if (Node.IsEntities)
            {
                ReadEntities(ref reader);
            }
            else
            {
                ReadPlaces(ref reader, row);
            }

            return;
        }

        if (!EnterObject(ref reader))
        {
            Miss(row, 1);
            return;
        }

        var found = false;
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
                if (name[1..^1].SequenceEqual(Node.ResponsePath[level]))
                {
                    found = true;
                    ReadPath(ref reader, row, level + 1);
                }
                else
                {
                    reader.SkipValue();
                }
            }
            while (reader.NextItem((byte)'}'));
        }

        if (!found)
        {
            Fail(row, 1, $"The subgraph \"{Node.Service}\" left out a field.", GatewayErrorCodes.InvalidResponse, default);
        }
    }

    /// <summary>Reads the list of <c>_entities</c>: item i answers representation i.</summary>
    private void ReadEntities(ref ResponseReader reader)
    {
        var rows = run.RowCount;
        var row = 0;
        if (reader.Peek() != '[')
        {
            // Null, which an error explains.
            reader.SkipValue();
            return;
        }

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
                if (row < rows)
                {
                    ReadPlaces(ref reader, row);
                }
                else
                {
                    reader.SkipValue();
                }

                row++;
            }
            while (reader.NextItem((byte)']'));
        }

        if (row < rows)
        {
            Fail(row, rows - row, $"The subgraph \"{Node.Service}\" left out entities.", GatewayErrorCodes.InvalidResponse, default);
        }
    }

    /// <summary>Reads an answer into its first place per position; other places of the position share what was read.</summary>
    private void ReadPlaces(ref ResponseReader reader, int row)
    {
        var start = reader.Position;
        var places = run.Places;
        var first = run.FirstPlace(row);
        if (places[first].Next < 0)
        {
            Found(reader.ReadRoot(Node.Targets[places[first].Target].Shape, places[first].Block), places[first].Block);
            return;
        }

        Span<int> read = stackalloc int[Math.Min(Node.Targets.Length, 256)];
        read.Clear();
        for (var at = first; at >= 0; at = places[at].Next)
        {
            var place = places[at];
            var target = Node.Targets[place.Target];
            if (place.Target < read.Length && read[place.Target] is > 0 and var original)
            {
                if (original != place.Block)
                {
                    Share(target.Shape, original, place.Block);
                }

                continue;
            }

            reader.Position = start;
            Found(reader.ReadRoot(target.Shape, place.Block), place.Block);
            if (place.Target < read.Length)
            {
                read[place.Target] = place.Block;
            }
        }
    }

    private void Found(bool isFound, int block)
    {
        if (!isFound && Node.DecidesExistence)
        {
            document.Retype(block, document.Plan.Missing!);
        }
    }

    /// <summary>For a fetch that decides whether objects exist: those of some rows do not.</summary>
    private void Miss(int firstRow, int rowCount)
    {
        for (var row = firstRow; Node.DecidesExistence && row < firstRow + rowCount; row++)
        {
            for (var at = run.FirstPlace(row); at >= 0; at = run.Places[at].Next)
            {
                Found(false, run.Places[at].Block);
            }
        }
    }

    /// <summary>The shape of what stands at a place: of the type that it turned out to be.</summary>
    private ObjectShape? ShapeAt(PositionShape shape, int block)
    {
        if (shape.Single is not null)
        {
            return shape.Single;
        }

        foreach (var (_, candidate) in shape.ByType)
        {
            if (candidate.Object.Id == document.Slots[block].Start)
            {
                return candidate;
            }
        }

        return null;
    }

    private void Share(PositionShape shape, int from, int to)
    {
        var slots = document.Slots;
        if (slots[from].Start != slots[to].Start)
        {
            document.Retype(to, document.ObjectAt(from));
        }

        foreach (var property in ShapeAt(shape, from)?.Properties ?? [])
        {
            slots[to + property.Slot] = slots[from + property.Slot];
        }
    }

    /// <summary>Takes back what a broken answer brought.</summary>
    private void Reset(FetchRequest request)
    {
        for (var row = request.FirstRow; row < request.FirstRow + request.RowCount; row++)
        {
            for (var at = run.FirstPlace(row); at >= 0; at = run.Places[at].Next)
            {
                var place = run.Places[at];
                var shape = Node.Targets[place.Target].Shape;
                foreach (var property in ShapeAt(shape, place.Block)?.Properties ?? [])
                {
                    if (property.Selection.Providers.Count == 1)
                    {
                        document.Slots[place.Block + property.Slot] = default;
                    }
                }
            }
        }
    }

    private void Errors(ReadOnlySpan<byte> json, FetchRequest request, int index, bool hasData)
    {
        using var parsed = JsonDocument.Parse(json.ToArray(), s_errorOptions);
        if (parsed.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidResponseException("its errors are no list");
        }

        if (parsed.RootElement.GetArrayLength() == 0)
        {
            if (!hasData)
            {
                throw new InvalidResponseException("it has neither data nor errors");
            }

            return;
        }

        var (firstRow, rowCount) = index >= 0 && !Node.IsEntities ? (request.FirstRow + index, 1) : (request.FirstRow, request.RowCount);
        var count = 0;
        foreach (var error in parsed.RootElement.EnumerateArray())
        {
            if (++count > ResultDocument.MaxErrors || document.Errors.Count >= ResultDocument.MaxErrors)
            {
                break;
            }

            if (error.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            if (!IsText(error))
            {
                Fail(firstRow, rowCount, $"The subgraph \"{Node.Service}\" reported an error that is no text.", GatewayErrorCodes.SubgraphError, default);
                continue;
            }

            var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()! : $"The subgraph \"{Node.Service}\" reported an error without a message.";
            var extensions = error.TryGetProperty("extensions", out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : default;
            var code = extensions.ValueKind == JsonValueKind.Object && extensions.TryGetProperty("code", out var own) && own.ValueKind == JsonValueKind.String
                ? own.GetString()! : GatewayErrorCodes.SubgraphError;
            var path = error.TryGetProperty("path", out var parts) && parts.ValueKind == JsonValueKind.Array ? parts : default;
            if (request.Form == BatchForm.Entities)
            {
                var entity = EntityIndex(path);
                (firstRow, rowCount) = entity < 0 || entity >= request.RowCount ? (request.FirstRow, request.RowCount) : (request.FirstRow + entity, 1);
                Fail(firstRow, rowCount, errorPolicy.MessageOf(Node.Service, message), code, extensions, entity < 0 ? null : Below(path, 2));
                continue;
            }

            if (request.Form == BatchForm.Aliases)
            {
                var row = path.ValueKind == JsonValueKind.Array && path.GetArrayLength() > 0 && path[0].ValueKind == JsonValueKind.String
                    ? RowOf(JsonMarshal.GetRawUtf8Value(path[0])[1..^1], request.RowCount) : -1;
                (firstRow, rowCount) = row < 0 ? (request.FirstRow, request.RowCount) : (request.FirstRow + row, 1);
            }

            Fail(firstRow, rowCount, errorPolicy.MessageOf(Node.Service, message), code, extensions, Below(path, Node.ResponsePath.Length));
        }
    }

    /// <summary>Whether all strings and names of a value are text: JSON can escape half a surrogate pair, which no text contains.</summary>
    private static bool IsText(JsonElement element)
    {
        var json = JsonMarshal.GetRawUtf8Value(element);
        for (var at = json.IndexOf((byte)'\\'); at >= 0;)
        {
            var high = at;
            at += json[at + 1] == 'u' ? 6 : 2;
            if (at - high == 6 && (Unit(json, high) & 0xF800) == 0xD800)
            {
                if ((Unit(json, high) & 0xFC00) != 0xD800 || !json[at..].StartsWith("\\u"u8) || (Unit(json, at) & 0xFC00) != 0xDC00)
                {
                    return false;
                }

                at += 6;
            }

            var next = json[at..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + next;
        }

        return true;
    }

    private static int Unit(ReadOnlySpan<byte> json, int escape)
        => int.Parse(json.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The representation that an error's path <c>["_entities", i, …]</c> is about, or -1.</summary>
    private static int EntityIndex(JsonElement path)
        => path.ValueKind == JsonValueKind.Array && path.GetArrayLength() > 1
            && path[0].ValueKind == JsonValueKind.String && path[0].ValueEquals("_entities"u8) && path[1].ValueKind == JsonValueKind.Number && path[1].TryGetInt32(out var index)
            ? index : -1;

    /// <summary>The part of a subgraph's error path that lies below the place of the result; null when the error has no such path.</summary>
    private static object[]? Below(JsonElement path, int prefix)
    {
        if (path.ValueKind != JsonValueKind.Array || path.GetArrayLength() <= prefix)
        {
            return null;
        }

        var parts = new object[path.GetArrayLength() - prefix];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = path[i + prefix];
            parts[i] = part.ValueKind == JsonValueKind.Number && part.TryGetInt32(out var index) ? index : part.ToString();
        }

        return parts;
    }

    /// <summary>
    /// Adds one error per place of the rows concerned. Without a path of its own an error stands at the field that the fetch
    /// was for, or at the entity when it was for several.
    /// </summary>
    private void Fail(int firstRow, int rowCount, string message, string code, JsonElement extensions, object[]? below = null)
    {
        var added = 0;
        for (var target = 0; target < Node.Targets.Length; target++)
        {
            var blocks = new HashSet<int>();
            for (var row = firstRow; row < firstRow + rowCount; row++)
            {
                for (var at = run.FirstPlace(row); at >= 0; at = run.Places[at].Next)
                {
                    if (run.Places[at].Target == target)
                    {
                        blocks.Add(run.Places[at].Block);
                    }
                }
            }

            foreach (var path in ResultPaths.Find(document, Node.Targets[target], blocks))
            {
                foreach (var suffix in Suffixes(Node.Targets[target], below is null ? null : Node.Targets[target].Shape.Rename(below)))
                {
                    if (added++ == MaxErrorsPerFetch)
                    {
                        return;
                    }

                    document.Errors.Add(new ResultError
                    {
                        Message = message,
                        Code = code,
                        Service = Node.Service,
                        Path = [.. path, .. suffix],
                        Extensions = extensions,
                        VisibleExtensions = errorPolicy.Extensions,
                    });
                }
            }
        }
    }

    private static IEnumerable<object[]> Suffixes(FetchTarget target, object[]? below)
    {
        if (below is not null)
        {
            // What only the plan asked for has no place in the client's result.
            var isInternal = below[0] is string name && target.Object.Selections.Exists(s => s.IsInternal && s.ResponseName == name);
            yield return isInternal ? [] : below;
        }
        else if (target.Path.Length == 0 || target.Fields.Length == 1)
        {
            foreach (var field in target.Fields)
            {
                yield return [field.ResponseName];
            }
        }
        else
        {
            yield return [];
        }
    }
}
