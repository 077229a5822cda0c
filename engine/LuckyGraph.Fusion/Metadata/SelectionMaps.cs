using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>Turns field selection maps into the selections that they read.</summary>
public static class SelectionMaps
{
    /// <summary>The fields that a value reads from the object in scope, as one merged selection set.</summary>
    public static SelectionSetNode ToSelectionSet(SelectedValue value) => ToSelectionSet([value]);

    /// <summary>The fields that several values read from the object in scope, as one merged selection set.</summary>
    public static SelectionSetNode ToSelectionSet(IEnumerable<SelectedValue> values)
    {
        var root = new Level();
        foreach (var value in values)
        {
            Collect(root, value);
        }

        return root.ToNode();
    }

    private static void Collect(Level level, SelectedValue value)
    {
        switch (value)
        {
            case SelectedPath path:
                Descend(level, path.Path);
                break;
            case SelectedObject selected:
                var inner = selected.Prefix is null ? level : Descend(level, selected.Prefix);
                foreach (var field in selected.Fields)
                {
                    Collect(inner, field.Value);
                }

                break;
            case SelectedList list:
                Collect(list.Prefix is null ? level : Descend(level, list.Prefix), list.Element);
                break;
            case SelectedChoice choice:
                foreach (var alternative in choice.Alternatives)
                {
                    Collect(level, alternative);
                }

                break;
        }
    }

    private static Level Descend(Level level, FieldPath path)
    {
        if (path.RootType is not null)
        {
            level = level.Condition(path.RootType);
        }

        foreach (var segment in path.Segments)
        {
            level = level.Field(segment.Field, segment.Arguments);
            if (segment.TypeCondition is not null)
            {
                level = level.Condition(segment.TypeCondition);
            }
        }

        return level;
    }

    // Insertion-ordered, so that equal maps print equal selections.
    private sealed class Level
    {
        private readonly List<(string Name, string? Arguments, bool IsCondition, Level Level)> _children = [];

        public Level Field(string name, string? arguments) => Child(name, arguments, false);

        public Level Condition(string type) => Child(type, null, true);

        private Level Child(string name, string? arguments, bool isCondition)
        {
            foreach (var child in _children)
            {
                if (child.Name == name && child.Arguments == arguments && child.IsCondition == isCondition)
                {
                    return child.Level;
                }
            }

            var level = new Level();
            _children.Add((name, arguments, isCondition, level));
            return level;
        }

        public SelectionSetNode ToNode()
        {
            var selections = ImmutableArray.CreateBuilder<SelectionNode>(_children.Count);
            foreach (var (name, arguments, isCondition, level) in _children)
            {
                selections.Add(isCondition
                    ? new InlineFragmentNode { TypeCondition = new NamedTypeNode { Name = new Name(name) }, SelectionSet = level.ToNode() }
                    : new FieldNode { Name = new Name(name), Arguments = Parse(arguments), SelectionSet = level._children.Count == 0 ? null : level.ToNode() });
            }

            return new SelectionSetNode { Selections = selections.MoveToImmutable() };
        }

        private static ImmutableArray<ArgumentNode> Parse(string? arguments)
            => arguments is null ? [] : ((FieldNode)Parser.ParseSelectionSet($"{{_({arguments})}}").Selections[0]).Arguments;
    }
}
