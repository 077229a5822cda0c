using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// The selections at one composite position of the result: what is selected of each object type that may appear there.
/// Positions form a tree, so that each has one path from the root.
/// </summary>
internal sealed class SelectionSet(FusionType type, Selection? parent)
{
    /// <summary>The declared type at the position.</summary>
    public FusionType Type { get; } = type;

    /// <summary>The field that the objects are values of; null at the root.</summary>
    public Selection? Parent { get; } = parent;

    /// <summary>One entry per group of object types with the same selections. Empty until the first fetch reaches the position.</summary>
    public List<ObjectSelection> Objects { get; } = [];

    /// <summary>What is read of objects whose type the schema that yields them cannot tell (an interface object); else null.</summary>
    public ObjectSelection? Untyped { get; set; }

    /// <summary>The object types that can stand here when a source schema answers, which may declare a narrower type than the composed one.</summary>
    public ImmutableArray<FusionType> PossibleTypesIn(int source)
    {
        var type = TypeIn(source);
        return type.Kind == TypeKind.Object ? [type] : type.PossibleTypesIn(source);
    }

    /// <summary>The type that a source schema declares for the position.</summary>
    public FusionType TypeIn(int source) => Parent?.Field?.In(source)?.NamedType ?? Type;
}

/// <summary>
/// What is selected of one object type (or of several that do not differ here) at one position. In the result it is a block of
/// slots, one per selection.
/// </summary>
internal sealed class ObjectSelection(SelectionSet set, ImmutableArray<FusionType> types)
{
    /// <summary>Index among the operation's blocks; set when the plan is complete.</summary>
    public int Id { get; set; }

    public SelectionSet Set { get; } = set;

    public ImmutableArray<FusionType> Types { get; } = types;

    public FusionType Type => Types[0];

    /// <summary>Names the position and the types among equal operations' plans.</summary>
    public string PathText => $"{(Set.Parent is { } parent ? $"{parent.Parent.PathText}.{parent.ResponseName}" : "")}<{Type.Name}>";

    /// <summary>The client's selections in response order, then those the plan needs itself.</summary>
    public List<Selection> Selections { get; } = [];

    /// <summary>The fetches that fill this object, in the order in which they were planned; the first one yields the object.</summary>
    public List<FetchStep> Steps { get; } = [];

    /// <summary>Whether it stands for objects until a fetch tells their type. One that never does is null in the result.</summary>
    public bool IsUntyped { get; init; }

    /// <summary>Whether clients may not see objects of the type, which requirements read all the same. It is null in the result.</summary>
    public bool IsHidden { get; init; }

    /// <summary>For an object whose type a fetch had to tell: that fetch.</summary>
    public FetchStep? TypedBy { get; set; }

    /// <summary>For an object whose type a fetch tells: what was read before, from and to.</summary>
    public List<(Selection From, Selection To)> Moves { get; } = [];

    /// <summary>How many values its block has room for.</summary>
    public int Capacity { get; set; }

    /// <summary>Whether the client's selections have their fetches.</summary>
    public bool IsPlanned { get; set; }

    /// <summary>Fields that the first fetch's schema resolves here although it does not everywhere (<c>@provides</c>).</summary>
    public ImmutableArray<SelectionSetNode> Provided { get; set; } = [];

    /// <summary>The client's selections: what is written.</summary>
    public Selection[] Output { get; set; } = [];

    /// <summary>The JSON string of the type's name where it needs no asking; null where several types share the block.</summary>
    public byte[]? TypeNameJson { get; set; }

    /// <summary>The source schemas that can resolve a field of every type of this object, some perhaps after their requirements.</summary>
    public SourceSet SourcesOf(Selection selection) => Intersect(selection, static f => f.Sources);

    /// <summary>The source schemas that can resolve a field of every type of this object without requirements.</summary>
    public SourceSet UnconditionalSourcesOf(Selection selection) => Intersect(selection, static f => f.UnconditionalSources);

    /// <summary>The selection of a field with these arguments (printed compactly, in this order), whatever its response name.</summary>
    public Selection? Find(string fieldName, string? arguments)
    {
        foreach (var selection in Selections)
        {
            if (!selection.IsDenied && selection.FieldName == fieldName && selection.ArgumentText == arguments)
            {
                return selection;
            }
        }

        return null;
    }

    private SourceSet Intersect(Selection selection, Func<FusionField, SourceSet> sources)
    {
        if (selection.Field is null)
        {
            return default;
        }

        var result = sources(selection.Field);
        for (var i = 1; i < Types.Length; i++)
        {
            result &= Types[i].Field(selection.FieldName) is { } field ? sources(field) : default;
        }

        return result;
    }
}

/// <summary>One field of the response, or one value that the plan needs.</summary>
internal sealed class Selection(ObjectSelection parent, string responseName, FusionField? field, string fieldName, ImmutableArray<ArgumentNode> arguments)
{
    public ObjectSelection Parent { get; } = parent;

