using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Reads and checks <c>@key</c>, <c>@requires</c> and <c>@provides</c> of one Federation schema, and how it uses the other directives.</summary>
internal sealed class FederationRules
{
    private readonly SourceDocument _schema;
    private readonly CompositionLog _log;
    private readonly HashSet<SourceFieldDefinition> _used = [];

    private FederationRules(SourceDocument schema, CompositionLog log)
    {
        _schema = schema;
        _log = log;
    }

    public static void Check(SourceDocument schema, CompositionLog log)
    {
        var rules = new FederationRules(schema, log);
        ContextRules.Check(schema, rules._used, log);
        foreach (var type in schema.OrderedTypes)
        {
            rules.CheckKeys(type);
            foreach (var field in type.Fields)
            {
                rules.CheckField(type, field);
            }
        }

        foreach (var type in schema.OrderedTypes)
        {
            foreach (var key in type.Keys)
            {
                SourceKeyRules.MarkKeyMembers(schema, type, key);
                if (type.Kind == TypeKind.Interface)
                {
                    foreach (var possible in schema.PossibleTypes(type))
                    {
                        SourceKeyRules.MarkKeyMembers(schema, possible, key);
                    }
                }
            }
        }

        rules.CheckExternal();
    }

    private void CheckKeys(SourceType type)
    {
        foreach (var directive in type.Directives)
        {
            switch (directive.Name.Value)
            {
                case FederationDirectives.Key:
                    if (Parse(type.Name, "key", directive, CompositionCodes.KeyInvalidFieldsType, CompositionCodes.KeyInvalidSyntax) is { } key
                        && CheckSelection(type, key, directive, $"@key of \"{type.Name}\"", type.Name, CompositionCodes.KeyInvalidFields))
                    {
                        SourceSelections.Visit(_schema, type, key, _used);
                        type.Keys.Add(key);
                        if (CompositeDirectives.Argument(directive, "resolvable") is not BooleanValueNode { Value: false })
                        {
                            type.ResolvableKeys.Add(key);
                        }
                    }

                    break;
            }
        }

        if (type.IsInterfaceObject && type.Keys.Count == 0)
        {
            _log.Error(
                CompositionCodes.InterfaceObjectUsageError, type.Name,
                $"The type \"{type.Name}\" in schema \"{_schema.Name}\" is an @interfaceObject without @key, so its objects cannot be told apart. Add the key of the interface.",
                _schema, type.Node);
        }
    }

    private void CheckField(SourceType type, SourceFieldDefinition field)
    {
        foreach (var directive in field.Node.Directives)
        {
            switch (directive.Name.Value)
            {
                case FederationDirectives.Requires:
                    if (Parse(field.Coordinate, "requires", directive, CompositionCodes.RequiresInvalidFieldsType, CompositionCodes.RequiresInvalidFields) is { } required
                        && CheckSelection(type, required, directive, $"@requires of \"{field.Coordinate}\"", field.Coordinate, CompositionCodes.RequiresInvalidFields))
                    {
                        SourceSelections.Visit(_schema, type, required, _used);
                        field.Requires = required;
                        CheckLeavesExternal(type, field, required, directive);
                    }

                    break;
                case FederationDirectives.Provides:
                    CheckProvides(field, directive);
                    break;
                case FederationDirectives.External when type.Kind == TypeKind.Interface && !type.IsInterfaceObject:
                    _log.Error(
                        CompositionCodes.ExternalOnInterface, field.Coordinate,
                        $"The interface field \"{field.Coordinate}\" in schema \"{_schema.Name}\" is @external. Interface fields are resolved by the implementing types: put the directive there.",
                        _schema, field.Node);
                    break;
                case FederationDirectives.Override:
                    CheckOverride(field, directive);
                    break;
            }
        }
    }

