using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// The composed schema with everything that planning and execution need to know about its source schemas. Immutable. Made by
/// <see cref="FusionSchemaReader"/> from the execution schema that composition writes.
/// </summary>
public sealed class FusionSchema
{
    private readonly FrozenDictionary<string, FusionType> _typesByName;
    private readonly FusionType[] _typesByClientId;

    private readonly ConcurrentDictionary<string, FusionSchema> _variants = new(StringComparer.Ordinal);
    private readonly Func<IReadOnlyCollection<string>, FusionSchema>? _read;

    internal FusionSchema(
        Schema client, Schema full, ImmutableArray<SourceSchema> sources, ImmutableArray<FusionType> types, int fieldCount, ImmutableArray<Lookup> lookups,
        ImmutableArray<string> overrideLabels, Func<IReadOnlyCollection<string>, FusionSchema>? read)
    {
        OverrideLabels = overrideLabels;
        _read = read;
        Client = client;
        Full = full;
        Sources = sources;
        Types = types;
        FieldCount = fieldCount;
        Lookups = lookups;
        _typesByName = types.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);
        _typesByClientId = new FusionType[client.TypesById.Length];
        foreach (var type in client.TypesById)
        {
            _typesByClientId[type.Id] = _typesByName[type.Name];
        }

        Query = _typesByName[full.QueryType.Name];
        Mutation = full.MutationType is { } mutation ? _typesByName[mutation.Name] : null;
        Subscription = full.SubscriptionType is { } subscription ? _typesByName[subscription.Name] : null;
        Transitions = new TransitionTable(this);
        Entries = new EntryTable(this);
        Needs = new NeededSelections(this);
        Contexts = new ContextTable(this);
        Nodes = NodeRouting.Of(this);
        Access = new AccessTable(types, fieldCount);
    }

    /// <summary>What clients see: validate and introspect against it.</summary>
    public Schema Client { get; }
    /// <summary>The client schema plus the members hidden by <c>@inaccessible</c>, which keys and requirements may still use.</summary>
    public Schema Full { get; }
    /// <summary>The source schemas; <see cref="SourceSchema.Id"/> is the index here.</summary>
    public ImmutableArray<SourceSchema> Sources { get; }
    /// <summary>All types of <see cref="Full"/>; <see cref="FusionType.Id"/> is the index here.</summary>
    public ImmutableArray<FusionType> Types { get; }
    /// <summary>The number of fields of all types; <see cref="FusionField.Id"/> is below it.</summary>
    public int FieldCount { get; }
    /// <summary>All lookups; <see cref="Lookup.Id"/> is the index here.</summary>
    public ImmutableArray<Lookup> Lookups { get; }
    /// <summary>The query root.</summary>
    public FusionType Query { get; }
    /// <summary>The mutation root, if there is one.</summary>
    public FusionType? Mutation { get; }
    /// <summary>The subscription root, if there is one.</summary>
    public FusionType? Subscription { get; }
    /// <summary>Who may see which field.</summary>
    public AccessTable Access { get; }
    /// <summary>How to get from one source schema to another.</summary>
    public TransitionTable Transitions { get; }

    /// <summary>The same where keys are put together of several source schemas.</summary>
    internal EntryTable Entries { get; }
    /// <summary>How global ids lead to source schemas; null where one schema answers for all, or there is no <c>node</c> field.</summary>
    internal NodeRouting? Nodes { get; }
    /// <summary>What keys and requirements read.</summary>
    internal NeededSelections Needs { get; }
    /// <summary>Which types set the contexts that fields take values of.</summary>
    internal ContextTable Contexts { get; }
    /// <summary>The labels of progressive overrides, in ordinal order. In this schema none is active.</summary>
    public ImmutableArray<string> OverrideLabels { get; }

    /// <summary>The schema as it is while some labels are active: clients see no difference, but fields have moved to other source schemas.</summary>
    public FusionSchema WithOverrides(IReadOnlyCollection<string> activeLabels)
    {
        var key = string.Join('\n', OverrideLabels.Where(activeLabels.Contains));
        return key.Length == 0 || _read is null ? this : _variants.GetOrAdd(key, _ => _read(activeLabels));
    }

    /// <summary>The root type of a kind of operation, or null when there is none.</summary>
    public FusionType? RootType(OperationKind operation) => operation switch
    {
        OperationKind.Query => Query,
        OperationKind.Mutation => Mutation,
        _ => Subscription,
    };

    /// <summary>The type with that name, or null.</summary>
    public FusionType? Type(string name) => _typesByName.GetValueOrDefault(name);

    /// <summary>The type behind a named type of <see cref="Client"/>.</summary>
    public FusionType OfClient(NamedType clientType) => _typesByClientId[clientType.Id];

    /// <summary>The field behind a field of <see cref="Client"/>; null for meta-fields.</summary>
    public FusionField? OfClient(FieldDefinition clientField) => OfClient(clientField.DeclaringType).Field(clientField.Name);

    /// <summary>The source schema with that name, or null.</summary>
    public SourceSchema? Source(string name)
    {
        foreach (var source in Sources)
        {
            if (source.Name == name)
            {
                return source;
            }
        }

        return null;
    }
}

