using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <content>What is deferred is fetched apart: by lookups of its own, whose keys the fetches around it bring.</content>
internal sealed partial class OperationPlanner
{
    private DeferGroup? _group;

    /// <summary>Plans the client's selections of an object: first what is delivered with it, then what may come later.</summary>
    private void PlanGroups(ObjectSelection target)
    {
        target.IsPlanned = true;
        List<Selection> selections = [.. target.Selections.Where(s => !s.IsInternal)];
        if (_fields.Defers is null)
        {
            PlanObject(target, selections);
            return;
        }

        var around = _group;
        foreach (var group in selections.Select(s => s.Group).Distinct().OrderBy(g => g?.Index ?? -1).ToArray())
        {
            _group = group;
            // Some may have been fetched already because others need them.
            PlanObject(target, selections.FindAll(s => s.Group == group && !(IsFetched(s) && group != around)));
        }

        _group = around;
    }

    private static bool IsFetched(Selection selection)
        => selection.Providers.Count > 0 && (selection.Children is null || selection.Children.Objects.TrueForAll(o => o.IsPlanned || o.Steps.Count == 0));

    /// <summary>Whether an object can be fetched from a source schema once more, without what yields it. Otherwise its deferred fields come with it.</summary>
    private bool CanSeparate(ObjectSelection target, int source)
        => (target.Types.Length == 1 && !SelfLookups(target, source).IsEmpty)
            || (_operation.Operation == OperationKind.Query && target.Set.Parent is { Parent.Set.Parent: null, Field.Type.Nullable: not Engine.Types.ListType }
                && CanReenter(target, source));
}
