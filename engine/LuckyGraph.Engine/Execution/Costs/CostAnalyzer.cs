using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>
/// Static cost analysis of an operation of a valid document (GraphQL Cost Directives). Fields are merged by response name as in
/// execution; where a value may have several object types, the dearest counts. A field under a condition with a variable counts
/// as selected. Introspection costs nothing: it has limits of its own.
/// </summary>
internal sealed class CostAnalyzer(CostModel model, DocumentNode document)
{
    /// <summary>Most selections visited, all possible object types counted.</summary>
    public const int MaxVisits = 50_000;

    private readonly Dictionary<(SelectionSetNode, NamedType, SizedFields?), CostExpression> _known = [];
    private Dictionary<string, FragmentDefinitionNode>? _fragments;
    private int _visits;

    /// <summary>The cost of an operation.</summary>
    /// <exception cref="GraphQLException">The document is too large to be analysed, or lacks a slicing argument.</exception>
    public CostExpression Analyze(OperationDefinitionNode operation)
    {
        return OfObject(model.Schema.RootType(operation.Operation)!, [operation.SelectionSet], null);
    }

    private CostExpression OfType(NamedType type, List<SelectionSetNode> sets, SizedFields? sized)
    {
        var key = (sets[0], type, sized);
        if (sets.Count == 1 && _known.TryGetValue(key, out var known))
        {
            return known;
        }

        var cost = type is ObjectType single ? OfObject(single, sets, sized) : Dearest(type, sets, sized);
        if (sets.Count == 1)
        {
            _known[key] = cost;
        }

        return cost;
    }

    private CostExpression Dearest(NamedType type, List<SelectionSetNode> sets, SizedFields? sized)
    {
        var dearest = default(Cost);
        var isFirst = true;
        List<CostExpression>? dynamic = null;
        foreach (var possible in model.Schema.PossibleTypes(type))
        {
            var cost = OfObject(possible, sets, sized);
            if (cost.Terms is not null)
            {
                (dynamic ??= []).Add(cost);
                continue;
            }

            dearest = isFirst ? cost.Fixed : Cost.Max(dearest, cost.Fixed);
            isFirst = false;
        }

        if (dynamic is null)
        {
            return new CostExpression(dearest, null);
        }

        if (!isFirst)
        {
            dynamic.Add(new CostExpression(dearest, null));
        }

        return new CostExpression(default, [new DearestTerm(dynamic)]);
    }

    // One object of the type, and what is selected of it.
    private CostExpression OfObject(ObjectType type, List<SelectionSetNode> sets, SizedFields? sized)
    {
        var fields = new OrderedDictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        HashSet<string>? spread = null;
        foreach (var set in sets)
        {
            Collect(type, set, fields, ref spread);
        }

        var sum = new CostSum();
        sum.Add(new Cost(0, model.OfType(type)));
        foreach (var (_, nodes) in fields)
        {
            AddField(sum, type, nodes, sized);
        }

        return sum.ToExpression();
    }

    // 6.3.2 CollectFields, with conditions that are literals.
    private void Collect(ObjectType type, SelectionSetNode set, OrderedDictionary<string, List<FieldNode>> fields, ref HashSet<string>? spread)
    {
        foreach (var selection in set.Selections)
        {
            if (++_visits > MaxVisits)
            {
                throw new GraphQLException(new GraphQLError($"The operation's cost needs more than {MaxVisits} steps to be known.") { Code = ErrorCodes.Limit });
            }

            if (IsExcluded(selection))
            {
                continue;
            }

            switch (selection)
            {
                case FieldNode field:
                    if (fields.TryGetValue(field.ResponseName, out var nodes))
                    {
                        nodes.Add(field);
                    }
                    else
                    {
                        fields.Add(field.ResponseName, [field]);
                    }

                    break;
                case InlineFragmentNode inline when inline.TypeCondition is null || Applies(type, inline.TypeCondition.Name.Value):
                    Collect(type, inline.SelectionSet, fields, ref spread);
                    break;
                case FragmentSpreadNode { Name.Value: var name } when (spread ??= new(StringComparer.Ordinal)).Add(name)
                    && Fragments.TryGetValue(name, out var fragment) && Applies(type, fragment.TypeCondition.Name.Value):
                    Collect(type, fragment.SelectionSet, fields, ref spread);
                    break;
            }
        }
    }

