using System.Collections.Immutable;
using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>A field node that contributes to a selection, and when it does.</summary>
/// <param name="Node">The syntax.</param>
/// <param name="Condition">The conditions of the node and of the fragments around it; null: always.</param>
/// <param name="Order">Place in the order of collection (6.3.2); the first included node places the field.</param>
/// <param name="Defer">The innermost <c>@defer</c> around the node, when its operation delivers incrementally.</param>
internal readonly record struct SelectedNode(FieldNode Node, ulong[]? Condition, int Order, DeferUsage? Defer = null);

/// <summary>One response name of a compiled selection set, with everything that is known before a request comes.</summary>
internal sealed class Selection
{
    /// <summary>Dense number within the operation.</summary>
    public required int Id { get; init; }
    /// <summary>The type whose selection set this belongs to.</summary>
    public required ObjectType DeclaringType { get; init; }
    /// <summary>The field.</summary>
    public required FieldDefinition Field { get; init; }
    /// <summary>The alias or name.</summary>
    public required string ResponseName { get; init; }
    /// <summary>Comma, quoted response name, colon.</summary>
    public required byte[] Key { get; init; }
    /// <summary>The merged field nodes.</summary>
    public required ImmutableArray<SelectedNode> Nodes { get; init; }
    /// <summary>The code behind the field.</summary>
    public required FieldBinding Binding { get; init; }
    /// <summary>The field's number within <see cref="Binding"/>.</summary>
    public required int BindingIndex { get; init; }
    /// <summary>How the field gets its value.</summary>
    public required FieldKind Kind { get; init; }
    /// <summary>Whether a pure leaf is read, and written by its scalar.</summary>
    public required bool ReadsLeaf { get; init; }
    /// <summary>Whether this is <c>__typename</c>.</summary>
    public required bool IsTypeName { get; init; }
    /// <summary>How arguments are made; null when the field has none.</summary>
    public required ArgumentPlan? Arguments { get; init; }
    /// <summary>Whether an effect lies anywhere below.</summary>
    public required bool HasEffectsBelow { get; init; }
    /// <summary>How the list is streamed; null when it is not.</summary>
    public StreamUsage? Stream { get; init; }
    /// <summary>The compiled selection set when the field's named type is an object.</summary>
    public SelectionPlan? Child { get; internal set; }
    /// <summary>The selection sets by concrete type when the field's named type is abstract.</summary>
    public AbstractPlans? AbstractChild { get; init; }

    /// <summary>Whether the resolve phase visits this selection.</summary>
    public bool NeedsResolve => IsEffect || HasEffectsBelow;

    /// <summary>Whether the value comes from the resolve phase: effects, and whatever needs authorization.</summary>
    public bool IsEffect => Kind != FieldKind.Pure || !Field.Authorization.IsEmpty;

    /// <summary>The compiled selection set for an object type.</summary>
    public SelectionPlan PlanFor(ObjectType type) => Child ?? AbstractChild!.For(type);

    public static byte[] EncodeKey(string responseName) => [(byte)',', .. JsonEncodedText.Encode(responseName).EncodedUtf8Bytes.Quoted(), (byte)':'];
}

internal static class Utf8Quoting
{
    public static byte[] Quoted(this ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length + 2];
        result[0] = (byte)'"';
        text.CopyTo(result.AsSpan(1));
        result[^1] = (byte)'"';
        return result;
    }
}

/// <summary>The selection sets of one field of abstract type, compiled when a value of the concrete type first comes.</summary>
internal sealed class AbstractPlans(OperationCompiler compiler, ImmutableArray<SelectedNode> nodes, bool conditionsImplied, DeferScope scope)
{
    private volatile KeyValuePair<ObjectType, SelectionPlan>[] _plans = [];

    public SelectionPlan For(ObjectType type)
    {
        foreach (var (known, plan) in _plans)
        {
            if (ReferenceEquals(known, type))
            {
                return plan;
            }
        }

        return Compile(type);
    }

    private SelectionPlan Compile(ObjectType type)
    {
        lock (compiler)
        {
            foreach (var (known, plan) in _plans)
            {
                if (ReferenceEquals(known, type))
                {
                    return plan;
                }
            }

            var compiled = compiler.CompileChild(type, nodes, conditionsImplied, scope);
            _plans = [.. _plans, new(type, compiled)];
            return compiled;
        }
    }
}
