using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>Writes the text of one fetch's operation and, along with it, the shape that its response will have.</summary>
internal sealed class FetchDocument
{
    private readonly Dictionary<(Selection, Requirement), string> _requirementVariables = [];
    private readonly FusionSchema _schema;
    private readonly OperationDefinitionNode _operation;
    private readonly ImmutableArray<string> _conditionVariables;
    private readonly FetchStep _step;
    private readonly int _source;
    private readonly StringBuilder _text = new();
    private readonly ResponseNames _names;
    private readonly SortedSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<KeyValue> _keys = [];

    public FetchDocument(FusionSchema schema, OperationDefinitionNode operation, ImmutableArray<string> conditionVariables, FetchStep step)
    {
        _schema = schema;
        _operation = operation;
        _conditionVariables = conditionVariables;
        _step = step;
        _source = step.Source!.Id;
        _names = new ResponseNames(step);
        Shape = step.Lookup is { } lookup ? WriteLookup(lookup) : new PositionShape { Single = WriteObject(step.Target) };
        Text = Header() + _text;
    }

    public string Text { get; }

    public PositionShape Shape { get; }

    /// <summary>The client's variables in use, in name order.</summary>
    public IEnumerable<string> Variables => _used;

    public IReadOnlyList<KeyValue> Keys => _keys;

    /// <summary>What the representations of an <c>_entities</c> fetch consist of besides their key; null for other fetches.</summary>
    public List<SelectionSetNode>? Required { get; private set; }

    private string Header()
    {
        var header = new StringBuilder(_step.Operation switch
        {
            OperationKind.Query => "query",
            OperationKind.Mutation => "mutation",
            _ => "subscription",
        });
        if (_operation.Name is { } name)
        {
            header.Append(' ').Append(name.Value);
        }

        if (_used.Count + _keys.Count > 0 || Required is not null)
        {
            header.Append('(');
            var first = true;
            foreach (var variable in _operation.Variables)
            {
                if (_used.Contains(variable.Variable.Name.Value))
                {
                    header.Append(first ? "$" : ",$").Append(variable.Variable.Name.Value).Append(':').Append(Printer.PrintCompact(variable.Type));
                    if (variable.DefaultValue is { } value)
                    {
                        header.Append('=').Append(Printer.PrintCompact(value));
                    }

                    first = false;
                }
            }

            foreach (var (key, type, _, _) in _keys)
            {
                header.Append(first ? "$" : ",$").Append(key).Append(':').Append(type);
                first = false;
            }

            if (Required is not null)
            {
                header.Append(first ? "$" : ",$").Append(Representations).Append(":[_Any!]!");
            }

            header.Append(')');
        }

        return header.ToString();
    }

    /// <summary>The variable that carries representations; a name that no client variable has.</summary>
    public string Representations
    {
        get
        {
            var name = "representations";
            for (var i = 1; _operation.Variables.Any(v => v.Variable.Name.Value == name); i++)
            {
                name = $"representations_{i}";
            }

            return name;
        }
    }

    private PositionShape WriteEntities(Lookup lookup)
    {
        Required = [];
        _text.Append("{_entities(representations:$").Append(Representations).Append("){... on ").Append(lookup.ReturnType.Name);
        var shape = _step.Target.IsUntyped
            ? WriteTypes(_step.Target.Set, _step.Target.Set.Objects.FindAll(_step.Reaches), lookup.ReturnType, lookup.ReturnType.PossibleTypesIn(_source))
            : new PositionShape { Single = WriteObject(_step.Target) };
        _text.Append("}}");
        return shape;
    }

