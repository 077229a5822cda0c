using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Planning;

/// <summary>How a variable's JSON is made of an entity's slots: a <see cref="SelectedValue"/> compiled for one object.</summary>
internal abstract class ValueTemplate
{
    /// <summary>Compiles a field selection map. Fields that the position does not select lead to no value.</summary>
    public static ValueTemplate Compile(FusionSchema schema, SelectedValue value, IReadOnlyList<ObjectSelection> scope) => value switch
    {
        SelectedPath { Path: { Segments: [.., { Field: "__typename" }] } path } => new TypeNameTemplate(
            Steps(schema, path with { Segments = path.Segments[..^1] }, scope, out var objects),
            new PathStep([.. objects.Where(o => o.Find("__typename", null) is not null).Select(o => (o, o.Find("__typename", null)!.Slot))])),
        SelectedPath path => new PathTemplate(Steps(schema, path.Path, scope, out _)),
        SelectedObject selected => Compile(schema, selected, scope),
        SelectedList list => new ListTemplate(
            list.Prefix is null ? [] : Steps(schema, list.Prefix, scope, out var items),
            Compile(schema, list.Element, list.Prefix is null ? scope : Descend(schema, list.Prefix, scope))),
        SelectedChoice choice => new ChoiceTemplate([.. choice.Alternatives.Select(a => Compile(schema, a, scope))]),
        _ => throw new InvalidOperationException($"{value.GetType().Name} is no known field selection map."),
    };

    private static ObjectTemplate Compile(FusionSchema schema, SelectedObject value, IReadOnlyList<ObjectSelection> scope)
    {
        var steps = value.Prefix is null ? [] : Steps(schema, value.Prefix, scope, out _);
        var inner = value.Prefix is null ? scope : Descend(schema, value.Prefix, scope);
        return new ObjectTemplate(steps, [.. value.Fields.Select(f => (Encoding.UTF8.GetBytes($"\"{f.Name}\":"), Compile(schema, f.Value, inner)))]);
    }

    private static IReadOnlyList<ObjectSelection> Descend(FusionSchema schema, FieldPath path, IReadOnlyList<ObjectSelection> scope)
    {
        Steps(schema, path, scope, out var end);
        return end;
    }

    private static PathStep[] Steps(FusionSchema schema, FieldPath path, IReadOnlyList<ObjectSelection> scope, out IReadOnlyList<ObjectSelection> end)
    {
        var steps = new List<PathStep>();
        var objects = Narrow(schema, scope, path.RootType);
        foreach (var segment in path.Segments)
        {
            var slots = new List<(ObjectSelection, int)>();
            var next = new List<ObjectSelection>();
            foreach (var candidate in objects)
            {
                if (candidate.Find(segment.Field, segment.Arguments) is { } selection)
                {
                    slots.Add((candidate, selection.Slot));
                    next.AddRange(selection.Children?.Objects ?? []);
                }
            }

            steps.Add(new PathStep([.. slots]));
            objects = Narrow(schema, next, segment.TypeCondition);
        }

        end = objects;
        return [.. steps];
    }

    private static IReadOnlyList<ObjectSelection> Narrow(FusionSchema schema, IReadOnlyList<ObjectSelection> objects, string? condition)
        => condition is null || schema.Type(condition) is not { } type ? objects : [.. objects.Where(o => type.IsPossible(o.Type))];
}

/// <summary>One field of a path: its slot in each kind of block that can stand there.</summary>
internal sealed class PathStep(ImmutableArray<(ObjectSelection Object, int Slot)> slots)
{
    private readonly int[] _objects = [.. slots.Select(s => s.Object.Id)];
    private readonly int[] _slots = [.. slots.Select(s => s.Slot)];

    /// <summary>The slot within a block, or 0 when such a block has no value for the path.</summary>
    public int SlotOf(int objectId)
    {
        for (var i = 0; i < _objects.Length; i++)
        {
            if (_objects[i] == objectId)
            {
                return _slots[i];
            }
        }

        return 0;
    }
}

/// <summary>The value at the end of a path.</summary>
internal sealed class PathTemplate(PathStep[] steps) : ValueTemplate
{
    public PathStep[] Steps { get; } = steps;
}

/// <summary>The name of the type of the object at the end of a path.</summary>
internal sealed class TypeNameTemplate(PathStep[] prefix, PathStep name) : ValueTemplate
{
    public PathStep[] Prefix { get; } = prefix;

    /// <summary>The slot that has the name in blocks that several types share.</summary>
    public PathStep Name { get; } = name;
}

/// <summary>An input object.</summary>
internal sealed class ObjectTemplate(PathStep[] prefix, (byte[] Member, ValueTemplate Value)[] fields) : ValueTemplate
{
    public PathStep[] Prefix { get; } = prefix;

    public (byte[] Member, ValueTemplate Value)[] Fields { get; } = fields;
}

/// <summary>A list with one value per item of an output list.</summary>
internal sealed class ListTemplate(PathStep[] prefix, ValueTemplate element) : ValueTemplate
{
    public PathStep[] Prefix { get; } = prefix;

    public ValueTemplate Element { get; } = element;
}

/// <summary>The first alternative that has a value.</summary>
internal sealed class ChoiceTemplate(ImmutableArray<ValueTemplate> alternatives) : ValueTemplate
{
    public ImmutableArray<ValueTemplate> Alternatives { get; } = alternatives;
}
