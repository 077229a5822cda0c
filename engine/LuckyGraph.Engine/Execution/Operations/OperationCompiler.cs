using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>
/// Turns selection sets into plans: inlines fragments and drops static exclusions, merges fields by response name (6.3.2
/// CollectFields, 6.4.3 MergeSelectionSets), binds constant arguments. Instances are used under their own lock once the
/// operation runs.
/// </summary>
internal sealed partial class OperationCompiler(Schema schema, DocumentNode document, VariableCoercion variables, int maxSelections)
{
    private readonly Dictionary<string, FragmentDefinitionNode> _fragments = Fragments(document);
    private readonly List<(int Variable, bool Expected)> _conditions = [];
    private readonly EffectAnalysis _effects = new(schema, document);
    private int _dynamicArguments;
    private int _selections;
    private int _ids;

    /// <summary>Number of selections whose arguments depend on variables.</summary>
    public int DynamicArgumentCount => Volatile.Read(ref _dynamicArguments);

    /// <summary>Compiles the root selection set.</summary>
    /// <exception cref="GraphQLException">The operation is larger than the limit.</exception>
    public SelectionPlan Compile(ObjectType type, SelectionSetNode selectionSet)
    {
        var collector = new Collector();
        Collect(collector, type, selectionSet, null, null, DeferScope.Root);
        return Build(type, collector, DeferScope.Root);
    }

    /// <summary>Compiles the merged selection sets of field nodes for the type of a value.</summary>
    /// <param name="type">The concrete type.</param>
    /// <param name="nodes">The nodes of the parent selection.</param>
    /// <param name="conditionsImplied">Whether the parent is never included without all of its nodes.</param>
    /// <param name="scope">Where incremental delivery stands.</param>
    /// <exception cref="GraphQLException">The operation is larger than the limit.</exception>
    public SelectionPlan CompileChild(ObjectType type, ImmutableArray<SelectedNode> nodes, bool conditionsImplied, DeferScope scope)
    {
        var collector = new Collector();
        foreach (var node in nodes)
        {
            if (node.Node.SelectionSet is { } selectionSet)
            {
                Collect(collector, type, selectionSet, conditionsImplied ? null : node.Condition, node.Defer, scope);
            }
        }

        return Build(type, collector, scope);
    }

    /// <summary>Which conditions hold for a set of variables.</summary>
    public ulong[] ConditionFlags(VariableValues values)
    {
        lock (_conditions)
        {
            if (_conditions.Count == 0)
            {
                return [];
            }

            var flags = new ulong[(_conditions.Count + 63) >> 6];
            for (var i = 0; i < _conditions.Count; i++)
            {
                var (variable, expected) = _conditions[i];
                if (variable >= 0 && values[variable] is bool value && value == expected)
                {
                    flags[i >> 6] |= 1UL << (i & 63);
                }
            }

            return flags;
        }
    }

    /// <summary>Registers the conditions of a whole operation up front, so that plans compiled later find their bits evaluated.</summary>
    public void RegisterConditions(SelectionSetNode selectionSet)
    {
        foreach (var selection in selectionSet.Selections)
        {
            TryCondition(selection.Directives, null, out _);
            RegisterIncremental(selection.Directives);
            var below = selection switch
            {
                FieldNode field => field.SelectionSet,
                InlineFragmentNode inline => inline.SelectionSet,
                _ => null,
            };
            if (below is not null)
            {
                RegisterConditions(below);
            }
        }
    }

    /// <summary>Registers the conditions of all fragments.</summary>
    public void RegisterFragmentConditions()
    {
        foreach (var fragment in _fragments.Values)
        {
            RegisterConditions(fragment.SelectionSet);
        }
    }

