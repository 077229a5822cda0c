using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Turns what failed in a fetch into errors of the result, one for every path concerned.</summary>
internal readonly struct FetchErrors(ResultDocument document, FetchRun run, SubgraphErrorPolicy errorPolicy)
{
    private const int MaxErrorsPerFetch = 64;

    // As deep as the reader, which has found it to be JSON before.
    internal static readonly JsonDocumentOptions Json = new() { MaxDepth = 1000 };

    private FetchNode Node => run.Node;

    /// <summary>Adds the errors that a subgraph's answer reports.</summary>
    /// <param name="json">The list of errors.</param>
    /// <param name="request">What was answered.</param>
    /// <param name="index">The row of the request that was answered, or -1 for all.</param>
    /// <param name="hasData">Whether there is data beside them.</param>
    /// <exception cref="InvalidResponseException">It is no list, or an empty one without data.</exception>
    public void Report(ReadOnlySpan<byte> json, FetchRequest request, int index, bool hasData)
    {
        using var parsed = JsonDocument.Parse(json.ToArray(), Json);
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

        var count = 0;
        foreach (var error in parsed.RootElement.EnumerateArray())
        {
            if (++count > ResultDocument.MaxErrors || document.Errors.Count >= ResultDocument.MaxErrors)
            {
                break;
            }

            if (request.Form == BatchForm.Contexts)
            {
                ReportInContext(error, request);
                continue;
            }

            var (row, prefix) = error.ValueKind != JsonValueKind.Object ? (-1, 0)
                : request.Form == BatchForm.Entities ? (EntityIndex(PathOf(error)), 2)
                : request.Form == BatchForm.Aliases ? (AliasedRow(PathOf(error), request.RowCount), Node.ResponsePath.Length)
                : (Node.IsEntities ? -1 : index, Node.ResponsePath.Length);
            Report(error, request, row, prefix);
        }
    }

    /// <summary>Adds an error to the entities of the context values that its path <c>["_n", i, …]</c> names.</summary>
    private void ReportInContext(JsonElement error, FetchRequest request)
    {
        var path = error.ValueKind == JsonValueKind.Object ? PathOf(error) : default;
        if (!request.HasData || AliasedRow(path, request.GroupCount) is not (>= 0 and var group))
        {
            Report(error, request, -1, int.MaxValue);
            return;
        }

        var (firstRow, rowCount) = run.GroupRows(request.FirstGroup + group);
        var row = path.GetArrayLength() > 1 && path[1].ValueKind == JsonValueKind.Number && path[1].TryGetInt32(out var entity) ? entity : -1;
        Report(error, new FetchRequest { FirstRow = firstRow, RowCount = rowCount }, row, 2);
    }

    /// <summary>Adds an error that a subgraph reports.</summary>
    /// <param name="error">The error.</param>
    /// <param name="request">What was answered.</param>
    /// <param name="row">The row of the request that it is about, or -1 for all.</param>
    /// <param name="prefix">How much of its path leads to the entity.</param>
    public void Report(JsonElement error, FetchRequest request, int row, int prefix)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var (firstRow, rowCount) = row >= 0 && row < request.RowCount ? (request.FirstRow + row, 1) : (request.FirstRow, request.RowCount);
        if (!IsText(error))
        {
            Add(firstRow, rowCount, $"The subgraph \"{Node.Service}\" reported an error that is no text.", GatewayErrorCodes.SubgraphError, default);
            return;
        }

        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()! : $"The subgraph \"{Node.Service}\" reported an error without a message.";
        var extensions = error.TryGetProperty("extensions", out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : default;
        var code = extensions.ValueKind == JsonValueKind.Object && extensions.TryGetProperty("code", out var own) && own.ValueKind == JsonValueKind.String
            ? own.GetString()! : GatewayErrorCodes.SubgraphError;
        // An error of the list of entities is of no entity's fields.
        var below = Node.IsEntities && row < 0 ? null : Below(PathOf(error), prefix);
        Add(firstRow, rowCount, errorPolicy.MessageOf(Node.Service, message), code, extensions, below);
    }

    /// <summary>The path of a subgraph's error; default when it has none.</summary>
    public static JsonElement PathOf(JsonElement error)
        => error.TryGetProperty("path", out var path) && path.ValueKind == JsonValueKind.Array ? path : default;

    private static int AliasedRow(JsonElement path, int rowCount)
        => path.ValueKind == JsonValueKind.Array && path.GetArrayLength() > 0 && path[0].ValueKind == JsonValueKind.String
            ? FetchResponse.RowOf(JsonMarshal.GetRawUtf8Value(path[0])[1..^1], rowCount) : -1;

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
            && JsonMarshal.GetRawUtf8Value(path[0]).SequenceEqual("\"_entities\""u8) && path[1].ValueKind == JsonValueKind.Number && path[1].TryGetInt32(out var index)
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
    public void Add(int firstRow, int rowCount, string message, string code, JsonElement extensions, object[]? below = null)
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
