using System.Buffers.Text;
using System.Runtime.InteropServices;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <content>Reads the data of an answer into the places that its rows have in the result.</content>
internal readonly partial struct FetchResponse
{
    private void ReadData(ref ResponseReader reader, FetchRequest request, int row)
    {
        if (request.Form == BatchForm.Aliases)
        {
            ReadAliases(ref reader, request);
        }
        else if (request.Form == BatchForm.Contexts)
        {
            ReadContexts(ref reader, request);
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
                LeftOut(request.FirstRow + i, 1);
            }
        }
    }

    /// <summary>Enters an object on the way to the entities. False for null, which has nothing below.</summary>
    public static bool EnterObject(ref ResponseReader reader)
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

    /// <summary>The row whose root field has that alias; -1 when it is none.</summary>
    public static int RowOf(ReadOnlySpan<byte> alias, int rowCount)
        => alias.Length > 1 && alias[0] == '_' && Utf8Parser.TryParse(alias[1..], out int row, out var used) && used == alias.Length - 1
            && row >= 0 && row < rowCount ? row : -1;

    public void ReadPath(ref ResponseReader reader, int row, int level)
    {
        reader.SkipSpace();
        if (level == Node.ResponsePath.Length)
        {
            if (Node.IsEntities)
            {
                ReadEntities(ref reader, row);
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
            LeftOut(row, 1);
        }
    }

    /// <summary>Reports that rows have no field in the answer.</summary>
    public void LeftOut(int firstRow, int rowCount)
        => Failures.Add(firstRow, rowCount, $"The subgraph \"{Node.Service}\" left out a field.", GatewayErrorCodes.InvalidResponse, default);

    /// <summary>Reads the list of <c>_entities</c>: item i answers representation i, of which the first is the row <paramref name="first"/>.</summary>
    private void ReadEntities(ref ResponseReader reader, int first)
    {
        var rows = run.RepresentationCount(first);
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
                    ReadPlaces(ref reader, first + row);
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
            Failures.Add(first + row, rows - row, $"The subgraph \"{Node.Service}\" left out entities.", GatewayErrorCodes.InvalidResponse, default);
        }
    }

    /// <summary>Reads an answer into its first place per position; other places of the position share what was read.</summary>
    private void ReadPlaces(ref ResponseReader reader, int row)
    {
        var start = reader.Position;
        var places = run.Places;
        var targets = Node.Targets;
        var first = run.FirstPlace(row);
        if (places[first].Next < 0)
        {
            Found(reader.ReadRoot(Node.Targets[places[first].Target].Shape, places[first].Block), places[first].Block);
            return;
        }

        Span<int> read = stackalloc int[Math.Min(targets.Length, 256)];
        read.Clear();
        for (var at = first; at >= 0; at = places[at].Next)
        {
            ref readonly var place = ref places[at];
            var target = targets[place.Target];
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
    public void Miss(int firstRow, int rowCount)
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

        if (ShapeAt(shape, from) is not { } known)
        {
            return;
        }

        foreach (var property in known.Properties)
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
}