/// <summary>A type of the composed schema and what each source schema knows of it.</summary>
public sealed class FusionType
{
    private ImmutableArray<FusionType>[] _possibleTypesBySource = [];

    internal FusionType(NamedType definition, bool isAccessible)
    {
        Definition = definition;
        IsAccessible = isAccessible;
    }

    /// <summary>Index in <see cref="FusionSchema.Types"/>; equals <see cref="NamedType.Id"/> of <see cref="Definition"/>.</summary>
    public int Id => Definition.Id;
    /// <summary>The name, equal in all source schemas.</summary>
    public string Name => Definition.Name;
    /// <summary>The kind.</summary>
    public TypeKind Kind => Definition.Kind;
    /// <summary>The type in <see cref="FusionSchema.Full"/>.</summary>
    public NamedType Definition { get; }
    /// <summary>Whether clients see it.</summary>
    public bool IsAccessible { get; }
    /// <summary>Whether it is an interface or union.</summary>
    public bool IsAbstract => Kind is TypeKind.Interface or TypeKind.Union;
    /// <summary>The source schemas that declare it.</summary>
    public SourceSet Sources { get; internal set; }
    /// <summary>How long answers with objects of the type may be stored; null when nothing says so.</summary>
    public CacheHint? Cache { get; internal set; }
    /// <summary>
    /// For an interface: the source schemas that declare it as an object type, so that they cannot tell which object type a
    /// value is. For an object type: the same of the interfaces it implements.
    /// </summary>
    public SourceSet InterfaceObjectSources { get; internal set; }
    /// <summary>Who may ask for it, or null for everybody. Fields of the type and fields that return it are meant too.</summary>
    public AccessRule? Access { get; internal set; }
    /// <summary>The fields of an object or interface type, in the order of <see cref="Definition"/>; empty for other kinds.</summary>
    public ImmutableArray<FusionField> Fields { get; internal set; } = [];
    /// <summary>
    /// The lookups that find objects of this type. For an object type that includes lookups which return an interface or
    /// union it belongs to in their source schema (<see cref="Lookup.ReturnType"/> then differs from this type).
    /// </summary>
    public ImmutableArray<Lookup> Lookups { get; internal set; } = [];
    /// <summary>The object types a value of this type can be, in name order; an object type itself; empty for leaves.</summary>
    public ImmutableArray<FusionType> PossibleTypes { get; internal set; } = [];
    /// <summary>Whether it can be fetched by key from some source schema.</summary>
    public bool IsEntity => !Lookups.IsEmpty;

    internal FrozenDictionary<string, FusionField> FieldsByName { get; set; } = FrozenDictionary<string, FusionField>.Empty;

    /// <summary>Finds a field by name, without the meta-fields.</summary>
    public FusionField? Field(string name) => FieldsByName.GetValueOrDefault(name);

    /// <summary>The object types a value of this type can be when that source schema answers; empty when it does not declare the type.</summary>
    public ImmutableArray<FusionType> PossibleTypesIn(int source) => source < _possibleTypesBySource.Length ? _possibleTypesBySource[source] : [];

    /// <summary>Whether a value of this type can be that object type when that source schema answers.</summary>
    public bool IsPossibleIn(int source, FusionType objectType) => PossibleTypesIn(source).Contains(objectType);

    /// <summary>Whether a value of this type can be that object type.</summary>
    public bool IsPossible(FusionType objectType) => this == objectType || PossibleTypes.Contains(objectType);

    internal void SetPossibleTypes(ImmutableArray<FusionType>[] bySource) => _possibleTypesBySource = bySource;

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>A field of the composed schema and what each source schema knows of it.</summary>
public sealed class FusionField
{
    private readonly SourceField?[] _bySource;

