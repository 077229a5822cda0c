using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Turns the selection of a <c>@fromContext</c> into a field selection map: one value of whichever type sets the context.</summary>
/// <param name="schema">The schema.</param>
/// <param name="setters">The types that set the context.</param>
/// <param name="expected">The type of the argument.</param>
/// <param name="used">Gets the fields that are selected.</param>
internal sealed class ContextSelection(SourceDocument schema, IReadOnlyList<SourceType> setters, TypeNode expected, HashSet<SourceFieldDefinition> used)
{
    private static readonly TypeNode s_typeName = new NonNullTypeNode { Type = new NamedTypeNode { Name = new Name("String") } };
    private string? _problem;

    /// <summary>Reads the selection: <c>{ a { b } }</c>, or one such selection per object type.</summary>
    /// <param name="text">The selection.</param>
    /// <param name="problem">What is wrong with it, when the result is null.</param>
    public SelectedValue? Read(string text, out string? problem)
    {
        SelectionSetNode selection;
        try
        {
            selection = Parser.ParseSelectionSet(text);
        }
        catch (GraphQLSyntaxException e)
        {
            problem = $"is no selection set: {e.Message}";
            return null;
        }

        if (setters.FirstOrDefault(s => s.IsInterfaceObject) is { } standIn)
        {
            _problem = $"is set by the @interfaceObject \"{standIn.Name}\", of whose objects the type is not known.";
        }

        var values = selection.Selections.All(s => s is InlineFragmentNode) && !selection.Selections.IsEmpty ? ByType(selection) : OfAll(selection);
        problem = _problem;
        return _problem is null ? Choose(values) : null;
    }

    private List<(string Type, SelectedValue Value)> OfAll(SelectionSetNode selection)
    {
        var values = new List<(string, SelectedValue)>();
        foreach (var setter in setters)
        {
            // A union has no fields: each member must have what is selected.
            foreach (var type in setter.Kind == TypeKind.Union ? schema.PossibleTypes(setter) : [setter])
            {
                Add(type, selection, values);
            }
        }

        return values;
    }

    private List<(string Type, SelectedValue Value)> ByType(SelectionSetNode selection)
    {
        var values = new List<(string Type, SelectedValue Value)>();
        foreach (var fragment in selection.Selections.Cast<InlineFragmentNode>())
        {
            if (fragment.TypeCondition is not { } condition || schema.Type(condition.Name.Value) is not { Kind: TypeKind.Object } type)
            {
                _problem ??= "has a fragment on something else than an object type. Select for each object type, or the same for all.";
            }
            else if (!fragment.Directives.IsEmpty)
            {
                _problem ??= "contains a directive. Select one plain field.";
            }
            else if (values.Exists(v => v.Type == type.Name))
            {
                _problem ??= $"has two fragments on \"{type.Name}\". Write one.";
            }
            else if (!setters.Any(s => schema.PossibleTypes(s).Contains(type)))
            {
                _problem ??= $"has a fragment on \"{type.Name}\", which never sets the context. Remove it.";
            }
            else
            {
                Add(type, fragment.SelectionSet, values);
            }
        }

        foreach (var setter in setters)
        {
            var possible = schema.PossibleTypes(setter);
            var covered = possible.Count(p => values.Exists(v => v.Type == p.Name));
            if (covered == 0 || (expected is NonNullTypeNode && covered < possible.Count))
            {
                _problem ??= $"selects nothing of \"{(possible.FirstOrDefault(p => !values.Exists(v => v.Type == p.Name)) ?? setter).Name}\", which sets the context. Add a fragment on it{(covered == 0 ? "" : ", or make the argument nullable")}.";
            }
        }

        return values;
    }

    private void Add(SourceType type, SelectionSetNode selection, List<(string Type, SelectedValue Value)> values)
    {
        if (Follow(type, selection) is not var (value, found) || values.Exists(v => v.Type == type.Name))
        {
            return;
        }

        if (!Fits(found, expected))
        {
            _problem ??= $"is of the type \"{TypeNodes.Print(found)}\" in \"{type.Name}\", where the argument takes \"{TypeNodes.Print(expected)}\". Give them the same type; the argument may be nullable where the value is not.";
        }

        values.Add((type.Name, value));
    }

