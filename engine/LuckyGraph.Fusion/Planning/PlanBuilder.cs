using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>Turns planned steps into the immutable plan: numbers blocks and slots, writes operations, merges equal fetches.</summary>
internal sealed class PlanBuilder(
    FusionSchema schema, OperationDefinitionNode operation, FieldCollector fields, List<FetchStep> steps, ObjectSelection root)
{
    private readonly List<ObjectSelection> _objects = [];
    private readonly Dictionary<FetchStep, ImmutableArray<Condition>> _conditionsOf = [];
    private readonly ImmutableArray<string> _conditionVariables = fields.Conditions.Names;

    public OperationPlan Build()
    {
        Number(root);
        var depths = new Dictionary<FetchStep, int>();
        var ordered = steps.ConvertAll(s => (Step: s, Node: Node(s), Depth: Depth(s, depths)));
        Sink(ordered);
        ordered.Sort(static (a, b) => a.Depth != b.Depth ? a.Depth.CompareTo(b.Depth) : a.Step.Index.CompareTo(b.Step.Index));

        var nodes = new List<FetchNode>();
        var nodeOf = new Dictionary<FetchStep, FetchNode>();
        var depthOf = new Dictionary<FetchNode, int>();
        foreach (var (step, node, depth) in ordered)
        {
            // Fetches of one depth never wait for each other, so equal ones may be one.
            var equal = step.Kind == FetchKind.Lookup
                ? nodes.Find(n => n.Kind == FetchKind.Lookup && depthOf[n] == depth && n.Source == node.Source && n.Group == node.Group && n.Document == node.Document
                    && n.DecidesExistence == node.DecidesExistence)
                : null;
            if (equal is null)
            {
                nodes.Add(node);
                depthOf.Add(node, depth);
                node.Id = nodes.Count;
                equal = node;
            }
            else
            {
                equal.Targets = [.. equal.Targets, .. node.Targets];
                equal.Conditions = equal.Conditions.IsEmpty || node.Conditions.IsEmpty
                    ? [] : node.Conditions.Aggregate(equal.Conditions, Conditions.Or);
            }

            nodeOf.Add(step, equal);
        }

        var dependencies = new Dictionary<FetchNode, SortedSet<int>>();
        foreach (var (step, _, _) in ordered)
        {
            if (!dependencies.TryGetValue(nodeOf[step], out var set))
            {
                dependencies.Add(nodeOf[step], set = []);
            }

            set.UnionWith(step.Dependencies.Concat(step.Predecessors).Select(d => nodeOf[d].Id));
        }

        var batches = Batch(nodes, depthOf, dependencies);
        foreach (var node in nodes)
        {
            node.Dependencies = [.. dependencies[node]];
        }

        foreach (var node in nodes)
        {
            node.Dependents = [.. nodes.Where(n => n.Dependencies.Contains(node.Id)).Select(n => n.Id - 1)];
        }

        var missing = Missing();
        return new OperationPlan
        {
            Operation = operation.Operation,
            OperationName = operation.Name?.Value,
            Fetches = [.. nodes],
            ConditionVariables = _conditionVariables,
            Batches = batches,
            Defers = fields.Defers,
            Root = root,
            Missing = missing,
            AccessRules = [.. fields.AccessRules],
            Objects = [.. _objects],
            Definition = operation,
        };
    }

    /// <summary>
    /// Moves fetches that nothing waits for down to the deepest equal one, so that they become one. The answer is not later for
    /// it: it waits for that one anyway.
    /// </summary>
    private static void Sink(List<(FetchStep Step, FetchNode Node, int Depth)> fetches)
    {
        var awaited = new HashSet<FetchStep>(fetches.SelectMany(f => f.Step.Dependencies.Concat(f.Step.Predecessors)));
        for (var i = 0; i < fetches.Count; i++)
        {
            var (step, node, depth) = fetches[i];
            if (step.Kind == FetchKind.Lookup && !awaited.Contains(step))
            {
                fetches[i] = (step, node, fetches.Max(f => f.Step.Kind == FetchKind.Lookup && f.Node.Source == node.Source && f.Node.Group == node.Group && f.Node.Document == node.Document ? f.Depth : depth));
            }
        }
    }

    /// <summary>Lets lookups of one depth in one schema travel as one request: a list where its server takes lists of requests, one operation otherwise.</summary>
    private static FetchBatch[] Batch(List<FetchNode> nodes, Dictionary<FetchNode, int> depthOf, Dictionary<FetchNode, SortedSet<int>> dependencies)
    {
        var batches = new List<FetchBatch>();
        foreach (var group in nodes.Where(FetchBatch.CanJoin).GroupBy(n => (n.Source, n.IsEntities, depthOf[n], n.Group)))
        {
            foreach (var members in group.Chunk(FetchBatch.TravelsInList(group.First()) ? nodes.Count : FetchBatch.MaxMerged))
            {
                if (members.Length == 1)
                {
                    continue;
                }

                // The fetches that they wait for are all less deep, so waiting for each other's cannot be circular.
                var all = new SortedSet<int>(members.SelectMany(m => dependencies[m]));
                foreach (var member in members)
                {
                    member.Batch = batches.Count;
                    dependencies[member] = all;
                }

                batches.Add(new FetchBatch(members));
            }
        }

        return [.. batches];
    }

    public static int Depth(FetchStep step, Dictionary<FetchStep, int> depths)
    {
        if (!depths.TryGetValue(step, out var depth))
        {
            // Marked while its predecessors are looked at: a fetch that waits for itself is a defect, not an endless recursion.
            depths.Add(step, -1);
            depth = 0;
            foreach (var previous in step.Dependencies.Concat(step.Predecessors))
            {
                depth = Math.Max(depth, Depth(previous, depths) + 1);
            }

            depths[step] = depth;
        }

        return depth >= 0 ? depth : throw new PlanningException("The fetches of the operation wait for each other.", GatewayErrorCodes.PlanningFailed);
    }

    /// <summary>What a block becomes that turns out to be no object.</summary>
    private ObjectSelection? Missing()
    {
        if (!steps.Exists(s => s.DecidesExistence))
        {
            return null;
        }

        var missing = new ObjectSelection(root.Set, root.Types) { IsUntyped = true, Id = _objects.Count };
        _objects.Add(missing);
        return missing;
    }

    private void Number(ObjectSelection target)
    {
        target.Id = _objects.Count;
        _objects.Add(target);
        target.Output = target.IsUntyped ? [] : [.. target.Selections.Where(s => !s.IsInternal)];
        target.TypeNameJson = target.Types.Length == 1 && !target.IsUntyped ? Encoding.UTF8.GetBytes($"\"{target.Type.Name}\"") : null;
        target.Capacity = target.Selections.Count;
        if (target.IsUntyped)
        {
            target.Capacity = Math.Max(target.Capacity, target.Set.Objects.Max(o => o.Selections.Count));
        }

        for (var i = 0; i < target.Selections.Count; i++)
        {
            target.Selections[i].Slot = i + 1;
        }

        foreach (var selection in target.Selections)
        {
            // What was read before the type was known shares the position with what it moves to.
            if (target.IsUntyped || selection.Children is not { } set)
            {
                continue;
            }

            foreach (var child in set.Objects)
            {
                Number(child);
            }

            if (set.Untyped is { } untyped)
            {
                Number(untyped);
            }
        }
    }

    private FetchNode Node(FetchStep step)
    {
        if (step.Kind is FetchKind.Introspection or FetchKind.Node)
        {
            return step.Kind == FetchKind.Node ? Nodes(step) : Introspection(step);
        }

        var text = new FetchDocument(schema, operation, _conditionVariables, step);
        var keys = text.Keys.Select(k => Key(step.Target, k));
        if (step.Lookup is { IsEntities: true } entities)
        {
            var representation = RepresentationTemplate.Compile(schema, entities, text.Required!, step.Target);
            keys = [new KeyVariable(text.Representations, Encoding.UTF8.GetBytes($"\"{text.Representations}\":"), true, representation, representation.Text), .. keys];
        }

        return new FetchNode
        {
            Kind = step.Kind,
            Source = step.Source,
            Document = text.Text,
            BodyPrefix = RootFieldText.Body(text.Text),
            Variables = Forward(text.Variables),
            ResponsePath = step.Lookup switch
            {
                { IsEntities: true } => ["_entities"u8.ToArray()],
                { } lookup => [.. lookup.Steps.Select(s => Encoding.UTF8.GetBytes(s.Field))],
                null => [],
            },
            IsEntities = step.Lookup is { IsEntities: true },
            Targets = [Target(step, text.Shape, [.. keys])],
            DecidesExistence = step.DecidesExistence,
            Conditions = ConditionsOf(step),
            Group = step.Group,
            IsMutation = step.Operation == OperationKind.Mutation,
        };
    }

    private KeyVariable Key(ObjectSelection target, KeyValue key)
    {
        var (scope, depth) = (target, -1);
        if (key.Contextual is { } argument)
        {
            scope = OperationPlanner.Setter(schema, target, argument)!;
            for (var at = scope; at is not null; at = at.Set.Parent?.Parent)
            {
                depth++;
            }
        }

        return new KeyVariable(key.Name, Encoding.UTF8.GetBytes($"\"{key.Name}\":"), key.Type.EndsWith('!'), ValueTemplate.Compile(schema, key.Map, [scope]), key.Map.ToString()) { Depth = depth };
    }

    /// <summary>When a fetch is made: when the client wants something of it, or a fetch is made that waits for its values.</summary>
    private ImmutableArray<Condition> ConditionsOf(FetchStep step)
    {
        if (_conditionsOf.TryGetValue(step, out var known))
        {
            return known;
        }

        // A lookup that tells an object's type, or whether it exists, serves all who see the object.
        var serves = step.Kind == FetchKind.Lookup && !step.DecidesExistence && !step.Target.IsUntyped;
        var conditions = ImmutableArray<Condition>.Empty;
        var isConditional = step.Of(step.Target).All(s => Include(s.IsInternal && serves ? null : serves ? s.Conditions : s.FetchConditions))
            && (!serves || steps.TrueForAll(s => !s.Dependencies.Contains(step) || Include(ConditionsOf(s))));
        conditions = isConditional ? conditions : [];
        _conditionsOf.Add(step, conditions);
        return conditions;

        // False once there is something without conditions.
        bool Include(ImmutableArray<Condition>? more)
        {
            if (more is { } alternatives)
            {
                conditions = conditions.IsEmpty ? alternatives : alternatives.Aggregate(conditions, Conditions.Or);
                return !conditions.IsEmpty && !alternatives.IsEmpty;
            }

            return true;
        }
    }

    private static FetchTarget Target(FetchStep step, PositionShape shape, KeyVariable[] keys)
    {
        var path = new List<Selection>();
        for (var at = step.Target.Set.Parent; at is not null; at = at.Parent.Set.Parent)
        {
            path.Insert(0, at);
        }

        return new FetchTarget
        {
            Object = step.Target,
            Path = [.. path],
            Shape = shape,
            Fields = [.. step.Of(step.Target).Where(s => !s.IsInternal).OrderBy(s => s.Slot)],
            Keys = keys,
        };
    }

    private FetchNode Nodes(FetchStep step)
    {
        var selection = step.Of(step.Target)[0];
        var argument = selection.Arguments[0];
        var used = new SortedSet<string>(StringComparer.Ordinal);
        Collect(argument.Value, used, []);
        var definition = new OperationDefinitionNode
        {
            Operation = OperationKind.Query,
            Variables = [.. operation.Variables.Where(v => used.Contains(v.Variable.Name.Value))],
            SelectionSet = new SelectionSetNode
            {
                Selections = [new FieldNode { Name = new Name(selection.FieldName), Arguments = [argument] }],
            },
        };
        return new FetchNode
        {
            Kind = FetchKind.Node,
            Document = Printer.PrintCompact(new DocumentNode { Definitions = [definition] }),
            BodyPrefix = [],
            Variables = Forward(used),
            ResponsePath = [],
            Targets = [Target(step, new PositionShape(), [])],
            Conditions = ConditionsOf(step),
            Nodes = new NodeIds(
                selection, argument.Value,
                operation.Variables.Where(v => v.DefaultValue is not null).ToDictionary(v => v.Variable.Name.Value, v => v.DefaultValue!, StringComparer.Ordinal),
                selection.Children!.Objects.Where(step.Reaches).ToDictionary(o => o.Type.Name, o => (o, step.Of(o)[0]), StringComparer.Ordinal)),
        };
    }

    private FetchNode Introspection(FetchStep step)
    {
        // The engine executes these fields as the client wrote them, fragments included.
        var selections = step.Of(step.Target);
        var used = new SortedSet<string>(StringComparer.Ordinal);
        var fragments = new List<FragmentDefinitionNode>();
        foreach (var selection in selections)
        {
            foreach (var (node, _) in selection.Nodes)
            {
                Collect(node, used, fragments);
            }
        }

        var definition = new OperationDefinitionNode
        {
            Operation = OperationKind.Query,
            Variables = [.. operation.Variables.Where(v => used.Contains(v.Variable.Name.Value))],
            SelectionSet = new SelectionSetNode { Selections = [.. selections.SelectMany(s => s.Nodes.Select(n => (SelectionNode)n.Node))] },
        };
        var text = Printer.PrintCompact(new DocumentNode { Definitions = [definition, .. fragments] });
        var shape = new ObjectShape
        {
            Object = step.Target,
            Properties = [.. selections.Select(s => new ShapeProperty(s, Encoding.UTF8.GetBytes($"\"{s.ResponseName}\":"), null))],
            PassThrough = false,
        };
        return new FetchNode
        {
            Kind = FetchKind.Introspection,
            Document = text,
            BodyPrefix = [],
            Variables = Forward(used),
            ResponsePath = [],
            Targets = [Target(step, new PositionShape { Single = shape }, [])],
            Conditions = ConditionsOf(step),
        };
    }

    private void Collect(SyntaxNode node, SortedSet<string> variables, List<FragmentDefinitionNode> fragments)
    {
        switch (node)
        {
            case FieldNode field:
                foreach (var argument in field.Arguments)
                {
                    Collect(argument.Value, variables, fragments);
                }

                if (field.SelectionSet is not null)
                {
                    Collect(field.SelectionSet, variables, fragments);
                }

                break;
            case SelectionSetNode set:
                foreach (var selection in set.Selections)
                {
                    Collect(selection, variables, fragments);
                }

                break;
            case InlineFragmentNode fragment:
                Collect(fragment.SelectionSet, variables, fragments);
                break;
            case FragmentSpreadNode spread when fields.Fragment(spread.Name.Value) is { } definition:
                if (!fragments.Contains(definition))
                {
                    fragments.Add(definition);
                    Collect(definition.SelectionSet, variables, fragments);
                }

                break;
            case VariableNode variable:
                variables.Add(variable.Name.Value);
                break;
        }

        if (node is SelectionNode { Directives: var directives })
        {
            foreach (var directive in directives)
            {
                foreach (var argument in directive.Arguments)
                {
                    Collect(argument.Value, variables, fragments);
                }
            }
        }
    }

    private static ForwardedVariable[] Forward(IEnumerable<string> names)
        => [.. names.Select(n => new ForwardedVariable(n, Encoding.UTF8.GetBytes($"\"{n}\":")))];
}
