using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>The names of the Composite Schemas specification's directives and built-in scalars.</summary>
internal static class CompositeDirectives
{
    public const string Lookup = "lookup";
    public const string Internal = "internal";
    public const string Inaccessible = "inaccessible";
    public const string Is = "is";
    public const string Require = "require";
    public const string Key = "key";
    public const string Shareable = "shareable";
    public const string Provides = "provides";
    public const string External = "external";
    public const string Override = "override";
    public const string FieldSelectionMap = "FieldSelectionMap";
    public const string FieldSelectionSet = "FieldSelectionSet";

    public static readonly ImmutableArray<string> All
        = [Lookup, Internal, Inaccessible, Is, Require, Key, Shareable, Provides, External, Override];

    public static bool Has(ImmutableArray<DirectiveNode> directives, string name) => Find(directives, name) is not null;

    public static DirectiveNode? Find(ImmutableArray<DirectiveNode> directives, string name)
    {
        foreach (var directive in directives)
        {
            if (directive.Name.Value == name)
            {
                return directive;
            }
        }

        return null;
    }

    public static ValueNode? Argument(DirectiveNode directive, params ReadOnlySpan<string> names)
    {
        foreach (var argument in directive.Arguments)
        {
            if (names.Contains(argument.Name.Value))
            {
                return argument.Value;
            }
        }

        return null;
    }
}

/// <summary>A source schema as composition sees it: its definitions with extensions folded in.</summary>
internal sealed class SourceDocument(SourceSchemaInput input, DocumentNode document)
{
    private readonly Dictionary<SourceType, IReadOnlyList<SourceType>> _possibleTypes = [];

    public SourceSchemaInput Input { get; } = input;
    public string Name => Input.Name;
    public bool IsApollo => Input.Kind == SourceSchemaKind.Apollo;

    /// <summary>Whether it is a Federation schema without a link to Federation 2.</summary>
    public bool IsFederation1 { get; init; }

    /// <summary>Whether it stands for the event bus: its subscriptions are topics, and it has no server.</summary>
    public bool IsEventStream { get; set; }

    public DocumentNode Document { get; } = document;
    public Dictionary<string, SourceType> Types { get; } = new(StringComparer.Ordinal);
    public Dictionary<OperationKind, string> Roots { get; } = [];
    public bool HasSchemaDefinition { get; set; }
    public List<DirectiveDefinitionNode> Directives { get; } = [];

    /// <summary>All types in name order; to be read once the schema is loaded.</summary>
    public SourceType[] OrderedTypes
    {
        get => field ??= [.. Types.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];
        private set;
    }

    public SourceType? Type(string name) => Types.GetValueOrDefault(name);

    /// <summary>Takes a type out that nothing refers to.</summary>
    public void Remove(SourceType type)
    {
        Types.Remove(type.Name);
        OrderedTypes = null!;
    }

    /// <summary>The object types a composite type can be in this schema alone, in name order.</summary>
    public IReadOnlyList<SourceType> PossibleTypes(SourceType type)
    {
        if (!_possibleTypes.TryGetValue(type, out var possible))
        {
            possible = type.Kind switch
            {
                TypeKind.Object => [type],
                TypeKind.Interface => [.. OrderedTypes.Where(t => t.Kind == TypeKind.Object && Implements(t, type.Name))],
                TypeKind.Union => [.. type.Members.Order(StringComparer.Ordinal).Select(Type).OfType<SourceType>()],
                _ => [],
            };
            _possibleTypes.Add(type, possible);
        }

        return possible;
    }

    /// <summary>The interfaces a type implements, directly or through another interface, in name order.</summary>
    public IEnumerable<string> AllInterfaces(SourceType type)
    {
        var all = new SortedSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>(type.Interfaces);
        while (pending.TryPop(out var name))
        {
            if (all.Add(name) && Type(name) is { } inherited)
            {
                foreach (var further in inherited.Interfaces)
                {
                    pending.Push(further);
                }
            }
        }

        return all;
    }

    /// <summary>Whether a type implements an interface, directly or through another interface.</summary>
    public bool Implements(SourceType type, string interfaceName)
        => type.Interfaces.Count > 0 && (type.Interfaces.Contains(interfaceName) || AllInterfaces(type).Contains(interfaceName));
}

/// <summary>A type of one source schema.</summary>
internal sealed class SourceType(SourceDocument schema, string name, TypeKind kind, TypeDefinitionNode node)
{
    public SourceDocument Schema { get; } = schema;
    public string Name { get; } = name;
    public TypeKind Kind { get; set; } = kind;
    public TypeDefinitionNode Node { get; } = node;
    public StringValueNode? Description { get; set; }
    public ImmutableArray<DirectiveNode> Directives { get; set; } = [];
    public List<string> Interfaces { get; } = [];
    public List<SourceFieldDefinition> Fields { get; } = [];
    public List<string> Members { get; } = [];
    public List<EnumValueDefinitionNode> Values { get; } = [];
    public List<InputValueDefinitionNode> InputFields { get; } = [];

    public bool IsInternal { get; set; }
    public bool IsInaccessible { get; set; }
    public bool IsShareable { get; set; }

    /// <summary>Whether it is an object type that stands for an interface of other schemas; <see cref="Kind"/> is then that of the interface.</summary>
    public bool IsInterfaceObject { get; set; }