    /// <summary>The value that a selection of exactly one leaf leads to, with its type.</summary>
    private (SelectedValue Value, TypeNode Type)? Follow(SourceType type, SelectionSetNode selection)
    {
        if (type.IsInterfaceObject)
        {
            _problem ??= $"looks into the @interfaceObject \"{type.Name}\", of whose objects the type is not known.";
            return null;
        }

        if (selection.Selections is not [FieldNode node])
        {
            _problem ??= "selects something else than one field. An argument takes one value: select the field that has it.";
            return null;
        }

        if (node.Alias is not null || !node.Directives.IsEmpty)
        {
            _problem ??= "contains an alias or a directive. Select one plain field.";
            return null;
        }

        if (node is { Name.Value: "__typename", SelectionSet: null })
        {
            return (new SelectedPath(new FieldPath(null, [new PathSegment("__typename")])), s_typeName);
        }

        if (type.Field(node.Name.Value) is not { } field)
        {
            _problem ??= $"selects \"{type.Name}.{node.Name.Value}\", which the schema does not declare. Declare it, with @external when another schema resolves it.";
            return null;
        }

        if (node.Arguments.Any(a => field.Argument(a.Name.Value) is null) || field.Arguments.Any(a => IsContextual(a) || (a.IsRequired && !node.Arguments.Any(g => g.Name.Value == a.Name))))
        {
            _problem ??= $"selects \"{field.Coordinate}\" without an argument that it needs, with one that it does not have, or although it takes a value of a context itself. Select a field that stands alone.";
            return null;
        }

        used.Add(field);
        foreach (var possible in schema.PossibleTypes(type))
        {
            if (possible.Field(field.Name) is { } implementing)
            {
                used.Add(implementing);
            }
        }

        var segment = new PathSegment(field.Name, null, Planning.Selection.Print(node.Arguments));
        var below = schema.Type(TypeNodes.NamedOf(field.Type));
        if (below is not { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union })
        {
            if (node.SelectionSet is null)
            {
                return (new SelectedPath(new FieldPath(null, [segment])), field.Type);
            }

            _problem ??= $"selects fields of \"{field.Coordinate}\", which has none.";
            return null;
        }

        if (node.SelectionSet is null)
        {
            _problem ??= $"selects \"{field.Coordinate}\" without a field of it. An argument takes scalars and enums, or lists of them.";
            return null;
        }

        return Follow(below, node.SelectionSet) is var (value, found) ? (Below(segment, field.Type, value), Wrap(field.Type, found)) : null;
    }

    private static bool IsContextual(SourceArgument argument) => CompositeDirectives.Has(argument.Node.Directives, FederationDirectives.FromContext);

    private static SelectedValue Below(PathSegment segment, TypeNode type, SelectedValue value)
    {
        if (!TypeNodes.IsList(type))
        {
            return value switch
            {
                SelectedPath path => new SelectedPath(path.Path with { Segments = path.Path.Segments.Insert(0, segment) }),
                SelectedList list => list with { Prefix = list.Prefix! with { Segments = list.Prefix.Segments.Insert(0, segment) } },
                _ => value,
            };
        }

        var item = TypeNodes.Item(type);
        for (; TypeNodes.IsList(item); item = TypeNodes.Item(item))
        {
            value = new SelectedList(null, value);
        }

        return new SelectedList(new FieldPath(null, [segment]), value);
    }

    /// <summary>The type of values below a field: of what is selected there, nullable where the field is.</summary>
    private static TypeNode Wrap(TypeNode field, TypeNode selected) => field switch
    {
        NonNullTypeNode { Type: ListTypeNode list } => new NonNullTypeNode { Type = Wrap(list, selected) },
        NonNullTypeNode => selected,
        ListTypeNode list => new ListTypeNode { Type = Wrap(list.Type, selected) },
        _ => TypeNodes.Nullable(selected),
    };

    private static bool Fits(TypeNode value, TypeNode argument) => (value, argument) switch
    {
        (NonNullTypeNode a, NonNullTypeNode b) => Fits(a.Type, b.Type),
        (NonNullTypeNode a, _) => Fits(a.Type, argument),
        (ListTypeNode a, ListTypeNode b) => Fits(a.Type, b.Type),
        (NamedTypeNode a, NamedTypeNode b) => a.Name.Value == b.Name.Value,
        _ => false,
    };

    /// <summary>One map for all types; where they differ, one for each.</summary>
    private static SelectedValue? Choose(List<(string Type, SelectedValue Value)> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        if (values.TrueForAll(v => v.Value.ToString() == values[0].Value.ToString()))
        {
            return values[0].Value;
        }

        var alternatives = ImmutableArray.CreateBuilder<SelectedValue>(values.Count);
        foreach (var (type, value) in values)
        {
            alternatives.Add(value switch
            {
                SelectedPath path => new SelectedPath(path.Path with { RootType = type }),
                SelectedList list => list with { Prefix = list.Prefix! with { RootType = type } },
                _ => value,
            });
        }

        return new SelectedChoice(alternatives.MoveToImmutable());
    }
}