    private PositionShape WriteLookup(Lookup lookup)
    {
        if (lookup.IsEntities)
        {
            return WriteEntities(lookup);
        }

        foreach (var field in lookup.Steps)
        {
            _text.Append('{').Append(field.Field);
            var first = true;
            foreach (var argument in field.Arguments)
            {
                var variable = KeyVariable($"k_{argument.Name}", Printer.PrintCompact(argument.Type), argument.Map);
                _text.Append(first ? '(' : ',').Append(argument.Name).Append(":$").Append(variable);
                first = false;
            }

            if (!first)
            {
                _text.Append(')');
            }
        }

        PositionShape shape;
        if (_step.Target.IsUntyped)
        {
            shape = WriteTypes(_step.Target.Set, _step.Target.Set.Objects.FindAll(_step.Reaches), lookup.ReturnType, lookup.ReturnType.PossibleTypesIn(_source));
        }
        else if (lookup.ReturnType == _step.Target.Type || lookup.ReturnType.InterfaceObjectSources.Contains(_source))
        {
            shape = new PositionShape { Single = WriteObject(_step.Target) };
        }
        else
        {
            var name = _step.Target.Type.Name;
            _names.Separate([_step.Target]);
            _text.Append("{__typename ... on ").Append(name);
            shape = new PositionShape { ByType = [(Encoding.UTF8.GetBytes($"\"{name}\""), WriteObject(_step.Target))] };
            _text.Append('}');
        }

        _text.Append('}', lookup.Steps.Length);
        return shape;
    }

    private ObjectShape WriteObject(ObjectSelection target)
    {
        _text.Append('{');
        var start = _text.Length;
        var shape = WriteFields(target);
        if (_text.Length == start)
        {
            _text.Append("__typename");
        }

        _text.Append('}');
        return shape;
    }

    private ObjectShape WriteFields(ObjectSelection target)
    {
        var selections = new List<Selection>(_step.Of(target));
        selections.Sort(static (a, b) => a.Slot.CompareTo(b.Slot));
        var properties = new ShapeProperty[selections.Count];
        for (var i = 0; i < properties.Length; i++)
        {
            if (i > 0)
            {
                _text.Append(' ');
            }

            properties[i] = WriteSelection(selections[i]);
        }

        return new ObjectShape { Object = target, Properties = properties, PassThrough = PassesThrough(target, properties) };
    }

    /// <summary>Whether every selection of the object comes from this fetch alone, in the client's order.</summary>
    private bool PassesThrough(ObjectSelection target, ShapeProperty[] properties)
    {
        if (target.Set.Parent is null || target.IsUntyped || target.TypedBy is not null || target.Set.Objects.Count > 1 || target.Steps.Count != 1 || properties.Length != target.Selections.Count || properties.Length == 0)
        {
            return false;
        }

        for (var i = 0; i < properties.Length; i++)
        {
            var selection = properties[i].Selection;
            if (selection != target.Selections[i] || selection.Group != target.Set.Parent.Group || _names.Of(selection) != selection.ResponseName || selection.IsInternal || selection.AlwaysFetched || !selection.Conditions.IsEmpty || selection.Providers.Count > 1
                || (selection.Children is not null && properties[i].Children?.Single is not { PassThrough: true }))
            {
                return false;
            }
        }

        return true;
    }

    private ShapeProperty WriteSelection(Selection selection)
    {
        var conditions = selection.FetchConditions;
        PositionShape? children = null;
        if (conditions.IsEmpty)
        {
            children = WriteField(selection, "");
        }
        else
        {
            // Alternatives are repeated selections of one field: they merge (5.3.2).
            for (var i = 0; i < conditions.Length; i++)
            {
                if (i > 0)
                {
                    _text.Append(' ');
                }

                children = WriteConditional(selection, conditions[i]);
            }
        }

        return new ShapeProperty(selection, Encoding.UTF8.GetBytes($"\"{_names.Of(selection)}\":"), children);
    }

    private PositionShape? WriteConditional(Selection selection, Condition condition)
    {
        var includes = new List<string>();
        var skips = new List<string>();
        for (var i = 0; i < _conditionVariables.Length; i++)
        {
            var bit = 1UL << i;
            if ((condition.MustBeTrue & bit) != 0)
            {
                includes.Add(_conditionVariables[i]);
                _used.Add(_conditionVariables[i]);
            }
            else if ((condition.MustBeFalse & bit) != 0)
            {
                skips.Add(_conditionVariables[i]);
                _used.Add(_conditionVariables[i]);
            }
        }

        // Directives are not repeatable: further ones go on enclosing fragments.
        var wrappers = 0;
        while (Math.Max(includes.Count, skips.Count) > 1)
        {
            _text.Append("...").Append(Directives(Pop(includes), Pop(skips))).Append('{');
            wrappers++;
        }

        var children = WriteField(selection, Directives(Pop(includes), Pop(skips)));
        _text.Append('}', wrappers);
        return children;
    }