    internal FusionField(int id, FusionType declaringType, FieldDefinition definition, bool isAccessible, ImmutableArray<SourceField> sourceFields, int sourceCount)
    {
        Id = id;
        DeclaringType = declaringType;
        Definition = definition;
        IsAccessible = isAccessible;
        SourceFields = sourceFields;
        _bySource = new SourceField?[sourceCount];
        foreach (var sourceField in sourceFields)
        {
            sourceField.Field = this;
            _bySource[sourceField.Source.Id] = sourceField;
            if (!sourceField.IsPartial)
            {
                Sources = Sources.Add(sourceField.Source.Id);
                if (sourceField.Requirements.IsEmpty)
                {
                    UnconditionalSources = UnconditionalSources.Add(sourceField.Source.Id);
                }
            }
        }
    }

    /// <summary>Dense index among all fields of the schema.</summary>
    public int Id { get; }
    /// <summary>The object or interface type that declares it.</summary>
    public FusionType DeclaringType { get; }
    /// <summary>The field in <see cref="FusionSchema.Full"/>.</summary>
    public FieldDefinition Definition { get; }
    /// <summary>The name that clients use.</summary>
    public string Name => Definition.Name;
    /// <summary>Index in <see cref="FusionType.Fields"/>.</summary>
    public int Index => Definition.Index;
    /// <summary>The composed type.</summary>
    public GraphType Type => Definition.Type;
    /// <summary>The named type under the wrappers of <see cref="Type"/>.</summary>
    public FusionType NamedType { get; internal set; } = null!;
    /// <summary>Whether clients see it.</summary>
    public bool IsAccessible { get; }
    /// <summary>How long answers with the field may be stored; null when nothing says so.</summary>
    public CacheHint? Cache { get; internal set; }
    /// <summary>Who may ask for it, or null for everybody. The rules of <see cref="DeclaringType"/> and <see cref="NamedType"/> apply besides.</summary>
    public AccessRule? Access { get; internal set; }
    /// <summary>The source schemas that can resolve it anywhere, some perhaps only once their requirements are met.</summary>
    public SourceSet Sources { get; }
    /// <summary>The source schemas that can resolve it anywhere and without requirements.</summary>
    public SourceSet UnconditionalSources { get; }
    /// <summary>The field in each source schema that has it, in the order of their ids; partial ones included.</summary>
    public ImmutableArray<SourceField> SourceFields { get; }

    /// <summary>The field as that source schema has it, or null. Check <see cref="SourceField.IsPartial"/>.</summary>
    public SourceField? In(int source) => _bySource[source];

    /// <inheritdoc />
    public override string ToString() => $"{DeclaringType.Name}.{Name}";
}

/// <summary>A field as one source schema has it. Its arguments are those of the composed field plus <see cref="Requirements"/>.</summary>
public sealed class SourceField
{
    internal SourceField(SourceSchema source, string name, TypeNode? type, bool isPartial, SelectionSetNode? provides, ImmutableArray<Requirement> requirements)
    {
        Source = source;
        Name = name;
        SourceType = type;
        IsPartial = isPartial;
        Provides = provides;
        Requirements = requirements;
    }

    /// <summary>The composed field.</summary>
    public FusionField Field { get; internal set; } = null!;
    /// <summary>The source schema.</summary>
    public SourceSchema Source { get; }
    /// <summary>The field's name in the source schema.</summary>
    public string Name { get; }
    /// <summary>The field's type in the source schema when it differs from the composed type (by nullability), else null.</summary>
    public TypeNode? SourceType { get; }
    /// <summary>The named type under the wrappers of the field's type in the source schema.</summary>
    public FusionType NamedType { get; internal set; } = null!;
    /// <summary>The field's type in the source schema as text.</summary>
    internal string TypeText { get; set; } = "";
    /// <summary>Whether the source schema resolves it only below fields that provide it (<c>@external</c> and <c>@provides</c>).</summary>
    public bool IsPartial { get; }
    /// <summary>Fields below this one that the source schema resolves only here, or null.</summary>
    public SelectionSetNode? Provides { get; }
    /// <summary>Arguments that the gateway fills with data of other source schemas.</summary>
    public ImmutableArray<Requirement> Requirements { get; }
    /// <summary>The topic of the event bus that feeds it; null for all fields but those of event streams.</summary>
    public EventTopicTemplate? Topic { get; internal init; }

