namespace LuckyGraph.Engine.Execution;

/// <summary>
/// The code behind the fields that one C# class contributes to a GraphQL type. The generator emits one sealed subclass per
/// class, each method a <c>switch</c> over the field's number; the executor calls it with the parent that the number's field
/// expects. No reflection, no delegate per field.
/// </summary>
public abstract class FieldBinding
{
    /// <summary>
    /// Called once for each field that SDL defines and no code binds, when the schema is built: returns the number that the
    /// calls for this field carry. Bindings that read data by the field's name remember it here.
    /// </summary>
    public virtual int Attach(LuckyGraph.Engine.Types.FieldDefinition field) => 0;

    /// <summary>
    /// Turns coerced arguments into what the field's code reads (a generated class), once per selection and request, or once
    /// per compiled operation when no variable takes part.
    /// </summary>
    /// <exception cref="LuckyGraph.Engine.Types.CoercionException">An argument cannot become its CLR value, such as a malformed global id.</exception>
    public virtual object? BindArguments(int field, CoercedArguments arguments) => arguments;

    /// <summary>
    /// Writes a pure leaf field (scalar, enum, or lists of them) of <paramref name="parent"/>.
    /// Returns false, and writes nothing, when the value is null. Items of scalar lists are written here too.
    /// </summary>
    /// <exception cref="NullItemException">An item is null where the type says it cannot be.</exception>
    public virtual bool Write(int field, object parent, object? arguments, ResponseWriter writer)
        => throw new InvalidOperationException($"{GetType().Name} has no pure leaf field {field}.");

    /// <summary>
    /// Writes consecutive pure leaves of one parent, keys included, from <paramref name="index"/> on. Returns true at the end
    /// of the run, false when the leaf at <paramref name="index"/> is null though its type is non-null; when a getter throws,
    /// <paramref name="index"/> is the leaf that failed. Generated classes repeat this body in an override, so that
    /// <see cref="Write"/> is a direct call there.
    /// </summary>
    public virtual bool WriteRun(ReadOnlySpan<PureLeaf> run, ref int index, object parent, ResponseWriter writer)
    {
        for (; index < run.Length; index++)
        {
            ref readonly var leaf = ref run[index];
            writer.WriteKey(leaf.Key);
            if (!Write(leaf.Field, parent, leaf.Arguments, writer))
            {
                if (leaf.IsNonNull)
                {
                    return false;
                }

                writer.WriteNull();
            }
        }

        return true;
    }

    /// <summary>
    /// Reads a pure composite field: an object, or a collection of objects, or null. An item that is an
    /// <see cref="Exception"/> fails at its place.
    /// </summary>
    public virtual object? Read(int field, object parent, object? arguments)
        => throw new InvalidOperationException($"{GetType().Name} has no pure composite field {field}.");

    /// <summary>
    /// Resolves an effect field for one parent (<see cref="ResolverContext.Parent"/>). Leaf results are the CLR value; enums
    /// are their GraphQL name; composite results are the object or a collection of objects. An item that is an
    /// <see cref="Exception"/> fails at its place.
    /// </summary>
    public virtual ValueTask<object?> ResolveAsync(int field, ResolverContext context)
        => throw new InvalidOperationException($"{GetType().Name} has no effect field {field}.");

    /// <summary>Finds the object with an id, for <c>Query.node</c>; null when there is none.</summary>
    public virtual ValueTask<object?> ResolveNodeAsync(int field, ResolverContext context, Guid id)
        => throw new InvalidOperationException($"{GetType().Name} has no node resolver {field}.");

    /// <summary>Resolves a batch field for all parents of a level: sets one result or error per parent.</summary>
    public virtual ValueTask ResolveBatchAsync(int field, BatchResolverContext context)
        => throw new InvalidOperationException($"{GetType().Name} has no batch field {field}.");