    private static string? Pop(List<string> names)
    {
        if (names.Count == 0)
        {
            return null;
        }

        var name = names[0];
        names.RemoveAt(0);
        return name;
    }

    private static string Directives(string? include, string? skip)
        => (include is null ? "" : $"@include(if:${include})") + (skip is null ? "" : $"@skip(if:${skip})");

    private PositionShape? WriteField(Selection selection, string directives)
    {
        var name = selection.Field?.In(_source)?.Name ?? selection.FieldName;
        if (_names.Of(selection) != name)
        {
            _text.Append(_names.Of(selection)).Append(':');
        }

        _text.Append(name);
        var first = true;
        foreach (var argument in selection.Arguments)
        {
            CollectVariables(argument.Value);
            _text.Append(first ? '(' : ',').Append(argument.Name.Value).Append(':').Append(Printer.PrintCompact(argument.Value));
            first = false;
        }

        if (_step.Requirements.TryGetValue(selection, out var requirements))
        {
            foreach (var requirement in requirements)
            {
                if (requirement.Argument is not { } argument)
                {
                    Required?.Add(requirement.Selection);
                    continue;
                }

                // A selection under several conditions is written once for each, with the same arguments.
                if (!_requirementVariables.TryGetValue((selection, requirement), out var variable))
                {
                    variable = KeyVariable($"r_{selection.FieldName}_{argument.Name}", Printer.PrintCompact(argument.Type), argument.Map, argument.IsContextual ? argument : null);
                    _requirementVariables.Add((selection, requirement), variable);
                }

                _text.Append(first ? '(' : ',').Append(argument.Name).Append(":$").Append(variable);
                first = false;
            }
        }

        if (!first)
        {
            _text.Append(')');
        }

        _text.Append(directives);
        return selection.Children is { } set ? WritePosition(set) : null;
    }

    private PositionShape WritePosition(SelectionSet set)
    {
        var reached = set.Objects.FindAll(_step.Reaches);
        var declared = set.TypeIn(_source);
        if (set.Untyped is { } untyped && _step.Reaches(untyped))
        {
            return new PositionShape { Single = WriteObject(untyped) };
        }

        if (set.Objects.Count == 1 && reached.Count == 1
            && (declared.Kind == TypeKind.Object || declared.InterfaceObjectSources.Contains(_source) || (reached[0].Types.Length > 1 && Fold(declared, set.PossibleTypesIn(_source), reached[0], reached[0].Types))))
        {
            return new PositionShape { Single = WriteObject(reached[0]) };
        }

        return WriteTypes(set, reached, declared, set.PossibleTypesIn(_source));
    }

    private PositionShape WriteTypes(SelectionSet set, List<ObjectSelection> reached, FusionType declared, ImmutableArray<FusionType> possible)
    {
        _names.Separate(reached);
        var byType = new List<(byte[] TypeName, ObjectShape Shape)>();
        var fragments = new List<(ObjectSelection Target, string Body, List<FusionType> Types)>();
        _text.Append("{__typename");
        var start = _text.Length;
        foreach (var target in reached)
        {
            var types = target.Types.Where(t => possible.Contains(t)).ToList();
            if (types.Count == 0)
            {
                continue;
            }

            var shape = _step.Of(target).All(s => s.IsTypeName) ? TypeNameOnly(target) : WriteObject(target);
            byType.AddRange(types.Select(t => (Encoding.UTF8.GetBytes($"\"{t.Name}\""), shape)));
            if (_text.Length > start)
            {
                var body = _text.ToString(start, _text.Length - start);
                _text.Length = start;
                var equal = fragments.FindIndex(f => f.Body == body);
                if (equal < 0)
                {
                    fragments.Add((target, body, types));
                }
                else
                {
                    fragments[equal].Types.AddRange(types);
                }
            }
        }

        WriteFragments(possible, declared, fragments);
        _text.Append('}');
        return new PositionShape { ByType = [.. byType] };
    }