    private void CheckOverride(SourceFieldDefinition field, DirectiveNode directive)
    {
        if (field.OverrideFrom == _schema.Name)
        {
            _log.Error(
                CompositionCodes.OverrideFromSelf, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{_schema.Name}\" overrides itself. Name the schema that the field moves from.", _schema, directive);
        }

        if (field.IsExternal)
        {
            _log.Error(
                CompositionCodes.ExternalOverrideCollision, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{_schema.Name}\" is @external and has @override. A schema either takes a field over or leaves it to another: remove one of the two.",
                _schema, directive);
        }

        if (field.OverrideLabel is { } label && !OverrideLabels.IsValid(label))
        {
            _log.Error(
                CompositionCodes.OverrideLabelInvalid, field.Coordinate,
                $"The @override label \"{label}\" of \"{field.Coordinate}\" in schema \"{_schema.Name}\" is neither percent(0) to percent(100) nor a name of letters, digits, _, -, :, . and / that starts with a letter.",
                _schema, directive);
        }
    }

    private void CheckProvides(SourceFieldDefinition field, DirectiveNode directive)
    {
        if (_schema.Type(TypeNodes.NamedOf(field.Type)) is not { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union } returned)
        {
            _log.Error(
                CompositionCodes.ProvidesOnNonCompositeField, field.Coordinate,
                $"The field \"{field.Coordinate}\" in schema \"{_schema.Name}\" has @provides, but its type \"{TypeNodes.Print(field.Type)}\" has no fields. Remove the directive.",
                _schema, directive);
            return;
        }

        if (Parse(field.Coordinate, "provides", directive, CompositionCodes.ProvidesInvalidFieldsType, CompositionCodes.ProvidesInvalidSyntax) is { } provided
            && CheckSelection(returned, provided, directive, $"@provides of \"{field.Coordinate}\"", field.Coordinate, CompositionCodes.ProvidesInvalidFields))
        {
            var selected = new HashSet<SourceFieldDefinition>();
            SourceSelections.Visit(_schema, returned, provided, selected);
            _used.UnionWith(selected);
            foreach (var leaf in selected)
            {
                leaf.IsProvided = leaf.IsExternal;
            }

            field.Provides = provided;
        }
    }

    private void CheckLeavesExternal(SourceType type, SourceFieldDefinition field, SelectionSetNode required, DirectiveNode directive)
    {
        var selected = new HashSet<SourceFieldDefinition>();
        SourceSelections.Visit(_schema, type, required, selected);
        if (!selected.Any(f => f.IsExternal || f.Schema.Type(TypeNodes.NamedOf(f.Type)) is { Kind: TypeKind.Interface or TypeKind.Union }))
        {
            _log.Error(
                CompositionCodes.RequiresFieldsMissingExternal, field.Coordinate,
                $"The @requires \"{SelectionText.Print(required)}\" of \"{field.Coordinate}\" in schema \"{_schema.Name}\" selects no @external field. Mark what other schemas resolve @external, or drop the directive.",
                _schema, directive);
        }
    }

    // External Unused: an external field that neither a key, a requirement, @provides nor an interface needs.
    private void CheckExternal()
    {
        foreach (var type in _schema.OrderedTypes)
        {
            if (type.Kind != TypeKind.Object && !type.IsInterfaceObject)
            {
                continue;
            }

            foreach (var field in type.Fields.ToArray())
            {
                if (!field.IsExternal || field.IsKeyMember || _used.Contains(field))
                {
                    continue;
                }

                var implements = _schema.AllInterfaces(type).Any(i => _schema.Type(i)?.Field(field.Name) is not null);
                if (!_schema.IsFederation1 && !implements && !CompositeDirectives.Has(type.Directives, FederationDirectives.External))
                {
                    _log.Error(
                        CompositionCodes.ExternalUnused, field.Coordinate,
                        $"The field \"{field.Coordinate}\" in schema \"{_schema.Name}\" is @external, but no @key, @requires, @provides or @fromContext of that schema selects it. Remove the field, or the directive when the schema resolves it.",
                        _schema, field.Node);
                }
                else
                {
                    type.Fields.Remove(field);
                }
            }
        }
    }