    /// <summary>
    /// Opens the source stream of a subscription field. Each event becomes <see cref="ResolverContext.EventMessage"/> of a
    /// <see cref="ResolveAsync"/> call for the same field.
    /// </summary>
    public virtual ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int field, ResolverContext context)
        => throw new InvalidOperationException($"{GetType().Name} has no subscription field {field}.");

    /// <summary>
    /// The object type of a value that one of this binding's fields returned for an abstract type (6.4.3 ResolveAbstractType);
    /// null when it is none. By default the type registered for the value's class or the nearest of its base classes.
    /// </summary>
    public virtual Types.ObjectType? TypeOf(Types.Schema schema, object value) => RuntimeTypes.Find(schema, value.GetType());

    /// <summary>
    /// Called once per compiled selection: a binding whose fields depend on the response name returns one of its own for it.
    /// </summary>
    protected internal virtual SelectionBinding Bind(Types.FieldDefinition field, string responseName)
        => new(this, field.BindingIndex, field.Kind, readsLeaves: false);
}

/// <summary>A pure leaf of a compiled selection set, as <see cref="FieldBinding.WriteRun"/> gets it.</summary>
public readonly struct PureLeaf(int field, bool isNonNull, byte[] key, object? arguments)
{
    /// <summary>The field's number within its binding.</summary>
    public int Field { get; } = field;
    /// <summary>Whether the field's type is non-null.</summary>
    public bool IsNonNull { get; } = isNonNull;
    /// <summary>A comma and the quoted, escaped response name and a colon, in UTF-8.</summary>
    public byte[] Key { get; } = key;
    /// <summary>The bound arguments, if the field has any.</summary>
    public object? Arguments { get; } = arguments;
}

/// <summary>The code behind one compiled selection.</summary>
public readonly struct SelectionBinding(FieldBinding binding, int index, Types.FieldKind kind, bool readsLeaves)
{
    /// <summary>The binding.</summary>
    public FieldBinding Binding { get; } = binding;
    /// <summary>The field's number within the binding.</summary>
    public int Index { get; } = index;
    /// <summary>How the field gets its value.</summary>
    public Types.FieldKind Kind { get; } = kind;
    /// <summary>Whether pure leaves come from <see cref="FieldBinding.Read"/> and the executor writes them by their scalar.</summary>
    public bool ReadsLeaves { get; } = readsLeaves;
}

/// <summary>A null item in a list whose items are non-null; raised by generated writers.</summary>
public sealed class NullItemException(int index) : Exception("A list item is null though its type is non-null.")
{
    /// <summary>Index of the item.</summary>
    public int Index { get; } = index;
}

/// <summary>
/// Coerced arguments of one field in definition order (6.4.1). Values are: null, string (also enums and IDs), int (Int), double
/// (Float), bool, the CLR value of other scalars (long, decimal, Guid, DateTimeOffset, DateOnly, Uri, JsonElement),
/// <c>object?[]</c> for lists and <see cref="InputObjectValue"/> for input objects.
/// </summary>
public sealed class CoercedArguments(LuckyGraph.Engine.Types.FieldDefinition field, object?[] values, bool[] provided)
{
    /// <summary>The field.</summary>
    public LuckyGraph.Engine.Types.FieldDefinition Field { get; } = field;
    /// <summary>Number of arguments that the field defines.</summary>
    public int Count => values.Length;
    /// <summary>The value by the argument's index; null when not provided.</summary>
    public object? this[int index] => values[index];
    /// <summary>Whether the argument was given or has a default.</summary>
    public bool IsProvided(int index) => provided[index];
}

/// <summary>A coerced input object: its fields in definition order.</summary>
public sealed class InputObjectValue(LuckyGraph.Engine.Types.InputObjectType type, object?[] values, bool[] provided)
{
    /// <summary>The type.</summary>
    public LuckyGraph.Engine.Types.InputObjectType Type { get; } = type;
    /// <summary>Number of fields that the type defines.</summary>
    public int Count => values.Length;
    /// <summary>The value by the field's index; null when not provided.</summary>
    public object? this[int index] => values[index];
    /// <summary>Whether the field was given or has a default.</summary>
    public bool IsProvided(int index) => provided[index];
    /// <summary>The value by the field's name, for code that does not know the index.</summary>
    public bool TryGetValue(string name, out object? value)
    {
        if (Type.Field(name) is { } field && provided[field.Index])
        {
            value = values[field.Index];
            return true;
        }

        value = null;
        return false;
    }
}