    /// <summary>Writes what is selected of each type: equal selections once, on a type that stands for as many as possible.</summary>
    private void WriteFragments(ImmutableArray<FusionType> possible, FusionType declared, List<(ObjectSelection Target, string Body, List<FusionType> Types)> fragments)
    {
        if (fragments is [var only] && only.Types.Count > 1 && Fold(declared, possible, only.Target, only.Types))
        {
            _text.Append(' ').Append(only.Body, 1, only.Body.Length - 2);
            return;
        }

        foreach (var (target, body, types) in fragments)
        {
            var rest = types.ToList();
            if (rest.Count > 1)
            {
                foreach (var candidate in _schema.Types)
                {
                    if (candidate.Kind == TypeKind.Interface && candidate != declared && rest.Count(t => candidate.IsPossibleIn(_source, t)) > 1 && Fold(candidate, possible, target, rest))
                    {
                        _text.Append(" ... on ").Append(candidate.Name).Append(body);
                        rest.RemoveAll(t => candidate.IsPossibleIn(_source, t));
                    }
                }
            }

            foreach (var type in rest)
            {
                _text.Append(" ... on ").Append(type.Name).Append(body);
            }
        }
    }

    /// <summary>
    /// Whether selections of some object types can be written once on an interface: no other type of the position is one of it,
    /// and it declares every field as each of these types does.
    /// </summary>
    private bool Fold(FusionType type, ImmutableArray<FusionType> position, ObjectSelection target, IReadOnlyCollection<FusionType> types)
    {
        if (type.Kind != TypeKind.Interface || type.InterfaceObjectSources.Contains(_source))
        {
            return false;
        }

        foreach (var possible in position)
        {
            if (type.IsPossibleIn(_source, possible) && !types.Contains(possible))
            {
                return false;
            }
        }

        foreach (var selection in _step.Of(target))
        {
            if (selection.IsTypeName)
            {
                continue;
            }

            if (type.Field(selection.FieldName) is not { } field || field.In(_source) is not { IsPartial: false } common
                || _step.Requirements.ContainsKey(selection) || selection.Arguments.Any(a => field.Definition.Arguments.All(d => d.Name != a.Name.Value)))
            {
                return false;
            }

            foreach (var objectType in types)
            {
                if (type.IsPossibleIn(_source, objectType) && objectType.Field(selection.FieldName)?.In(_source) is var own && (own?.TypeText != common.TypeText || own.Name != common.Name))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private ObjectShape TypeNameOnly(ObjectSelection target) => new()
    {
        Object = target,
        Properties = [.. _step.Of(target).Select(s => new ShapeProperty(s, Encoding.UTF8.GetBytes($"\"{s.ResponseName}\":"), null))],
        PassThrough = false,
    };

    private string KeyVariable(string name, string type, SelectedValue map, RequiredArgument? contextual = null)
    {
        var unique = name;
        for (var i = 1; _keys.Exists(k => k.Name == unique) || _operation.Variables.Any(v => v.Variable.Name.Value == unique); i++)
        {
            unique = $"{name}_{i}";
        }

        _keys.Add(new KeyValue(unique, type, map, contextual));
        return unique;
    }

    private void CollectVariables(ValueNode value)
    {
        switch (value)
        {
            case VariableNode variable:
                _used.Add(variable.Name.Value);
                break;
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    CollectVariables(item);
                }

                break;
            case ObjectValueNode obj:
                foreach (var field in obj.Fields)
                {
                    CollectVariables(field.Value);
                }

                break;
        }
    }
}

/// <summary>A variable of a fetch that is filled with values of the result.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type, as text.</param>
/// <param name="Map">How the value is made.</param>
/// <param name="Contextual">The argument that takes it, when an enclosing object has the value; else null, and the entity has it.</param>
internal sealed record KeyValue(string Name, string Type, SelectedValue Map, RequiredArgument? Contextual);