    /// <inheritdoc />
    public override string ToString() => $"{Field}@{Source}";
}

/// <summary>Data of other source schemas that the gateway hands to a field: an argument, or fields of the entity's representation.</summary>
/// <param name="Selection">What must be fetched before, as a selection on the type that declares the field; for a context, on the types that set it.</param>
/// <param name="Argument">The argument that takes it (<c>@require</c>); null when it travels in the representation (<c>@requires</c>).</param>
public sealed record Requirement(SelectionSetNode Selection, RequiredArgument? Argument)
{
    internal bool IsContextual => Argument is { IsContextual: true };

    /// <summary>What is required, as its schema wrote it.</summary>
    public string Text => Argument?.Map.ToString() ?? SelectionText.Print(Selection);
}

/// <summary>An argument that the gateway fills with data of other source schemas (<c>@require</c>), or of an enclosing object (<c>@fromContext</c>).</summary>
/// <param name="Name">The argument's name in the source schema.</param>
/// <param name="Type">The argument's type in the source schema.</param>
/// <param name="Map">How the value is made of fields of the type that declares the field; for a context, of the types that set it.</param>
public sealed record RequiredArgument(string Name, TypeNode Type, SelectedValue Map)
{
    /// <summary>The types of which the nearest enclosing object has the value (<c>@fromContext</c>); empty when the object itself has it.</summary>
    public ImmutableArray<string> Context { get; init; } = [];

    /// <summary>Whether an enclosing object has the value.</summary>
    public bool IsContextual => !Context.IsEmpty;
}

/// <summary>Who may ask for a type or field. All that is not null must be met; an outer list is met by one of its lists, an inner one by all its names.</summary>
/// <param name="Authenticated">Whether the caller must have signed in.</param>
/// <param name="Scopes">The scopes of which one list must be granted; empty when none is needed.</param>
/// <param name="Policies">The policies of which one list must hold; empty when none is needed.</param>
public sealed record AccessRule(bool Authenticated, ImmutableArray<ImmutableArray<string>> Scopes, ImmutableArray<ImmutableArray<string>> Policies);

/// <summary>A way to fetch an object of a type by key from a source schema (<c>@lookup</c>); one per key.</summary>
public sealed class Lookup
{
    internal Lookup(
        int id, SourceSchema source, FusionType entityType, FusionType returnType, ImmutableArray<LookupStep> steps, SelectionSetNode key, bool isInternal, bool isEntities)
    {
        Id = id;
        Source = source;
        EntityType = entityType;
        ReturnType = returnType;
        Steps = steps;
        Key = key;
        IsInternal = isInternal;
        IsEntities = isEntities;
    }

    /// <summary>Index in <see cref="FusionSchema.Lookups"/>.</summary>
    public int Id { get; }
    /// <summary>The source schema that answers.</summary>
    public SourceSchema Source { get; }
    /// <summary>The type whose objects it finds.</summary>
    public FusionType EntityType { get; }
    /// <summary>The type that the last step's field declares: <see cref="EntityType"/>, or an interface or union of it, and then a type condition is needed.</summary>
    public FusionType ReturnType { get; }
    /// <summary>The fields from the query root down to the object: <c>productById(id:)</c>, or <c>lookups</c> and then <c>productById(id:)</c>. The last step's value is the object.</summary>
    public ImmutableArray<LookupStep> Steps { get; }
    /// <summary>The key: what the arguments of all steps read, as one selection on <see cref="EntityType"/>.</summary>
    public SelectionSetNode Key { get; }
    /// <summary>Whether clients do not see the field.</summary>
    public bool IsInternal { get; }
    /// <summary>
    /// Whether objects are found by <c>_entities(representations:)</c> of Apollo Federation, many in one request.
    /// <see cref="Steps"/> is then empty, and a representation consists of <c>__typename</c> (the name of
    /// <see cref="ReturnType"/>), <see cref="Key"/>, and what fields of the fetch require.
    /// </summary>
    public bool IsEntities { get; }

    /// <inheritdoc />
    public override string ToString() => $"{EntityType}@{Source}:{(IsEntities ? "_entities" : string.Join('.', Steps.Select(s => s.Field)))}";
}

/// <summary>A field on the way of a lookup.</summary>
/// <param name="Field">The field's name in the source schema.</param>
/// <param name="Arguments">Its key arguments.</param>
public sealed record LookupStep(string Field, ImmutableArray<LookupArgument> Arguments);

/// <summary>A key argument of a lookup.</summary>
/// <param name="Name">The argument's name.</param>
/// <param name="Type">The argument's type in the source schema.</param>
/// <param name="Map">How its value is made of the entity's fields; never contains a <see cref="SelectedChoice"/>.</param>
public sealed record LookupArgument(string Name, TypeNode Type, SelectedValue Map);
