using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// How one operation is answered: a directed acyclic graph of fetches and the shape of the result they fill. Immutable, shared
/// by all requests with the same document and operation name.
/// </summary>
public sealed class OperationPlan
{
    internal OperationPlan() { }

    /// <summary>Query, mutation or subscription.</summary>
    public required OperationKind Operation { get; init; }

    /// <summary>The operation's name, or null.</summary>
    public string? OperationName { get; init; }

    /// <summary>The fetches; <see cref="FetchNode.Id"/> is the index here plus one. Every fetch comes after those it waits for.</summary>
    public required ImmutableArray<FetchNode> Fetches { get; init; }

    /// <summary>The Boolean variables that decide what is selected, in the order of their bits in <see cref="Condition"/>.</summary>
    public ImmutableArray<string> ConditionVariables { get; init; } = [];

    /// <summary>The fetches that travel together, by <see cref="FetchNode.Batch"/>.</summary>
    internal FetchBatch[] Batches { get; init; } = [];

    /// <summary>The defers that divide the plan; null when none does.</summary>
    internal Defers? Defers { get; init; }

    /// <summary>The access rules that something selected is under, by their ids in <see cref="AccessTable"/>.</summary>
    internal int[] AccessRules { get; init; } = [];

    internal ObjectSelection Root { get; init; } = null!;

    /// <summary>All blocks by <see cref="ObjectSelection.Id"/>.</summary>
    internal ObjectSelection[] Objects { get; init; } = null!;

    /// <summary>What the block of an object becomes that does not exist; null when that is not found out late.</summary>
    internal ObjectSelection? Missing { get; init; }

    /// <summary>The definition that validation and variable coercion work on.</summary>
    internal OperationDefinitionNode Definition { get; init; } = null!;

    /// <summary>Sizes of the last result, so that the next one starts with fitting buffers.</summary>
    internal SizeHint Size { get; } = new();

    /// <summary>The plan as indented text, for people and golden tests.</summary>
    public override string ToString() => PlanPrinter.Text(this);

    /// <summary>The plan as UTF-8 JSON, as <c>extensions.plan</c> carries it.</summary>
    public byte[] ToJson() => PlanPrinter.Json(this);
}

/// <summary>What the last results of a plan needed. Races are harmless: these are hints.</summary>
internal sealed class SizeHint
{
    public int Slots { get; set; } = 256;

    public int Response { get; set; } = 1024;
}

/// <summary>One operation sent to one source schema.</summary>
public sealed class FetchNode
{
    internal FetchNode() { }

    /// <summary>Number within the plan, from 1.</summary>
    public int Id { get; internal set; }

    /// <summary>What it is.</summary>
    public required FetchKind Kind { get; init; }

    /// <summary>The source schema; null for introspection.</summary>
    public SourceSchema? Source { get; init; }

    /// <summary>The name that errors carry as <c>extensions.service</c>.</summary>
    public string Service => Source?.Name ?? "gateway";

    /// <summary>The operation's text.</summary>
    public required string Document { get; init; }

    /// <summary>The fetches that must be over before this one starts, by id.</summary>
    public ImmutableArray<int> Dependencies { get; internal set; } = [];

    internal int[] Dependents { get; set; } = [];

    internal ImmutableArray<Condition> Conditions { get; set; } = [];

    /// <summary><c>{"query":"…","variables":</c> as UTF-8.</summary>
    internal byte[] BodyPrefix { get; init; } = null!;

    /// <summary>The client's variables that the operation uses.</summary>
    internal ForwardedVariable[] Variables { get; init; } = null!;

    /// <summary>Whether all entities travel as one list of representations, and the answer is a list in the same order.</summary>
    internal bool IsEntities { get; init; }

    /// <summary>Whether fields take values of objects that enclose the entities, which may differ by entity (<c>@fromContext</c>).</summary>
    internal bool IsContextual => IsEntities && Targets[0].Keys.Length > 1;

    /// <summary>Response names from <c>data</c> down to the entity, for lookups; down to the list of entities for <c>_entities</c>.</summary>
    internal byte[][] ResponsePath { get; init; } = null!;

    /// <summary>The objects of the result that the fetch fills; equal fetches for several positions are one.</summary>
    internal FetchTarget[] Targets { get; set; } = [];

    internal bool IsMutation { get; init; }

    /// <summary>Whether there is no object when the fetch finds none.</summary>
    internal bool DecidesExistence { get; init; }

    /// <summary>The ids of a fetch by global id.</summary>
    internal NodeIds? Nodes { get; init; }

    /// <summary>What its fields may be delivered with later; null for the initial response.</summary>
    internal DeferGroup? Group { get; init; }

    /// <summary>The batch that the fetch travels in, from 0; -1 when it travels alone. All fetches of a batch wait for the same ones.</summary>
    internal int Batch { get; set; } = -1;

    /// <summary>How several entities are asked for at once.</summary>
    internal BatchForm BatchForm => Source is null ? BatchForm.None
        : IsEntities ? BatchForm.Entities
        : (Source.Capabilities & SourceCapabilities.VariableBatching) != 0 ? BatchForm.Variables
        : (Source.Capabilities & SourceCapabilities.RequestBatching) != 0 ? BatchForm.Requests
        : BatchForm.Aliases;

    /// <summary>The operation taken apart; done when it is first needed.</summary>
    internal RootFieldText Field => field ??= RootFieldText.Parse(Document, Targets[0].Keys);

    /// <summary>The operation for several entities by aliases; made when it is first needed.</summary>
    internal AliasedOperation Aliased => field ??= new AliasedOperation(Field);
}

