using System.Text.Encodings.Web;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// Makes the objects of <c>node(id:)</c> and <c>nodes(ids:)</c>: each id names its type (<see cref="GlobalId"/>); the lookups that
/// wait for them bring their fields. An id of no known type is null, with an error.
/// </summary>
internal static class NodeObjects
{
    public static void Place(ResultDocument document, NodeIds nodes, JsonElement variables)
    {
        var slot = document.Root + nodes.Selection.Slot;
        var value = Resolve(nodes, nodes.Value, variables);
        if (nodes.Selection.Shape.Item is null)
        {
            Place(document, nodes, value, slot, [nodes.Selection.ResponseName]);
            return;
        }

        object?[] ids = value is object?[] list ? list : [value];
        var first = document.Allocate(ids.Length);
        document.Slots[slot] = new Slot { Kind = SlotKind.List, Start = first, Length = ids.Length };
        for (var i = 0; i < ids.Length; i++)
        {
            Place(document, nodes, ids[i], first + i, [nodes.Selection.ResponseName, i]);
        }
    }

    private static void Place(ResultDocument document, NodeIds nodes, object? value, int slot, object[] path)
    {
        var id = value as string ?? "";
        if (!GlobalId.TryDecode(id, out var type, out _) || !nodes.Types.TryGetValue(type, out var known))
        {
            document.Slots[slot] = new Slot { Kind = SlotKind.Null };
            if (document.Errors.Count < ResultDocument.MaxErrors)
            {
                document.Errors.Add(new ResultError
                {
                    Message = type.Length == 0 ? $"\"{id}\" is not a global id." : $"\"{id}\" is the id of a {type}, which is no node of this schema.",
                    Code = ErrorCodes.Variables,
                    Path = path,
                });
            }

            return;
        }

        // Encoding checks the text's bytes once more: what is written into requests and results is JSON.
        var json = JsonSerializer.SerializeToUtf8Bytes(id);
        var block = document.NewBlock(known.Object);
        document.Slots[slot] = new Slot { Kind = SlotKind.Object, Start = block };
        document.Slots[block + known.Id.Slot] = new Slot { Kind = SlotKind.Raw, Source = document.AddSource(json, null), Start = 0, Length = json.Length };
    }

    private static object? Resolve(NodeIds nodes, ValueNode value, JsonElement variables)
    {
        switch (value)
        {
            case StringValueNode text:
                return text.Value;
            case IntValueNode number:
                return number.Value;
            case ListValueNode list:
                return list.Values.Select(v => Resolve(nodes, v, variables)).ToArray();
            case VariableNode { Name.Value: var name }:
                return variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(name, out var given) ? Read(given)
                    : nodes.Defaults.TryGetValue(name, out var substitute) ? Resolve(nodes, substitute, variables) : null;
            default:
                return null;
        }
    }

    private static object? Read(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.String => given.GetString(),
        JsonValueKind.Number => given.GetRawText(),
        JsonValueKind.Array => given.EnumerateArray().Select(Read).ToArray(),
        _ => null,
    };
}
