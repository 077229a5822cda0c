namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// The names under which one fetch selects fields. Selections of different types at one position must have the same shape under
/// one name (5.3.2); what the composed schema makes equal may differ by nullability in a source schema, and what the plan adds
/// may differ altogether. Then the later selection gets an alias.
/// </summary>
internal sealed class ResponseNames(FetchStep step)
{
    private readonly Dictionary<Selection, string> _aliases = [];
    private readonly int _source = step.Source!.Id;

    /// <summary>The name of a selection in the fetch's document.</summary>
    public string Of(Selection selection) => _aliases.GetValueOrDefault(selection, selection.ResponseName);

    /// <summary>Gives aliases to what cannot stand under one name at a position where the type name is selected too.</summary>
    public void Separate(IReadOnlyList<ObjectSelection> objects)
    {
        for (var i = 0; i < objects.Count; i++)
        {
            foreach (var selection in step.Of(objects[i]))
            {
                if (Clashes(objects, i, selection, selection.ResponseName))
                {
                    var name = selection.ResponseName.TrimStart('_');
                    var number = 1;
                    while (objects.Any(o => step.Of(o).Any(s => s != selection && (s.ResponseName == $"{name}_{number}" || Of(s) == $"{name}_{number}"))))
                    {
                        number++;
                    }

                    _aliases[selection] = $"{name}_{number}";
                }
            }
        }
    }

    private bool Clashes(IReadOnlyList<ObjectSelection> objects, int index, Selection selection, string name)
    {
        if (name == "__typename" && !selection.IsTypeName)
        {
            return true;
        }

        for (var i = 0; i < index; i++)
        {
            foreach (var other in step.Of(objects[i]))
            {
                if (Of(other) == name && !SameShape(selection, other))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // 5.3.2 SameResponseShape
    private bool SameShape(Selection a, Selection b)
    {
        if (a.Children is null || b.Children is null)
        {
            return TypeText(a) == TypeText(b);
        }

        if (Wrappers(TypeText(a)) != Wrappers(TypeText(b)))
        {
            return false;
        }

        foreach (var left in a.Children.Objects)
        {
            foreach (var right in b.Children.Objects)
            {
                foreach (var selection in step.Of(left))
                {
                    foreach (var other in step.Of(right))
                    {
                        if (selection.ResponseName == other.ResponseName && !SameShape(selection, other))
                        {
                            return false;
                        }
                    }
                }
            }
        }

        return true;
    }

    private string TypeText(Selection selection) => selection.Field?.In(_source)?.TypeText ?? selection.Field?.Type.ToString() ?? "String!";

    private static string Wrappers(string type) => string.Concat(type.Where(c => c is '[' or ']' or '!'));
}
