using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>
/// 5.3.2: fields that answer under one response name can be merged. Fields are grouped by response name over all fragments;
/// within a group being alike is transitive, so that each field is compared with the first of its group only. Groups that
/// were checked before (the same fragment in many places) are not checked again.
/// </summary>
internal sealed class FieldSelectionMerging(ValidationContext context) : ValidationRule(context)
{
    private readonly record struct Selected(FieldNode Node, int Id, NamedType? Parent, FieldDefinition? Field);

    private readonly Dictionary<FieldNode, int> ids = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<GroupKey> shapes = [];
    private readonly HashSet<GroupKey> parents = [];
    private readonly HashSet<(int, int)> reported = [];
    private int work;

    public override void Operation(OperationDefinitionNode operation, ObjectType? root) => Check(operation.SelectionSet, root);

    public override void Fragment(FragmentDefinitionNode fragment, NamedType? type) => Check(fragment.SelectionSet, type);

    private void Check(SelectionSetNode selectionSet, NamedType? type)
    {
        var groups = new Groups();
        Collect(selectionSet, type, groups, new HashSet<string>(StringComparer.Ordinal));
        SameResponseShape(groups);
        SameForCommonParents(groups);
    }

    private void Collect(SelectionSetNode selectionSet, NamedType? parent, Groups groups, HashSet<string> visited)
    {
        foreach (var selection in selectionSet.Selections)
        {
            Spend(selection);
            switch (selection)
            {
                case FieldNode field:
                    ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, field, out var known);
                    id = known ? id : ids.Count;
                    groups.Add(field.ResponseName, new Selected(field, id, parent, parent is { IsComposite: true } ? Context.Schema.Field(parent, field.Name.Value) : null));
                    break;
                case InlineFragmentNode inline:
                    Collect(inline.SelectionSet, inline.TypeCondition is { } condition ? Context.Schema.Type(condition.Name.Value) : parent, groups, visited);
                    break;
                case FragmentSpreadNode spread:
                    if (visited.Add(spread.Name.Value) && Context.Fragments.TryGetValue(spread.Name.Value, out var fragment))
                    {
                        Collect(fragment.SelectionSet, Context.Schema.Type(fragment.TypeCondition.Name.Value), groups, visited);
                    }

                    break;
            }
        }
    }

    // SameResponseShape: whatever objects there are, values under one name have one shape.
    private void SameResponseShape(Groups groups)
    {
        foreach (var (name, group) in groups.All)
        {
            if (!shapes.Add(GroupKey.Of(group)))
            {
                continue;
            }

            var first = group.FindIndex(s => s.Field is not null);
            for (var i = first + 1; first >= 0 && i < group.Count; i++)
            {
                Spend(group[i].Node);
                if (group[i].Field is { } field && !SameShape(group[first].Field!.Type, field.Type))
                {
                    Conflict(name, group[first], group[i], $"they return conflicting types \"{group[first].Field!.Type}\" and \"{field.Type}\"");
                }
            }

            if (Merge(group) is { } merged)
            {
                SameResponseShape(merged);
            }
        }
    }

    // Fields that one object may answer are the same field with the same arguments.
    private void SameForCommonParents(Groups groups)
    {
        foreach (var (name, group) in groups.All)
        {
            foreach (var common in ByConcreteParent(group))
            {
                if (!parents.Add(GroupKey.Of(common)))
                {
                    continue;
                }

                var first = common[0];
                for (var i = 1; i < common.Count; i++)
                {
                    Spend(common[i].Node);
                    if (ReferenceEquals(first.Node, common[i].Node))
                    {
                        continue;
                    }

                    if (first.Node.Name.Value != common[i].Node.Name.Value)
                    {
                        Conflict(name, first, common[i], $"\"{first.Node.Name}\" and \"{common[i].Node.Name}\" are different fields");
                    }
                    else if (!ValueEquality.SameArguments(first.Node.Arguments, common[i].Node.Arguments))
                    {
                        Conflict(name, first, common[i], "they have differing arguments");
                    }
                    else if (IsStreamed(first.Node) || IsStreamed(common[i].Node))
                    {
                        Conflict(name, first, common[i], "they have overlapping stream directives");
                    }
                }

                if (Merge(common) is { } merged)
                {
                    SameForCommonParents(merged);
                }
            }
        }
    }

    // Proposal #1110: a list is streamed for one field node alone.
    private bool IsStreamed(FieldNode node) => !node.Directives.IsEmpty && IncrementalDirectives.Has(Context.Schema, node.Directives, "stream");

    // Two fields have a common parent unless their parents are different object types.
    private List<List<Selected>> ByConcreteParent(List<Selected> group)
    {
        var concrete = new Dictionary<ObjectType, List<Selected>>(ReferenceEqualityComparer.Instance);
        List<Selected>? abstractOnes = null;
        foreach (var selected in group)
        {
            if (selected.Parent is ObjectType type)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(concrete, type, out _) ??= []).Add(selected);
            }
            else
            {
                (abstractOnes ??= []).Add(selected);
            }
        }

        if (concrete.Count == 0)
        {
            return [group];
        }

        var result = new List<List<Selected>>(concrete.Count);
        foreach (var fields in concrete.Values)
        {
            if (abstractOnes is not null)
            {
                Spend(abstractOnes[0].Node, abstractOnes.Count);
                fields.AddRange(abstractOnes);
            }

            result.Add(fields);
        }

        return result;
    }

    private Groups? Merge(List<Selected> group)
    {
        Groups? merged = null;
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var selected in group)
        {
            if (selected.Node.SelectionSet is { } selectionSet)
            {
                Collect(selectionSet, selected.Field?.Type.Named, merged ??= new Groups(), visited);
            }
        }

        return merged;
    }

    private static bool SameShape(GraphType a, GraphType b)
    {
        while (true)
        {
            if (a is NonNullType || b is NonNullType)
            {
                if (a is not NonNullType x || b is not NonNullType y)
                {
                    return false;
                }

                (a, b) = (x.OfType, y.OfType);
            }

            if (a is ListType || b is ListType)
            {
                if (a is not ListType x || b is not ListType y)
                {
                    return false;
                }

                (a, b) = (x.OfType, y.OfType);
                continue;
            }

            return a.IsLeaf || b.IsLeaf ? ReferenceEquals(a, b) : true;
        }
    }

    private void Conflict(string name, Selected a, Selected b, string reason)
    {
        if (reported.Add((Math.Min(a.Id, b.Id), Math.Max(a.Id, b.Id))))
        {
            Report($"Fields \"{name}\" conflict because {reason}. Use different aliases on the fields to fetch both if this was intentional.", a.Node.Start, b.Node.Start);
        }
    }

    private void Spend(SyntaxNode node, int count = 1)
    {
        // Only a hostile document nests so deep, through fragments that no operation uses.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Context.ExceedLimit(Name, "The document's fragments nest too deep.", node.Start);
        }

        work = (int)Math.Min((long)work + count, int.MaxValue);
        if (work > Context.Options.MaxMergeComparisons)
        {
            Context.ExceedLimit(Name, $"The document's fields overlap too much: merging them takes more than {Context.Options.MaxMergeComparisons} comparisons.", node.Start);
        }
    }

    private sealed class Groups
    {
        private readonly Dictionary<string, List<Selected>> byName = new(StringComparer.Ordinal);

        public Dictionary<string, List<Selected>> All => byName;

        public void Add(string name, Selected selected) => (CollectionsMarshal.GetValueRefOrAddDefault(byName, name, out _) ??= []).Add(selected);
    }

    /// <summary>A set of fields, by their numbers in order.</summary>
    private readonly struct GroupKey : IEquatable<GroupKey>
    {
        private readonly int[] ids;
        private readonly int hash;

        private GroupKey(int[] ids)
        {
            this.ids = ids;
            var code = default(HashCode);
            foreach (var id in ids)
            {
                code.Add(id);
            }

            hash = code.ToHashCode();
        }

        public static GroupKey Of(List<Selected> group)
        {
            var ids = new int[group.Count];
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = group[i].Id;
            }

            Array.Sort(ids);
            return new GroupKey(ids);
        }

        public bool Equals(GroupKey other) => hash == other.hash && ids.AsSpan().SequenceEqual(other.ids);

        public override bool Equals(object? obj) => obj is GroupKey other && Equals(other);

        public override int GetHashCode() => hash;
    }
}