/// <summary>How several entities are asked for in one request, best first.</summary>
internal enum BatchForm : byte
{
    /// <summary>One at a time.</summary>
    None,
    /// <summary>One operation with a list of representations, which <c>_entities</c> answers by a list in their order.</summary>
    Entities,
    /// <summary>One operation with a list of variable sets; answers carry a <c>variableIndex</c>.</summary>
    Variables,
    /// <summary>A list of requests; answers come in their order.</summary>
    Requests,
    /// <summary>One operation whose root field is repeated under aliases.</summary>
    Aliases,
    /// <summary>The same with a list of representations for each: of entities that have the same values of enclosing objects.</summary>
    Contexts,
}

/// <summary>The field <c>node</c> or <c>nodes</c> with what its ids are read from.</summary>
/// <param name="Selection">The field.</param>
/// <param name="Value">The argument.</param>
/// <param name="Defaults">The default values of the operation's variables.</param>
/// <param name="Types">By type name: the block that an object of the type gets, and its id.</param>
internal sealed record NodeIds(
    Selection Selection, ValueNode Value, Dictionary<string, ValueNode> Defaults, Dictionary<string, (ObjectSelection Object, Selection Id)> Types);

/// <summary>A client's variable that a subgraph operation declares too.</summary>
/// <param name="Name">The name.</param>
/// <param name="Member"><c>"name":</c> as UTF-8.</param>
internal sealed record ForwardedVariable(string Name, byte[] Member);

/// <summary>The objects that a fetch fills at one position of the result.</summary>
internal sealed class FetchTarget
{
    public required ObjectSelection Object { get; init; }

    /// <summary>The fields from the root to the objects; empty for the root.</summary>
    public required Selection[] Path { get; init; }

    /// <summary>How the response is read into them.</summary>
    public required PositionShape Shape { get; init; }

    /// <summary>The client's fields among what the fetch brings: what fails when the fetch does.</summary>
    public required Selection[] Fields { get; init; }

    /// <summary>Key and requirement variables, in the same order for every target.</summary>
    public required KeyVariable[] Keys { get; init; }

    /// <summary>The slots of an object that hold the values of <see cref="Keys"/>; null when some are made in another way.</summary>
    public int[]? KeySlots => _hasKeySlots ? _keySlots : FindKeySlots();

    // Blocks have their numbers and slots when the plan is complete.
    private int[]? FindKeySlots()
    {
        var found = new int[Keys.Length];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = Keys[i].Value is PathTemplate { Steps: [var step] } ? step.SlotOf(Object.Id) : 0;
        }

        _keySlots = Array.IndexOf(found, 0) < 0 ? found : null;
        Volatile.Write(ref _hasKeySlots, true);
        return _keySlots;
    }

    private int[]? _keySlots;
    private bool _hasKeySlots;
}

/// <summary>A variable whose value is made of an entity's fields.</summary>
/// <param name="Name">The name.</param>
/// <param name="Member"><c>"name":</c> as UTF-8.</param>
/// <param name="NonNull">Whether an entity without a value cannot be fetched.</param>
/// <param name="Value">How the value is made.</param>
/// <param name="Map">The field selection map, for people.</param>
internal sealed record KeyVariable(string Name, byte[] Member, bool NonNull, ValueTemplate Value, string Map)
{
    /// <summary>For a value of an enclosing object: how many fields lie between the root and that object. -1 for the entity itself.</summary>
    public int Depth { get; init; } = -1;
}

/// <summary>How objects of one position are read from one fetch's response.</summary>
internal sealed class PositionShape
{
    /// <summary>The one shape, when no type name is needed to tell.</summary>
    public ObjectShape? Single { get; init; }

    /// <summary>Shapes by the JSON string of <c>__typename</c>.</summary>
    public (byte[] TypeName, ObjectShape Shape)[] ByType { get; init; } = [];

    /// <summary>A path below an object of the position, with the result's names where the fetch uses others.</summary>
    public object[] Rename(object[] path)
    {
        var renamed = path;
        var position = this;
        for (var i = 0; i < path.Length && position is not null; i++)
        {
            if (path[i] is not string name)
            {
                continue;
            }

            var found = position.Find(name);
            position = found?.Children;
            if (found is not null && found.Selection.ResponseName != name)
            {
                renamed = ReferenceEquals(renamed, path) ? [.. path] : renamed;
                renamed[i] = found.Selection.ResponseName;
            }
        }

        return renamed;
    }

    private ShapeProperty? Find(string name)
    {
        foreach (var shape in Single is not null ? [Single] : ByType.Select(t => t.Shape))
        {
            foreach (var property in shape.Properties)
            {
                if (System.Text.Encoding.UTF8.GetString(property.RawName) == name)
                {
                    return property;
                }
            }
        }

        return null;
    }
}

/// <summary>How one object is read from one fetch's response.</summary>
internal sealed class ObjectShape
{
    public required ObjectSelection Object { get; init; }

    /// <summary>What is expected, in this order.</summary>
    public required ShapeProperty[] Properties { get; init; }

    /// <summary>Whether the response's bytes can be the result's bytes: same fields, same order, nobody else adds any.</summary>
    public required bool PassThrough { get; init; }
}

/// <summary>A property that a response is expected to have.</summary>
/// <param name="Selection">The selection it fills.</param>
/// <param name="Name">The name with quotes and colon, as UTF-8.</param>
/// <param name="Children">The shape below, for composite fields.</param>
internal sealed record ShapeProperty(Selection Selection, byte[] Name, PositionShape? Children)
{
    public int Slot { get; } = Selection.Slot;

    public ValueShape Value { get; } = Selection.Shape;

    public ReadOnlySpan<byte> RawName => Name.AsSpan(1, Name.Length - 3);
}
