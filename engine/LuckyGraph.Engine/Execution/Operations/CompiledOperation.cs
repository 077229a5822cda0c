using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>An operation of a valid document, ready to run any number of times. Plans of abstract types are added as they come.</summary>
internal sealed class CompiledOperation
{
    private readonly OperationCompiler _compiler;

    public CompiledOperation(Schema schema, DocumentNode document, OperationDefinitionNode definition, int maxSelections)
    {
        Schema = schema;
        Document = document;
        Definition = definition;
        Variables = new VariableCoercion(schema, document, definition);
        _compiler = new OperationCompiler(schema, document, Variables, maxSelections);
        _compiler.RegisterConditions(definition.SelectionSet);
        _compiler.RegisterFragmentConditions();
        RootType = schema.RootType(definition.Operation)!;
        Root = _compiler.Compile(RootType, definition.SelectionSet);
        if (Variables.Count == 0 && Variables.TryCoerce(default, out var none, out _))
        {
            WithoutVariables = new VariableSet(this, none);
        }
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
    /// <summary>Number of selections whose arguments depend on variables.</summary>
    public int DynamicArgumentCount => _compiler.DynamicArgumentCount;

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
