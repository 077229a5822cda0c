using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Finds the response paths of blocks. Only errors need them, so nobody keeps them up to date.</summary>
internal static class ResultPaths
{
    public static List<object[]> Find(ResultDocument document, FetchTarget target, HashSet<int> blocks)
    {
        var found = new List<object[]>();
        if (blocks.Count > 0)
        {
            Walk(document, target, blocks, 0, document.Root, [], found);
        }

        return found;
    }

    private static void Walk(ResultDocument document, FetchTarget target, HashSet<int> blocks, int depth, int block, List<object> path, List<object[]> found)
    {
        if (depth == target.Path.Length)
        {
            if (blocks.Contains(block))
            {
                found.Add([.. path]);
            }

            return;
        }

        var selection = target.Path[depth];
        if (document.Slots[block].Start == selection.Parent.Id)
        {
            path.Add(selection.ResponseName);
            WalkSlot(document, target, blocks, depth + 1, block + selection.Slot, path, found);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void WalkSlot(ResultDocument document, FetchTarget target, HashSet<int> blocks, int depth, int index, List<object> path, List<object[]> found)
    {
        var slot = document.Slots[index];
        if (slot.Kind == SlotKind.Object)
        {
            Walk(document, target, blocks, depth, slot.Start, path, found);
        }
        else if (slot.Kind == SlotKind.List)
        {
            for (var i = 0; i < slot.Length; i++)
            {
                path.Add(i);
                WalkSlot(document, target, blocks, depth, slot.Start + i, path, found);
                path.RemoveAt(path.Count - 1);
            }
        }
    }
}
