using System.Collections.Immutable;
using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>An operation of a valid document, ready to run any number of times. Plans of abstract types are added as they come.</summary>
internal sealed class CompiledOperation
{
    private const int MaxSharedIncremental = 16;

    private readonly OperationCompiler _compiler;
    private readonly int _maxSelections;
    private volatile KeyValuePair<ulong[], CompiledOperation>[] _incremental = [];

    public CompiledOperation(Schema schema, DocumentNode document, OperationDefinitionNode definition, int maxSelections)
    {
        _maxSelections = maxSelections;
        Schema = schema;
        Document = document;
        Definition = definition;
        Variables = new VariableCoercion(schema, document, definition);
        _compiler = new OperationCompiler(schema, document, Variables, maxSelections);
        _compiler.RegisterConditions(definition.SelectionSet);
        _compiler.RegisterFragmentConditions();
        DeliversIncrementally = _compiler.HasIncremental && definition.Operation != OperationKind.Subscription;
        RootType = schema.RootType(definition.Operation)!;
        Root = _compiler.Compile(RootType, definition.SelectionSet);
        if (Variables.Count == 0 && Variables.TryCoerce(default, out var none, out _))
        {
            WithoutVariables = new VariableSet(this, none);
        }
    }

    // For one combination of conditions, which is decided here and now.
    private CompiledOperation(CompiledOperation general, ulong[] flags)
    {
        Schema = general.Schema;
        Document = general.Document;
        Definition = general.Definition;
        Variables = general.Variables;
        RootType = general.RootType;
        _compiler = general._compiler.Incremental(flags, general._maxSelections);
        Root = _compiler.Compile(RootType, Definition.SelectionSet);
    }

    /// <summary>The schema.</summary>
    public Schema Schema { get; }
    /// <summary>The document, for locations.</summary>
    public DocumentNode Document { get; }
    /// <summary>The syntax.</summary>
    public OperationDefinitionNode Definition { get; }
    /// <summary>Query, mutation or subscription.</summary>
    public OperationKind Kind => Definition.Operation;
    /// <summary>The root type.</summary>
    public ObjectType RootType { get; }
    /// <summary>The plan of the root selection set.</summary>
    public SelectionPlan Root { get; }
    /// <summary>Coercion of the operation's variables.</summary>
    public VariableCoercion Variables { get; }
    /// <summary>The only variable set of an operation that declares no variables; shared by all its requests.</summary>
    public VariableSet? WithoutVariables { get; }
    /// <summary>How many frames, slots and resolver calls a run needed lately; what the next run rents at once.</summary>
    public RunSize ExpectedSize { get; set; } = RunSize.Unknown;
    /// <summary>What the operation costs; null until a request needs to know.</summary>
    public OperationCost? Cost { get; set; }
    /// <summary>Number of selections whose arguments depend on variables.</summary>
    public int DynamicArgumentCount => _compiler.DynamicArgumentCount;

    /// <summary>Whether <c>@defer</c> or <c>@stream</c> occur, in a query or mutation whose schema has them.</summary>
    public bool DeliversIncrementally { get; }

    /// <summary>
    /// The operation as a set of variables delivers it incrementally; null when every <c>@defer</c> and <c>@stream</c> is off.
    /// This operation itself runs without regard to them.
    /// </summary>
    /// <exception cref="GraphQLException">The operation is larger than the limit.</exception>
    public CompiledOperation? Incremental(VariableSet set)
    {
        if (!_compiler.IsIncremental(set.Flags))
        {
            return null;
        }

        foreach (var (flags, known) in _incremental)
        {
            if (flags.AsSpan().SequenceEqual(set.Flags))
            {
                return known;
            }
        }

        var compiled = new CompiledOperation(this, set.Flags);
        lock (Variables)
        {
            // Hostile variables must not fill memory: past a few combinations nothing is kept.
            if (_incremental.Length < MaxSharedIncremental)
            {
                _incremental = [.. _incremental, new(set.Flags, compiled)];
            }
        }

        return compiled;
    }

    /// <summary>Evaluates every <c>@skip</c> and <c>@include</c> once for a set of variables.</summary>
    public ulong[] ConditionFlags(VariableValues values) => _compiler.ConditionFlags(values);
}

/// <summary>The memory that a run needs.</summary>
/// <param name="Frames">Number of frames.</param>
/// <param name="Slots">Number of slots.</param>
/// <param name="Calls">Number of resolver calls under way at the same time.</param>
internal sealed record RunSize(int Frames, int Slots, int Calls)
{
    public static readonly RunSize Unknown = new(0, 0, 0);
}