    /// <summary>The key in the response, and in the subgraphs' responses.</summary>
    public string ResponseName { get; } = responseName;

    /// <summary>The field; null for the meta-fields.</summary>
    public FusionField? Field { get; } = field;

    public string FieldName { get; } = fieldName;

    public ImmutableArray<ArgumentNode> Arguments { get; } = arguments;

    /// <summary>The arguments as field selection maps print them; null when there are none.</summary>
    public string? ArgumentText { get; } = Print(arguments);

    /// <summary>When the client wants it.</summary>
    public ImmutableArray<Condition> Conditions { get; set; } = [];

    /// <summary>Whether it is fetched even when the client does not want it, because the plan needs it.</summary>
    public bool AlwaysFetched { get; set; }

    /// <summary>Whether the caller may not see it: nobody is asked for it, and it is null with an error.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Whether only the plan needs it.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Selections of the same field at the same position in the document: their children merge (6.3.4).</summary>
    public List<(FieldNode Node, Condition Condition)> Nodes { get; } = [];

    /// <summary>The defer that each of <see cref="Nodes"/> lies in.</summary>
    public List<DeferSite?> Defers { get; } = [];

    /// <summary>What the field may be delivered with later; null when it belongs to the initial response.</summary>
    public DeferGroup? Group { get; init; }

    /// <summary>The selections below, for composite fields.</summary>
    public SelectionSet? Children { get; set; }

    /// <summary>The fetches that fill it.</summary>
    public List<FetchStep> Providers { get; } = [];

    /// <summary>Index within its block, starting at 1: slot 0 is the block's header.</summary>
    public int Slot { get; set; }

    /// <summary>The type's wrappers and leaf, as the reader and writer need them.</summary>
    public ValueShape Shape { get; init; } = ValueShape.TypeName;

    /// <summary><c>,"name":</c> as UTF-8.</summary>
    public byte[] CommaName { get; } = Encoding.UTF8.GetBytes($",\"{responseName}\":");

    /// <summary>The conditions under which subgraphs are asked for it.</summary>
    public ImmutableArray<Condition> FetchConditions => AlwaysFetched ? [] : Conditions;

    public static string? Print(ImmutableArray<ArgumentNode> arguments)
        => arguments.IsEmpty ? null : string.Join(',', arguments.Select(a => $"{a.Name.Value}:{Printer.PrintCompact(a.Value)}"));

    public bool IsTypeName { get; } = fieldName == "__typename";

    /// <summary>Whether the field is one of the introspection system's roots, which the gateway answers itself (4.2).</summary>
    public bool IsIntrospection => FieldName is "__schema" or "__type";
}

/// <summary>What a leaf's JSON must look like.</summary>
internal enum LeafKind : byte
{
    /// <summary>An object, interface or union: no leaf.</summary>
    Composite,
    String,
    Id,
    Int,
    Float,
    Boolean,
    Enum,
    /// <summary>A custom scalar: any JSON.</summary>
    Any,
}

/// <summary>A field's type as the response reader and the writer see it.</summary>
internal sealed class ValueShape
{
    public static readonly ValueShape TypeName = new() { NonNull = true, Leaf = LeafKind.String, Text = "String!" };

    /// <summary>Introspection's answers, copied as they are.</summary>
    public static readonly ValueShape Raw = new() { Leaf = LeafKind.Any, Text = "JSON" };

    public bool NonNull { get; private init; }

    /// <summary>The shape of items, for lists.</summary>
    public ValueShape? Item { get; private init; }

    public LeafKind Leaf { get; private init; }

    /// <summary>The names that an enum allows, with their quotes.</summary>
    public byte[][] EnumValues { get; private init; } = [];

    public required string Text { get; init; }

    public static ValueShape Of(GraphType type)
    {
        var inner = type.Nullable;
        if (inner is ListType list)
        {
            return new ValueShape { NonNull = type.IsNonNull, Item = Of(list.OfType), Text = type.ToString()! };
        }

        return new ValueShape
        {
            NonNull = type.IsNonNull,
            Text = type.ToString()!,
            Leaf = inner switch
            {
                EnumType => LeafKind.Enum,
                ScalarType { Name: "String" } => LeafKind.String,
                ScalarType { Name: "ID" } => LeafKind.Id,
                ScalarType { Name: "Int" } => LeafKind.Int,
                ScalarType { Name: "Float" } => LeafKind.Float,
                ScalarType { Name: "Boolean" } => LeafKind.Boolean,
                ScalarType => LeafKind.Any,
                _ => LeafKind.Composite,
            },
            EnumValues = inner is EnumType e ? [.. e.Values.Select(v => Encoding.UTF8.GetBytes($"\"{v.Name}\""))] : [],
        };
    }
}