    private static Dictionary<string, FragmentDefinitionNode> Fragments(DocumentNode document)
    {
        var fragments = new Dictionary<string, FragmentDefinitionNode>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment)
            {
                fragments.TryAdd(fragment.Name.Value, fragment);
            }
        }

        return fragments;
    }

    // 6.3.2 CollectFields, with conditions kept for later instead of evaluated.
    private void Collect(Collector collector, ObjectType type, SelectionSetNode selectionSet, ulong[]? condition, DeferUsage? defer, DeferScope scope)
    {
        foreach (var selection in selectionSet.Selections)
        {
            if (!TryCondition(selection.Directives, condition, out var own))
            {
                continue;
            }

            switch (selection)
            {
                case FieldNode field:
                    Count();
                    collector.Add(field, own, defer);
                    break;
                case InlineFragmentNode inline:
                    if (inline.TypeCondition is null || Applies(inline.TypeCondition, type))
                    {
                        Collect(collector, type, inline.SelectionSet, own, Deferred(inline.Directives, defer, scope), scope);
                    }

                    break;
                case FragmentSpreadNode spread:
                    if (_fragments.TryGetValue(spread.Name.Value, out var fragment)
                        && Deferred(spread.Directives, defer, scope) is var around
                        && collector.Visit(spread.Name.Value, own, around)
                        && Applies(fragment.TypeCondition, type))
                    {
                        Collect(collector, type, fragment.SelectionSet, own, around, scope);
                    }

                    break;
            }
        }
    }

    // 6.3.2 DoesFragmentTypeApply
    private bool Applies(NamedTypeNode condition, ObjectType type)
        => schema.Type(condition.Name.Value) is { } named && schema.IsPossibleType(named, type);

    private bool TryCondition(ImmutableArray<DirectiveNode> directives, ulong[]? outer, out ulong[]? condition)
    {
        condition = outer;
        foreach (var directive in directives)
        {
            var expected = directive.Name.Value == "include";
            if (!expected && directive.Name.Value != "skip")
            {
                continue;
            }

            switch (IfArgument(directive))
            {
                case BooleanValueNode literal when literal.Value != expected:
                    return false;
                case VariableNode variable when _decided is not null:
                    if (!IsSet(_decided, Bit(variables.IndexOf(variable.Name.Value), expected)))
                    {
                        return false;
                    }

                    break;
                case VariableNode variable:
                    condition = Condition.With(condition, Bit(variables.IndexOf(variable.Name.Value), expected));
                    break;
            }
        }

        return true;
    }

    private static ValueNode? IfArgument(DirectiveNode directive)
    {
        foreach (var argument in directive.Arguments)
        {
            if (argument.Name.Value == "if")
            {
                return argument.Value;
            }
        }

        return null;
    }

    private int Bit(int variable, bool expected)
    {
        lock (_conditions)
        {
            var bit = _conditions.IndexOf((variable, expected));
            if (bit < 0)
            {
                bit = _conditions.Count;
                _conditions.Add((variable, expected));
            }

            return bit;
        }
    }

    private void Count()
    {
        if (++_selections > maxSelections)
        {
            throw new GraphQLException($"The operation selects more than {maxSelections} fields once its fragments are inlined.", ErrorCodes.Limit);
        }
    }

    private SelectionPlan Build(ObjectType type, Collector collector, DeferScope scope)
    {
        var selections = ImmutableArray.CreateBuilder<Selection>(collector.Groups.Count);
        List<(DeferUsage[] Usages, ImmutableArray<Selection>.Builder Selections)>? deferred = null;
        foreach (var (responseName, nodes) in collector.Groups)
        {
            if (schema.Field(type, nodes[0].Node.Name.Value) is not { } field)
            {
                continue;
            }

            if (_decided is null)
            {
                selections.Add(Build(type, responseName, [.. nodes], field, scope));
                continue;
            }

            var usages = DeferUsage.Of(nodes);
            (DeferUsage.IsSameSet(usages, scope.Usages) ? selections : PartOf(deferred ??= [], usages))
                .Add(Build(type, responseName, [.. nodes], field, scope with { Usages = usages }));
        }

        return new SelectionPlan(type, selections.DrainToImmutable(), Partitions(type, deferred));
    }

    private Selection Build(ObjectType type, string responseName, ImmutableArray<SelectedNode> nodes, FieldDefinition field, DeferScope scope, bool isItem = false)
    {
        var isTypeName = ReferenceEquals(field, schema.TypeNameField);
        var bound = isTypeName || field.Binding is null ? default : field.Binding.Bind(field, responseName);
        if (!isTypeName && field.Binding is null)
        {
            throw new GraphQLException($"The field {field} has no resolver.", ErrorCodes.Internal);
        }

        var conditionsImplied = ConditionsImplied(nodes);
        var named = field.Type.Named;
        var isAbstract = named is InterfaceType or UnionType;
        var below = scope.Below(field.Type);
        return new Selection
        {
            Id = _ids++,
            DeclaringType = type,
            Field = field,
            ResponseName = responseName,
            Key = Selection.EncodeKey(responseName),
            Nodes = nodes,
            Binding = bound.Binding,
            BindingIndex = bound.Index,
            Kind = isTypeName ? FieldKind.Pure : bound.Kind,
            ReadsLeaf = bound.ReadsLeaves,
            IsTypeName = isTypeName,
            Arguments = isTypeName ? null : ArgumentPlan.Create(field, nodes[0].Node, bound.Binding, bound.Index, ref _dynamicArguments),
            HasEffectsBelow = named.IsComposite && _effects.Below(named, nodes),
            AbstractChild = isAbstract ? new AbstractPlans(this, nodes, conditionsImplied, below) : null,
            Child = named is ObjectType objectType ? CompileChild(objectType, nodes, conditionsImplied, below) : null,
            Stream = isItem ? null : Streamed(type, responseName, nodes, field, scope),
        };
    }

    private static bool ConditionsImplied(ImmutableArray<SelectedNode> nodes)
    {
        for (var i = 1; i < nodes.Length; i++)
        {
            if (!Condition.IsSubset(nodes[i].Condition, nodes[0].Condition) || !Condition.IsSubset(nodes[0].Condition, nodes[i].Condition))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The grouped fields of a selection set in the order in which they are found.</summary>
    private sealed class Collector
    {
        private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
        private Dictionary<string, List<(ulong[]? Condition, DeferUsage? Defer)>>? _visited;
        private int _order;

        public List<(string ResponseName, List<SelectedNode> Nodes)> Groups { get; } = [];

        public void Add(FieldNode node, ulong[]? condition, DeferUsage? defer)
        {
            var name = node.ResponseName;
            if (!_index.TryGetValue(name, out var index))
            {
                index = Groups.Count;
                _index.Add(name, index);
                Groups.Add((name, []));
            }

            Groups[index].Nodes.Add(new SelectedNode(node, condition, _order++, defer));
        }

        /// <summary>Whether a fragment must be visited: not when an earlier visit is included whenever this one is.</summary>
        public bool Visit(string fragment, ulong[]? condition, DeferUsage? defer)
        {
            _visited ??= new Dictionary<string, List<(ulong[]?, DeferUsage?)>>(StringComparer.Ordinal);
            if (!_visited.TryGetValue(fragment, out var earlier))
            {
                _visited.Add(fragment, [(condition, defer)]);
                return true;
            }

            foreach (var known in earlier)
            {
                if (Condition.IsSubset(known.Condition, condition) && DeferUsage.IsAround(known.Defer, defer))
                {
                    return false;
                }
            }

            earlier.Add((condition, defer));
            return true;
        }
    }
}
