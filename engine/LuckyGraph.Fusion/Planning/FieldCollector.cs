using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// Collects the fields of an operation by response name and concrete type (6.3.2 CollectFields, 6.3.4 MergeSelectionSets).
/// Object types of an abstract position that do not differ in what is selected share one <see cref="ObjectSelection"/>.
/// </summary>
internal sealed class FieldCollector
{
    private readonly FusionSchema _schema;
    private readonly Dictionary<string, FragmentDefinitionNode> _fragments = new(StringComparer.Ordinal);
    private readonly Dictionary<(FusionType, SelectionSetNode, int), int> _coverage = [];
    private readonly Action _spend;
    private readonly FrozenSet<int> _denied;

    public FieldCollector(FusionSchema schema, DocumentNode document, Action spend, FrozenSet<int> denied)
    {
        _schema = schema;
        _spend = spend;
        _denied = denied;
        foreach (var definition in document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment)
            {
                _fragments[fragment.Name.Value] = fragment;
            }
        }
    }

    public ConditionVariables Conditions { get; } = new();

    /// <summary>The defers found, when the plan is to be divided by them.</summary>
    public Defers? Defers { get; init; }

    /// <summary>The access rules that something selected is under.</summary>
    public SortedSet<int> AccessRules { get; } = [];

    public FragmentDefinitionNode? Fragment(string name) => _fragments.GetValueOrDefault(name);

    /// <summary>The root's selections.</summary>
    public SelectionSet Root(FusionType type, SelectionSetNode node)
    {
        var set = new SelectionSet(type, null);
        var target = new ObjectSelection(set, [type]);
        set.Objects.Add(target);
        Populate(target, Collect(set, type, [(node, default, null)]));
        return set;
    }

    /// <summary>Expands a position once: from what the client selects there, or empty for what only the plan needs.</summary>
    /// <param name="set">The position.</param>
    /// <param name="source">The source schema that yields the objects: types stay together where it resolves all their fields.</param>
    public void Expand(SelectionSet set, int source)
    {
        if (set.Objects.Count > 0)
        {
            return;
        }

        var parent = set.Parent!;
        var nodes = ChildNodes(parent);
        // Requirements may need to see what clients do not.
        var showsHidden = parent.IsInternal || _schema.Needs.LookBelow(parent.FieldName);
        var possible = set.Type.Kind == TypeKind.Object ? [set.Type] : set.Type.PossibleTypes.RemoveAll(t => !t.IsAccessible && !showsHidden);
        if (possible.IsEmpty && !set.Type.InterfaceObjectSources.IsEmpty)
        {
            // No schema knows an implementation: the interface is all that the objects are.
            possible = [set.Type];
        }

        var groups = new List<(string Signature, List<FusionType> Types, List<Collected> Fields)>();
        foreach (var type in possible)
        {
            var fields = type.IsAccessible || parent.IsInternal ? Collect(set, type, nodes) : [];
            // Types that only the plan looks at are kept apart: their keys may differ.
            var alone = parent.IsInternal || source < 0 || _schema.Needs.LookBelow(parent.FieldName) || _schema.Needs.TellApart(type);
            var signature = alone ? type.Name : Signature(type, fields, source);
            var index = groups.FindIndex(g => g.Signature == signature);
            if (index < 0)
            {
                groups.Add((signature, [type], fields));
            }
            else
            {
                groups[index].Types.Add(type);
            }
        }

        foreach (var (_, types, fields) in groups)
        {
            var target = new ObjectSelection(set, [.. types]) { IsHidden = !types[0].IsAccessible && !parent.IsInternal };
            set.Objects.Add(target);
            Populate(target, fields);
        }
    }

    /// <summary>
    /// Makes one block of a position whose objects' types nobody asks about, as if the interface were an object type. Null where
    /// the client selects something of some types only.
    /// </summary>
    /// <param name="set">The expanded position, which no fetch has reached yet.</param>
    /// <param name="type">The interface.</param>
    public ObjectSelection? Alike(SelectionSet set, FusionType type)
    {
        if (set.Parent!.IsInternal || _schema.Needs.LookBelow(set.Parent.FieldName) || type.PossibleTypes.Any(t => !t.IsAccessible || _schema.Needs.TellApart(t)))
        {
            return null;
        }

        var first = set.Objects[0].Selections;
        foreach (var other in set.Objects.Skip(1))
        {
            if (other.Selections.Count != first.Count)
            {
                return null;
            }

            for (var i = 0; i < first.Count; i++)
            {
                if (other.Selections[i].ResponseName != first[i].ResponseName || other.Selections[i].IsDenied || !other.Selections[i].Nodes.SequenceEqual(first[i].Nodes)
                    || !other.Selections[i].Defers.SequenceEqual(first[i].Defers))
                {
                    return null;
                }
            }
        }

        var target = new ObjectSelection(set, [type]);
        Populate(target, first.ConvertAll(s =>
        {
            var collected = new Collected(s.ResponseName);
            collected.Nodes.AddRange(s.Nodes);
            collected.Defers.AddRange(s.Defers);
            return collected;
        }));
        return target;
    }

    /// <summary>The number of fields below a selection that one source schema can resolve without leaving it.</summary>
    public int Coverage(FusionField field, IReadOnlyList<(FieldNode Node, Condition)> nodes, int source)
    {
        var count = 1;
        foreach (var (node, _) in nodes)
        {
            if (node.SelectionSet is not null)
            {
                count += Coverage(field.NamedType, node.SelectionSet, source, ProvidedSelections.Of(field, source));
            }
        }

        return count;
    }

    private int Coverage(FusionType type, SelectionSetNode node, int source, ImmutableArray<SelectionSetNode> provided)
    {
        if (provided.IsEmpty && _coverage.TryGetValue((type, node, source), out var known))
        {
            return known;
        }

        var count = 0;

        foreach (var selection in node.Selections)
        {
            switch (selection)
            {
                case FieldNode field when type.Field(field.Name.Value) is { } definition:
                    ImmutableArray<SelectionSetNode> below = [];
                    var isProvided = !provided.IsEmpty && ProvidedSelections.Find(_schema, provided, field.Name.Value, type, out below) && definition.In(source) is not null;
                    if (isProvided || definition.UnconditionalSources.Contains(source))
                    {
                        count += 1 + (field.SelectionSet is null ? 0
                            : Coverage(definition.NamedType, field.SelectionSet, source, below.AddRange(ProvidedSelections.Of(definition, source))));
                    }

                    break;
                case InlineFragmentNode fragment:
                    count += Coverage(fragment.TypeCondition is { } condition ? _schema.Type(condition.Name.Value) ?? type : type, fragment.SelectionSet, source, provided);
                    break;
                case FragmentSpreadNode spread when _fragments.TryGetValue(spread.Name.Value, out var definition):
                    count += Coverage(_schema.Type(definition.TypeCondition.Name.Value) ?? type, definition.SelectionSet, source, provided);
                    break;
            }
        }

        if (provided.IsEmpty)
        {
            _coverage.Add((type, node, source), count);
        }

        return count;
    }

    private static List<(SelectionSetNode, Condition, DeferSite?)> ChildNodes(Selection parent)
    {
        // When all selections of the parent share one condition, the parent is only there under it: nothing to repeat below.
        var repeat = parent.Nodes.Exists(n => n.Condition != parent.Nodes[0].Condition);
        var nodes = new List<(SelectionSetNode, Condition, DeferSite?)>();
        for (var i = 0; i < parent.Nodes.Count; i++)
        {
            var (node, condition) = parent.Nodes[i];
            if (node.SelectionSet is not null)
            {
                nodes.Add((node.SelectionSet, repeat ? condition : default, parent.Defers[i]));
            }
        }

        return nodes;
    }

    private string Signature(FusionType type, List<Collected> fields, int source)
    {
        var text = new StringBuilder();
        foreach (var field in fields)
        {
            text.Append(field.ResponseName).Append('/').Append(Defers?.GroupOf(field.Defers)?.Index).Append('=');
            foreach (var (node, condition) in field.Nodes)
            {
                text.Append(node.Start).Append('/').Append(condition.MustBeTrue).Append('/').Append(condition.MustBeFalse).Append(',');
            }

            if (type.Field(field.Nodes[0].Node.Name.Value) is { } definition)
            {
                if (IsDenied(definition))
                {
                    // Nobody is asked for it, so that nothing else tells the types apart.
                    text.Append(definition.Type).Append("!;");
                    continue;
                }

                if (!definition.UnconditionalSources.Contains(source))
                {
                    // Another schema must be entered by key: lookups belong to one type.
                    return type.Name;
                }

                text.Append(definition.Type).Append('@').Append(definition.In(source)!.Name).Append(':').Append(definition.In(source)!.TypeText);
            }

            text.Append(';');
        }

        return text.ToString();
    }

    private void Populate(ObjectSelection target, List<Collected> fields)
    {
        foreach (var collected in fields)
        {
            _spend();
            var node = collected.Nodes[0].Node;
            var name = node.Name.Value;
            var field = target.Type.Field(name);
            var introspection = name is "__schema" or "__type";
            var conditions = ImmutableArray<Condition>.Empty;
            for (var i = 0; i < collected.Nodes.Count; i++)
            {
                var condition = collected.Nodes[i].Condition;
                conditions = i == 0 ? (condition.IsAlways ? [] : [condition]) : Planning.Conditions.Or(conditions, condition);
            }

            var isDenied = field is not null && IsDenied(field);
            Note(target, name);
            var selection = new Selection(target, collected.ResponseName, field, name, node.Arguments)
            {
                IsDenied = isDenied,
                Conditions = conditions,
                Group = Defers?.GroupOf(collected.Defers),
                Shape = introspection ? ValueShape.Raw : field is null ? ValueShape.TypeName : ValueShape.Of(ClientType(field)),
            };
            selection.Nodes.AddRange(collected.Nodes);
            selection.Defers.AddRange(collected.Defers);
            if (field is not null && !isDenied && field.Type.IsComposite)
            {
                selection.Children = new SelectionSet(field.NamedType, selection);
            }

            target.Selections.Add(selection);
        }
    }

    private bool IsDenied(FusionField field)
    {
        if (_denied.Count > 0)
        {
            foreach (var rule in _schema.Access.Of(field))
            {
                if (_denied.Contains(rule))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Note(ObjectSelection target, string fieldName)
    {
        if (_schema.Access.All.IsEmpty)
        {
            return;
        }

        foreach (var type in target.Types)
        {
            if (type.Field(fieldName) is { } field)
            {
                foreach (var rule in _schema.Access.Of(field))
                {
                    AccessRules.Add(rule);
                }
            }
        }
    }

    // Values that only the gateway may see, such as hidden enum values, must not pass to clients.
    private GraphType ClientType(FusionField field)
        => _schema.Client.Type(field.DeclaringType.Name) is ComplexType type && type.Field(field.Name) is { } definition ? definition.Type : field.Type;

    private List<Collected> Collect(SelectionSet set, FusionType type, List<(SelectionSetNode Node, Condition Condition, DeferSite? Defer)> nodes)
    {
        var fields = new List<Collected>();
        foreach (var (node, condition, defer) in nodes)
        {
            Collect(set, type, node, condition, defer, fields, []);
        }

        return fields;
    }

    private void Collect(
        SelectionSet set, FusionType type, SelectionSetNode node, Condition enclosing, DeferSite? defer, List<Collected> fields, ImmutableHashSet<string> visited)
    {
        _spend();
        foreach (var selection in node.Selections)
        {
            if (Conditions.Of(selection.Directives, enclosing) is not { } condition)
            {
                continue;
            }

            switch (selection)
            {
                case FieldNode field:
                    var found = fields.Find(f => f.ResponseName == field.ResponseName);
                    if (found is null)
                    {
                        fields.Add(found = new Collected(field.ResponseName));
                    }

                    found.Add(field, condition, defer);

                    break;
                case InlineFragmentNode fragment:
                    if (Applies(fragment.TypeCondition, type))
                    {
                        Collect(set, type, fragment.SelectionSet, condition, Defers?.Enter(set, fragment, defer, Conditions), fields, visited);
                    }

                    break;
                case FragmentSpreadNode spread:
                    var name = spread.Name.Value;
                    if (!visited.Contains(name) && _fragments.TryGetValue(name, out var definition) && Applies(definition.TypeCondition, type))
                    {
                        Collect(set, type, definition.SelectionSet, condition, Defers?.Enter(set, spread, defer, Conditions), fields, visited.Add(name));
                    }

                    break;
            }
        }
    }

    private bool Applies(NamedTypeNode? condition, FusionType type)
        => condition is null || (_schema.Type(condition.Name.Value) is { } conditionType && conditionType.IsPossible(type));

    private sealed class Collected(string responseName)
    {
        public string ResponseName { get; } = responseName;
        public List<(FieldNode Node, Condition Condition)> Nodes { get; } = [];
        public List<DeferSite?> Defers { get; } = [];

        public void Add(FieldNode node, Condition condition, DeferSite? defer)
        {
            for (var i = 0; i < Nodes.Count; i++)
            {
                if (Nodes[i] == (node, condition) && Defers[i] == defer)
                {
                    return;
                }
            }

            Nodes.Add((node, condition));
            Defers.Add(defer);
        }
    }
}