    /// <summary>The valid keys: those written with <c>@key</c> here.</summary>
    public List<SelectionSetNode> Keys { get; } = [];

    /// <summary>Those of <see cref="Keys"/> by which <c>_entities</c> finds objects of the type in this Federation schema.</summary>
    public List<SelectionSetNode> ResolvableKeys { get; } = [];

    public bool IsRoot => Schema.Roots.ContainsValue(Name);

    public SourceFieldDefinition? Field(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return field;
            }
        }

        return null;
    }

    public InputValueDefinitionNode? InputField(string name)
    {
        foreach (var field in InputFields)
        {
            if (field.Name.Value == name)
            {
                return field;
            }
        }

        return null;
    }
}

/// <summary>A field of an object or interface type of one source schema.</summary>
internal sealed class SourceFieldDefinition(SourceType type, FieldDefinitionNode node)
{
    public SourceType DeclaringType { get; } = type;
    public SourceDocument Schema => DeclaringType.Schema;
    public FieldDefinitionNode Node { get; } = node;
    public string Name => Node.Name.Value;
    public string Coordinate => $"{DeclaringType.Name}.{Name}";
    public TypeNode Type => Node.Type;
    public ImmutableArray<SourceArgument> Arguments { get; } = [.. node.Arguments.Select(a => new SourceArgument(a))];

    public bool IsLookup { get; } = CompositeDirectives.Has(node.Directives, CompositeDirectives.Lookup);
    public bool IsInternal { get; } = type.IsInternal || CompositeDirectives.Has(node.Directives, CompositeDirectives.Internal);
    public bool IsInaccessible { get; } = CompositeDirectives.Has(node.Directives, CompositeDirectives.Inaccessible);
    public bool IsExternal { get; } = CompositeDirectives.Has(node.Directives, CompositeDirectives.External);
    public bool IsShareable { get; } = type.IsShareable || CompositeDirectives.Has(node.Directives, CompositeDirectives.Shareable);
    public string? OverrideFrom { get; }
        = CompositeDirectives.Find(node.Directives, CompositeDirectives.Override) is { } directive
            ? (CompositeDirectives.Argument(directive, "from") as StringValueNode)?.Value
            : null;

    /// <summary>The label under which it overrides; null when it always does.</summary>
    public string? OverrideLabel { get; }
        = CompositeDirectives.Find(node.Directives, CompositeDirectives.Override) is { } labelled
            ? (CompositeDirectives.Argument(labelled, "label") as StringValueNode)?.Value
            : null;

    /// <summary>The label under which another schema's override is active; the schema has the field only while it is not.</summary>
    public string? OverriddenLabel { get; set; }

    /// <summary>What the representation of its entity must bring (<c>@requires</c>).</summary>
    public SelectionSetNode? Requires { get; set; }

    /// <summary>Whether a key of the declaring type selects it; such fields are shareable by default.</summary>
    public bool IsKeyMember { get; set; }

    /// <summary>Whether another schema has taken the field over with <c>@override</c>.</summary>
    public bool IsOverridden { get; set; }

    /// <summary>Whether a Federation schema resolves it below some field, although it is external; the owner must then share it.</summary>
    public bool IsProvided { get; set; }

    /// <summary>Whether another schema's <c>@override</c> names its schema, with a label or without.</summary>
    public bool IsTakenOver { get; set; }

    /// <summary>The valid selection of its <c>@provides</c>.</summary>
    public SelectionSetNode? Provides { get; set; }

    /// <summary>The topic that feeds it, of a schema that stands for the event bus.</summary>
    public string? EventTopic { get; set; }

    public SourceArgument? Argument(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument;
            }
        }

        return null;
    }
}

/// <summary>An argument of a field of one source schema.</summary>
internal sealed class SourceArgument(InputValueDefinitionNode node)
{
    public InputValueDefinitionNode Node { get; } = node;
    public string Name => Node.Name.Value;
    public TypeNode Type => Node.Type;
    public bool IsRequired => Node.Type is NonNullTypeNode && Node.DefaultValue is null;
    public bool IsInaccessible { get; } = CompositeDirectives.Has(node.Directives, CompositeDirectives.Inaccessible);
    public bool HasRequire { get; } = CompositeDirectives.Has(node.Directives, CompositeDirectives.Require);
    public bool HasIs { get; } = CompositeDirectives.Has(node.Directives, CompositeDirectives.Is);

    /// <summary>The parsed map of <c>@require</c>; null without it or when it is not valid.</summary>
    public SelectedValue? Require { get; set; }

    /// <summary>The value of an enclosing object that fills it (Federation's <c>@fromContext</c>); null without it or when it is not valid.</summary>
    public ContextValue? Context { get; set; }

    /// <summary>Whether the gateway fills it, and clients do not see it.</summary>
    public bool IsFilled => HasRequire || Context is not null;

    /// <summary>The parsed map of <c>@is</c>; null without it or when it is not valid.</summary>
    public SelectedValue? Is { get; set; }
}

/// <summary>A value of the nearest enclosing object that sets a context.</summary>
/// <param name="Setters">The types that set it: object types, interfaces and unions.</param>
/// <param name="Map">How the value is made of their fields.</param>
internal sealed record ContextValue(ImmutableArray<string> Setters, SelectedValue Map);
