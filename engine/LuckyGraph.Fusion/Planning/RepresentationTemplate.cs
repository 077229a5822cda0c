using System.Text;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>How the representation of an entity, or an object within it, is made of slots: the selections of its key and requirements.</summary>
internal sealed class RepresentationTemplate : ValueTemplate
{
    private RepresentationTemplate(string text, byte[] typeName, TypeNameStep[] typeNames, RepresentationField[] fields)
    {
        Text = text;
        TypeName = typeName;
        TypeNames = typeNames;
        Fields = fields;
    }

    /// <summary>The selection, for people.</summary>
    public string Text { get; }

    /// <summary><c>"__typename":"Product"</c>, or empty where it depends on the object or is not needed.</summary>
    public byte[] TypeName { get; }

    /// <summary>How each kind of block tells its type, where that is needed.</summary>
    public TypeNameStep[] TypeNames { get; }

    public RepresentationField[] Fields { get; }

    /// <summary>Compiles the representation that a lookup needs for an entity.</summary>
    public static RepresentationTemplate Compile(FusionSchema schema, Lookup lookup, List<SelectionSetNode> required, ObjectSelection target)
    {
        var selections = new List<(SelectionSetNode, bool)> { (lookup.Key, true) };
        selections.AddRange(required.Select(r => (r, false)));
        var text = string.Join(' ', selections.Select(s => SelectionText.Print(s.Item1)).Distinct(StringComparer.Ordinal));
        return new RepresentationTemplate(
            text, Encoding.UTF8.GetBytes($"\"__typename\":\"{lookup.ReturnType.Name}\""), [], Compile(schema, [target], selections));
    }

    private static RepresentationField[] Compile(
        FusionSchema schema, IReadOnlyList<ObjectSelection> scope, IReadOnlyList<(SelectionSetNode Selection, bool IsKey)> selections)
    {
        var collected = new List<Collected>();
        foreach (var (selection, isKey) in selections)
        {
            Collect(schema, scope, selection, isKey, collected);
        }

        var fields = new RepresentationField[collected.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            var field = collected[i];
            RepresentationTemplate? child = null;
            if (field.Below.Count > 0)
            {
                var objects = field.Slots.SelectMany(s => s.Selection.Children?.Objects ?? []).ToArray();
                var isAbstract = field.Slots.Exists(s => s.Selection.Field?.NamedType.IsAbstract == true);
                child = new RepresentationTemplate(
                    field.Name, [], isAbstract ? [.. objects.Select(TypeNameStep.Of).OfType<TypeNameStep>()] : [], Compile(schema, objects, field.Below));
            }

            fields[i] = new RepresentationField(
                Encoding.UTF8.GetBytes($"\"{field.Name}\":"), new PathStep([.. field.Slots.Select(s => (s.Object, s.Selection.Slot))]), child, field.IsKey);
        }

        return fields;
    }

    private static void Collect(
        FusionSchema schema, IReadOnlyList<ObjectSelection> scope, SelectionSetNode selection, bool isKey, List<Collected> fields)
    {
        foreach (var node in selection.Selections)
        {
            switch (node)
            {
                case FieldNode { Name.Value: not "__typename" } field:
                    var name = field.Name.Value;
                    var found = fields.Find(f => f.Name == name);
                    if (found is null)
                    {
                        fields.Add(found = new Collected(name));
                    }

                    found.IsKey |= isKey;
                    if (field.SelectionSet is not null)
                    {
                        found.Below.Add((field.SelectionSet, isKey));
                    }

                    foreach (var candidate in scope)
                    {
                        if (candidate.Find(name, Selection.Print(field.Arguments)) is { } selected && !found.Slots.Exists(s => s.Object == candidate))
                        {
                            found.Slots.Add((candidate, selected));
                        }
                    }

                    break;
                case InlineFragmentNode fragment:
                    var condition = fragment.TypeCondition is { } named ? schema.Type(named.Name.Value) : null;
                    Collect(schema, condition is null ? scope : [.. scope.Where(o => condition.IsPossible(o.Type))], fragment.SelectionSet, isKey, fields);
                    break;
            }
        }
    }

    private sealed class Collected(string name)
    {
        public string Name { get; } = name;
        public bool IsKey { get; set; }
        public List<(ObjectSelection Object, Selection Selection)> Slots { get; } = [];
        public List<(SelectionSetNode Selection, bool IsKey)> Below { get; } = [];
    }
}

/// <summary>A field of a representation.</summary>
/// <param name="Member"><c>"name":</c> as UTF-8.</param>
/// <param name="Step">Its slot in each kind of block.</param>
/// <param name="Child">What is taken of the objects below, or null for leaves.</param>
/// <param name="IsKey">Whether an entity without a value cannot be asked for.</param>
internal sealed record RepresentationField(byte[] Member, PathStep Step, RepresentationTemplate? Child, bool IsKey);

/// <summary>How one kind of block tells its type's name: it has one type, or has asked for the name.</summary>
/// <param name="Object">The kind of block.</param>
/// <param name="Json">The name as a JSON string; null when it is in a slot.</param>
/// <param name="Slot">The slot within the block.</param>
internal sealed record TypeNameStep(ObjectSelection Object, byte[]? Json, int Slot)
{
    public int ObjectId => Object.Id;

    public static TypeNameStep? Of(ObjectSelection target)
        => target.Types.Length == 1 ? new TypeNameStep(target, Encoding.UTF8.GetBytes($"\"{target.Type.Name}\""), 0)
        : target.Selections.Find(s => s.IsTypeName) is { } selection ? new TypeNameStep(target, null, selection.Slot)
        : null;
}
