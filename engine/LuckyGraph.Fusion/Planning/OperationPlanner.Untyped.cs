using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Planning;

/// <content>Objects whose type is not told by who yields them: interface objects, and nodes by global id.</content>
internal sealed partial class OperationPlanner
{
    /// <summary>
    /// Plans a position whose objects come from a schema that takes an interface for an object type. Where the client asks for
    /// nothing but what all types have in common, the type does not matter: the rest is looked up under the interface's name.
    /// Else a lookup of the interface in another schema tells it, and what was read before moves to the typed object.
    /// </summary>
    private void ReachUntyped(FetchStep step, SelectionSet set)
    {
        var source = step.Source!.Id;
        if (set.Objects.Exists(o => o.Steps.Count > 0) || set.Untyped is not null)
        {
            return;
        }

        if (set.Objects is [var common] && common.Selections.TrueForAll(s => !s.IsTypeName && common.UnconditionalSourcesOf(s).Contains(source)))
        {
            step.Reach(common);
            PlanObject(common, [.. common.Selections]);
            return;
        }

        var declared = set.TypeIn(source);
        if (Alike(set, declared, source) is { } alike)
        {
            set.Objects.Clear();
            set.Objects.Add(alike);
            step.Reach(alike);
            PlanObject(alike, [.. alike.Selections]);
            return;
        }

        var lookup = Recovery(set, declared, source)
            ?? throw new PlanningException($"No source schema tells which type of {declared.Name} an object of {step.Source.Name} is.", GatewayErrorCodes.PlanningFailed);
        var untyped = new ObjectSelection(set, declared.PossibleTypes) { IsUntyped = true };
        set.Untyped = untyped;
        step.Reach(untyped);
        var typed = NewStep(FetchKind.Lookup, lookup.Source.Id, untyped, lookup);
        Provide(step, untyped, lookup.Key);
        typed.Dependencies.Add(step);
        foreach (var target in set.Objects)
        {
            target.TypedBy = typed;
            typed.Reach(target);
            var rest = new List<Selection>();
            foreach (var selection in target.Selections.ToArray())
            {
                if (selection.Field is not null && target.UnconditionalSourcesOf(selection).Contains(source) && MayBeReadEarly(set, declared, selection))
                {
                    Move(step, untyped, target, selection);
                }
                else
                {
                    rest.Add(selection);
                }
            }

            PlanObject(target, rest);
        }
    }

    /// <summary>The position as one block of the interface's fields, if the schemas that resolve them can all be entered under the interface's name.</summary>
    private ObjectSelection? Alike(SelectionSet set, FusionType declared, int source)
    {
        if (declared != set.Type)
        {
            return null;
        }

        foreach (var selection in set.Objects[0].Selections)
        {
            if (selection.IsDenied || selection.Field is null || declared.Field(selection.FieldName) is not { } field || field.UnconditionalSources.IsEmpty)
            {
                return null;
            }

            foreach (var resolving in field.UnconditionalSources)
            {
                if ((resolving != source && _schema.Transitions.Path(declared, source, resolving).IsEmpty)
                    || !declared.PossibleTypes.All(t => t.Field(field.Name) is { } own && own.UnconditionalSources.Contains(resolving)))
                {
                    return null;
                }
            }
        }

        return _fields.Alike(set, declared);
    }

    /// <summary>
    /// Whether a field may be read before the object's type is known. One that is never null takes its object with it when it
    /// fails, so it must be one that is asked of every type in any case.
    /// </summary>
    private static bool MayBeReadEarly(SelectionSet set, FusionType declared, Selection selection)
        => !selection.Shape.NonNull
            || declared.PossibleTypes.All(type => set.Objects.Exists(o => o.Types.Contains(type)
                && o.Find(selection.FieldName, selection.ArgumentText) is { Conditions.IsEmpty: true, Group: null }));

    /// <summary>The lookup of an interface in the schema that resolves most of what is selected.</summary>
    private Lookup? Recovery(SelectionSet set, FusionType declared, int source)
    {
        Lookup? best = null;
        var most = -1;
        for (var other = 0; other < _schema.Sources.Length; other++)
        {
            if (declared.InterfaceObjectSources.Contains(other) || _schema.Transitions.Direct(declared, source, other) is not [var lookup, ..])
            {
                continue;
            }

            var coverage = set.Objects.Sum(o => o.Selections.Sum(s => s.Field is not null && o.UnconditionalSourcesOf(s).Contains(other) ? _fields.Coverage(s.Field, s.Nodes, other) : 0));
            if (coverage > most)
            {
                (best, most) = (lookup, coverage);
            }
        }

        return best;
    }

    private void Move(FetchStep step, ObjectSelection untyped, ObjectSelection target, Selection selection)
    {
        var from = selection.Children is null ? untyped.Selections.Find(s => s.FieldName == selection.FieldName && s.ArgumentText == selection.ArgumentText && s.Children is null) : null;
        if (from is null)
        {
            var name = selection.ResponseName;
            for (var i = 1; untyped.Selections.Exists(s => s.ResponseName == name); i++)
            {
                name = $"{selection.FieldName}_{i}";
            }

            from = new Selection(untyped, name, selection.Field, selection.FieldName, selection.Arguments)
            {
                AlwaysFetched = true,
                Shape = selection.Shape,
                Children = selection.Children,
            };
            untyped.Selections.Add(from);
        }

        step.Add(untyped, from);
        target.Moves.Add((from, selection));
        selection.Providers.Add(step);
        if (selection.Children is { } set)
        {
            _fields.Expand(set, step.Source!.Id);
            foreach (var child in PossibleIn(set, step.Source.Id).ToArray())
            {
                step.Reach(child);
                PlanGroups(child);
            }
        }
    }

    /// <summary>
    /// Plans <c>node(id:)</c> or <c>nodes(ids:)</c>: the gateway reads the types from the ids and makes the objects, and each
    /// type's fields are looked up by id, first in the schema that resolves most of them, which also knows whether there is one.
    /// </summary>
    private void PlanNodes(ObjectSelection root, Selection selection, NodeRouting nodes)
    {
        var step = new FetchStep(_steps.Count, FetchKind.Node, null, _operation.Operation, root);
        _steps.Add(step);
        step.Add(root, selection);
        var set = selection.Children!;
        _fields.Expand(set, -1);
        foreach (var target in set.Objects)
        {
            Lookup? owner = null;
            var most = -1;
            foreach (var lookup in nodes.Lookups(target.Type))
            {
                var coverage = target.Selections.Sum(s => s.Field is not null && target.UnconditionalSourcesOf(s).Contains(lookup.Source.Id)
                    ? _fields.Coverage(s.Field, s.Nodes, lookup.Source.Id) : 0);
                if (coverage > most)
                {
                    (owner, most) = (lookup, coverage);
                }
            }

            if (owner is null)
            {
                continue;
            }

            var first = NewStep(FetchKind.Lookup, owner.Source.Id, target, owner);
            first.DecidesExistence = true;
            first.Dependencies.Add(step);
            Provide(step, target, owner.Key);
            PlanGroups(target);
        }
    }
}
