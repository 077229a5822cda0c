using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// The fields <c>Query.node(id: ID!)</c> and <c>Query.nodes(ids: [ID!]!)</c> (Relay, Object Identification) where not every
/// source schema that has them answers for all types: global ids name their type, so the gateway knows whom to ask. Where
/// one Federation subgraph alone has them, the ids are its own to read: these are fields like any other.
/// </summary>
internal sealed class NodeRouting
{
    private readonly FusionField? _node;
    private readonly FusionField? _nodes;
    private readonly Dictionary<FusionType, ImmutableArray<Lookup>> _lookups = [];

    private NodeRouting(FusionSchema schema, FusionType node)
    {
        _node = schema.Query.Field("node") is { } one && Returns(one, node, "id", "ID!") ? one : null;
        _nodes = schema.Query.Field("nodes") is { } many && Returns(many, node, "ids", "[ID!]!") ? many : null;
        foreach (var type in node.PossibleTypes)
        {
            _lookups.Add(type, [.. type.Lookups.Where(l => IsKey(l.Key))]);
        }
    }

    /// <summary>The routing of a schema that needs one, else null.</summary>
    public static NodeRouting? Of(FusionSchema schema)
    {
        if (schema.Type("Node") is not { Kind: TypeKind.Interface } node || node.Field("id") is null || schema.Query.Field("node") is not { } field
            || !Returns(field, node, "id", "ID!"))
        {
            return null;
        }

        foreach (var source in field.Sources)
        {
            if (node.PossibleTypesIn(source).Length != node.PossibleTypes.Length)
            {
                return IsOneSubgraphs(schema, field) ? null : new NodeRouting(schema, node);
            }
        }

        return null;
    }

    private static bool IsOneSubgraphs(FusionSchema schema, FusionField field)
        => field.Sources is { Count: 1, First: var source } && schema.Lookups.Any(l => l.Source.Id == source && l.IsEntities);

    /// <summary>Whether a key is the id alone.</summary>
    public static bool IsKey(SelectionSetNode key) => key.Selections is [FieldNode { Name.Value: "id", SelectionSet: null }];

    /// <summary>Whether a field is one of the two.</summary>
    public bool Routes(FusionField? field) => field is not null && (field == _node || field == _nodes);

    /// <summary>The lookups of a type by its id.</summary>
    public ImmutableArray<Lookup> Lookups(FusionType type) => _lookups.TryGetValue(type, out var lookups) ? lookups : [];

    private static bool Returns(FusionField field, FusionType node, string argument, string type)
        => field.NamedType == node && field.Definition.Arguments.Length == 1 && field.Definition.Arguments[0].Name == argument
            && field.Definition.Arguments[0].Type.ToString() == type;
}