    private void AddField(CostSum sum, ObjectType parent, List<FieldNode> nodes, SizedFields? sized)
    {
        var node = nodes[0];
        if (node.Name.Value.StartsWith("__", StringComparison.Ordinal) || model.Schema.Field(parent, node.Name.Value) is not { } field)
        {
            return;
        }

        sum.Add(new Cost(model.OfField(field), 0));
        if (model.HasInputWeights)
        {
            AddInputs(sum, field.Arguments, node.Arguments);
            foreach (var directive in node.Directives)
            {
                if (model.Schema.Directives.TryGetValue(directive.Name.Value, out var definition))
                {
                    AddInputs(sum, definition.Arguments, directive.Arguments);
                }
            }
        }

        var isList = field.Type.Nullable is ListType;
        var size = isList && sized is not null && sized.Names.Contains(field.Name) ? sized.Size : null;
        SizedFields? below = null;
        if (model.ListSizeOf(field) is { } list)
        {
            var slice = new SliceSize(list, node, document, model.Options.DefaultListSize);
            if (!slice.IsDynamic)
            {
                // Reports a missing slicing argument while the operation is compiled.
                slice.Evaluate(null);
            }

            if (list.SizedFields.Count > 0)
            {
                below = new SizedFields(slice, list.SizedFields);
            }
            else if (isList)
            {
                size ??= slice;
            }
        }

        AddItems(sum, isList, size, Item(field.Type.Named, nodes, below));
    }

    private CostExpression Item(NamedType type, List<FieldNode> nodes, SizedFields? sized)
    {
        if (!type.IsComposite)
        {
            return new CostExpression(new Cost(0, model.OfType(type)), null);
        }

        var sets = new List<SelectionSetNode>(nodes.Count);
        foreach (var node in nodes)
        {
            if (node.SelectionSet is { } set)
            {
                sets.Add(set);
            }
        }

        return OfType(type, sets, sized);
    }

    private void AddItems(CostSum sum, bool isList, SliceSize? size, CostExpression item)
    {
        var count = !isList ? 1 : size is null ? model.Options.DefaultListSize : size.IsDynamic ? double.NaN : size.Evaluate(null);
        if (double.IsNaN(count))
        {
            sum.Add(new ItemsTerm(size, 0, item));
        }
        else if (item.Terms is null)
        {
            sum.Add(count * item.Fixed);
        }
        else if (count == 1)
        {
            sum.Add(item);
        }
        else
        {
            sum.Add(new ItemsTerm(null, count, item));
        }
    }

    private void AddInputs(CostSum sum, System.Collections.Immutable.ImmutableArray<InputValueDefinition> definitions, System.Collections.Immutable.ImmutableArray<ArgumentNode> arguments)
    {
        foreach (var definition in definitions)
        {
            foreach (var argument in arguments)
            {
                if (argument.Name.Value != definition.Name)
                {
                    continue;
                }

                if (argument.Value is VariableNode variable)
                {
                    sum.Add(new ArgumentTerm(model, definition, variable.Name.Value));
                }
                else
                {
                    sum.Add(new Cost(model.OfInput(definition, argument.Value), 0));
                }
            }
        }
    }

    private bool Applies(ObjectType type, string condition)
        => type.Name == condition || (model.Schema.Type(condition) is { } composite && model.Schema.IsPossibleType(composite, type));

    private static bool IsExcluded(SelectionNode selection)
    {
        foreach (var directive in selection.Directives)
        {
            if (directive.Name.Value is "skip" or "include" && directive.Arguments is [{ Value: BooleanValueNode { Value: var value } }, ..]
                && value == (directive.Name.Value == "skip"))
            {
                return true;
            }
        }

        return false;
    }

    private Dictionary<string, FragmentDefinitionNode> Fragments
    {
        get
        {
            if (_fragments is null)
            {
                _fragments = new(StringComparer.Ordinal);
                foreach (var definition in document.Definitions)
                {
                    if (definition is FragmentDefinitionNode fragment)
                    {
                        _fragments[fragment.Name.Value] = fragment;
                    }
                }
            }

            return _fragments;
        }
    }

    /// <summary>The lists below a field that have the size its arguments say.</summary>
    private sealed class SizedFields(SliceSize size, System.Collections.Frozen.FrozenSet<string> names)
    {
        public SliceSize Size { get; } = size;
        public System.Collections.Frozen.FrozenSet<string> Names { get; } = names;
    }
}