    private SelectionSetNode? Parse(string coordinate, string name, DirectiveNode directive, string typeCode, string syntaxCode)
    {
        // Federation 1 servers may have printed the selection as an enum value or a list of strings.
        var text = CompositeDirectives.Argument(directive, "fields") switch
        {
            StringValueNode value => value.Value,
            EnumValueNode value => value.Value,
            ListValueNode list when list.Values.All(v => v is StringValueNode) => string.Join(' ', list.Values.Select(v => ((StringValueNode)v).Value)),
            _ => null,
        };
        if (text is null)
        {
            _log.Error(
                typeCode, coordinate,
                $"A @{name} of \"{coordinate}\" in schema \"{_schema.Name}\" has no string as its argument \"fields\". Write a selection such as @{name}(fields: \"id\").", _schema, directive);
            return null;
        }

        try
        {
            return Parser.ParseSelectionSet(text);
        }
        catch (GraphQLSyntaxException e)
        {
            _log.Error(
                syntaxCode, coordinate,
                $"The @{name} \"{text}\" of \"{coordinate}\" in schema \"{_schema.Name}\" is no selection set: {e.Message}", _schema, directive);
            return null;
        }
    }

    private bool CheckSelection(SourceType type, SelectionSetNode selection, DirectiveNode directive, string what, string coordinate, string code)
    {
        foreach (var node in selection.Selections)
        {
            string? problem = null;
            switch (node)
            {
                case { Directives.IsEmpty: false }:
                    problem = "contains a directive. Select plain fields";
                    break;
                case FieldNode { Name.Value: "__typename" }:
                    break;
                case FieldNode selected when type.Field(selected.Name.Value) is { } field:
                    var below = _schema.Type(TypeNodes.NamedOf(field.Type));
                    var isComposite = below?.Kind is TypeKind.Object or TypeKind.Interface or TypeKind.Union;
                    if (isComposite != selected.SelectionSet is not null)
                    {
                        problem = isComposite ? $"selects \"{field.Coordinate}\" without a selection of its fields" : $"selects fields of \"{field.Coordinate}\", which has none";
                    }
                    else if (selected.Arguments.FirstOrDefault(a => field.Argument(a.Name.Value) is null) is { } unknown)
                    {
                        problem = $"gives \"{field.Coordinate}\" the argument \"{unknown.Name.Value}\", which it does not have";
                    }
                    else if (field.Arguments.FirstOrDefault(a => a.IsRequired && !a.IsFilled && !selected.Arguments.Any(s => s.Name.Value == a.Name)) is { } missing)
                    {
                        problem = $"selects \"{field.Coordinate}\" without its argument \"{missing.Name}\"";
                    }
                    else if (code == CompositionCodes.KeyInvalidFields && (!selected.Arguments.IsEmpty || below?.Kind == TypeKind.Union || below is { Kind: TypeKind.Interface, IsInterfaceObject: false }))
                    {
                        problem = $"selects \"{field.Coordinate}\", and fields with arguments, interfaces and unions cannot be part of a key";
                    }
                    else if (selected.SelectionSet is { } children && !CheckSelection(below!, children, directive, what, coordinate, code))
                    {
                        return false;
                    }

                    break;
                case FieldNode selected:
                    problem = $"selects \"{type.Name}.{selected.Name.Value}\", which the schema does not declare. Declare it, with @external when another schema resolves it";
                    break;
                case InlineFragmentNode fragment when fragment.TypeCondition is null || _schema.Type(fragment.TypeCondition.Name.Value) is not null:
                    if (!CheckSelection(fragment.TypeCondition is { } condition ? _schema.Type(condition.Name.Value)! : type, fragment.SelectionSet, directive, what, coordinate, code))
                    {
                        return false;
                    }

                    break;
                default:
                    problem = "contains a fragment on a type that the schema does not declare";
                    break;
            }

            if (problem is not null)
            {
                _log.Error(code, coordinate, $"The {what} in schema \"{_schema.Name}\" {problem}.", _schema, directive);
                return false;
            }
        }

        return true;
    }
}
