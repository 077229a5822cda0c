using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <content>
/// Incremental delivery: with the conditions decided, the fields of a selection set fall into those that are delivered with
/// their parent and partitions that follow, one for each set of defers (proposal #1110, BuildExecutionPlan).
/// </content>
internal sealed partial class OperationCompiler
{
    private readonly List<int> _incrementalIfs = [];
    private ulong[]? _decided;

    /// <summary>Whether <c>@defer</c> or <c>@stream</c> occur, in a schema that has them.</summary>
    public bool HasIncremental => _incrementalIfs.Count > 0;

    /// <summary>Whether any <c>@defer</c> or <c>@stream</c> is on.</summary>
    public bool IsIncremental(ulong[] flags)
    {
        foreach (var off in _incrementalIfs)
        {
            if (off < 0 || !IsSet(flags, off))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A compiler of the same operation that delivers incrementally, for one combination of conditions.</summary>
    public OperationCompiler Incremental(ulong[] flags, int selections)
    {
        var compiler = new OperationCompiler(schema, document, variables, selections) { _decided = flags };
        lock (_conditions)
        {
            compiler._conditions.AddRange(_conditions);
        }

        return compiler;
    }

    private void RegisterIncremental(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            if (IsIncremental(directive))
            {
                switch (IfArgument(directive))
                {
                    case BooleanValueNode { Value: false }:
                        break;
                    case VariableNode variable:
                        _incrementalIfs.Add(Bit(variables.IndexOf(variable.Name.Value), expected: false));
                        break;
                    default:
                        _incrementalIfs.Add(-1);
                        break;
                }
            }
        }
    }

    private bool IsIncremental(DirectiveNode directive)
        => directive.Name.Value is "defer" or "stream" && schema.Directives.ContainsKey(directive.Name.Value);

    // Only an explicit false turns a directive off: null and absence leave the default.
    private DirectiveNode? Active(ImmutableArray<DirectiveNode> directives, string name)
    {
        if (_decided is null)
        {
            return null;
        }

        foreach (var directive in directives)
        {
            if (directive.Name.Value != name || !schema.Directives.ContainsKey(name))
            {
                continue;
            }

            return IfArgument(directive) switch
            {
                BooleanValueNode { Value: false } => null,
                VariableNode variable when IsSet(_decided, Bit(variables.IndexOf(variable.Name.Value), expected: false)) => null,
                _ => directive,
            };
        }

        return null;
    }

    private DeferUsage? Deferred(ImmutableArray<DirectiveNode> directives, DeferUsage? around, DeferScope scope)
    {
        if (_decided is null || Active(directives, "defer") is not { } directive)
        {
            return around;
        }

        return new DeferUsage(around, Label(directive), scope.PathLength);
    }

    private StreamUsage? Streamed(ObjectType type, string responseName, ImmutableArray<SelectedNode> nodes, FieldDefinition field, DeferScope scope)
    {
        if (_decided is null || field.Type.Nullable is not ListType || Active(nodes[0].Node.Directives, "stream") is not { } directive)
        {
            return null;
        }

        ValueNode? initialCount = null;
        foreach (var argument in directive.Arguments)
        {
            initialCount = argument.Name.Value == "initialCount" ? argument.Value : initialCount;
        }

        // Items that come later have nothing left to be deferred from: only defers of their own count.
        Selection? items = null;
        if (scope.Usages.Length > 0 || nodes.Any(n => n.Defer is not null))
        {
            items = Build(type, responseName, [.. nodes.Select(n => n with { Defer = null })], field, scope with { Usages = [] }, isItem: true);
        }

        return new StreamUsage(Label(directive), initialCount, items);
    }

    private static string? Label(DirectiveNode directive)
    {
        foreach (var argument in directive.Arguments)
        {
            if (argument.Name.Value == "label")
            {
                return (argument.Value as StringValueNode)?.Value;
            }
        }

        return null;
    }

    private static ImmutableArray<Selection>.Builder PartOf(List<(DeferUsage[] Usages, ImmutableArray<Selection>.Builder Selections)> parts, DeferUsage[] usages)
    {
        foreach (var part in parts)
        {
            if (DeferUsage.IsSameSet(part.Usages, usages))
            {
                return part.Selections;
            }
        }

        parts.Add((usages, ImmutableArray.CreateBuilder<Selection>()));
        return parts[^1].Selections;
    }

    private static ImmutableArray<DeferPartition> Partitions(ObjectType type, List<(DeferUsage[] Usages, ImmutableArray<Selection>.Builder Selections)>? parts)
    {
        if (parts is null)
        {
            return [];
        }

        var partitions = ImmutableArray.CreateBuilder<DeferPartition>(parts.Count);
        foreach (var (usages, selections) in parts)
        {
            partitions.Add(new DeferPartition(usages, new SelectionPlan(type, selections.DrainToImmutable(), [])));
        }

        return partitions.MoveToImmutable();
    }

    private static bool IsSet(ulong[] flags, int bit) => (bit >> 6) < flags.Length && (flags[bit >> 6] & (1UL << (bit & 63))) != 0;
}
