using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Tests.Planning;

/// <summary>
/// A large schema split over source schemas without composing it: every type that is a Node is an entity, whose fields belong
/// to one schema each; root fields too; everything else is known to all.
/// </summary>
internal static class SplitSchema
{
    public static FusionSchema Of(DocumentNode sdl, int sources)
    {
        var entities = sdl.Definitions.OfType<ObjectTypeDefinitionNode>().Where(t => t.Interfaces.Any(i => i.Name.Value == "Node")).Select(t => t.Name.Value).ToHashSet();
        var objects = sdl.Definitions.OfType<ObjectTypeDefinitionNode>().ToDictionary(t => t.Name.Value);
        var all = Enumerable.Range(0, sources).ToArray();
        int[] Owners(string type, string field)
            => (entities.Contains(type) && field != "id") || type is "Query" or "Mutation" ? [Hash($"{type}.{field}") % sources] : all;

        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        foreach (var definition in sdl.Definitions)
        {
            definitions.Add(definition switch
            {
                ObjectTypeDefinitionNode type => new ObjectTypeDefinitionNode
                {
                    Name = type.Name,
                    Interfaces = type.Interfaces,
                    Directives = [.. On(all), .. Directives(string.Concat(all.SelectMany(s => type.Interfaces.Select(i => $" @fusion__implements(schema: S{s}, interface: \"{i.Name.Value}\")")))),
                        .. entities.Contains(type.Name.Value) ? Directives(string.Concat(all.Select(s => $" @fusion__lookup(schema: S{s}, key: \"id\", steps: [\"find{type.Name.Value}(id: ID!)\"], map: [\"id\"])"))) : []],
                    Fields = [.. type.Fields.DistinctBy(f => f.Name.Value).Select(f => Field(f, Owners(type.Name.Value, f.Name.Value)))],
                },
                InterfaceTypeDefinitionNode type => new InterfaceTypeDefinitionNode
                {
                    Name = type.Name,
                    Interfaces = type.Interfaces,
                    Directives = On(all),
                    Fields = [.. type.Fields.Select(f => Field(f, [.. all.Where(s => objects.Values.Where(o => o.Interfaces.Any(i => i.Name.Value == type.Name.Value)).All(o => Owners(o.Name.Value, f.Name.Value).Contains(s)))]))],
                },
                UnionTypeDefinitionNode type => new UnionTypeDefinitionNode
                {
                    Name = type.Name,
                    Types = type.Types,
                    Directives = [.. On(all), .. Directives(string.Concat(all.SelectMany(s => type.Types.Select(m => $" @fusion__unionMember(schema: S{s}, member: \"{m.Name.Value}\")"))))],
                },
                _ => definition,
            });
        }

        definitions.AddRange(Parser.ParseDocument($"enum fusion__Schema {{ {string.Join(' ', all.Select(s => $"S{s}"))} }}\n{ExecutionVocabulary.Definitions}").Definitions);
        return FusionSchemaReader.Read(new DocumentNode { Definitions = definitions.ToImmutable() });
    }

    private static FieldDefinitionNode Field(FieldDefinitionNode field, int[] owners) => new()
    {
        Name = field.Name,
        Arguments = field.Arguments,
        Type = field.Type,
        Directives = Directives(string.Concat(owners.Select(s => $" @fusion__field(schema: S{s})"))),
    };

    private static ImmutableArray<DirectiveNode> On(int[] sources) => Directives(string.Concat(sources.Select(s => $" @fusion__type(schema: S{s})")));

    private static ImmutableArray<DirectiveNode> Directives(string text)
        => text.Length == 0 ? [] : Parser.ParseDocument($"scalar _{text}", ParserOptions.Trusted).Definitions[0].Directives;

    private static int Hash(string text)
    {
        var hash = 17;
        foreach (var character in text)
        {
            hash = unchecked((hash * 31) + character) & 0x7fffffff;
        }

        return hash;
    }

    /// <summary>An operation that selects everything without required arguments, breadth first, up to a number of fields.</summary>
    public static string Operation(Schema schema, int fields)
    {
        var root = new Node(schema.QueryType, null);
        var open = new Queue<Node>([root]);
        var used = 0;
        while (used < fields && open.TryDequeue(out var node))
        {
            if (node.Type is not ComplexType complex || node.Type is InterfaceType)
            {
                foreach (var possible in schema.PossibleTypes(node.Type).Take(3))
                {
                    var child = new Node(possible, $"... on {possible.Name}");
                    node.Children.Add(child);
                    open.Enqueue(child);
                }

                continue;
            }

            foreach (var field in complex.Fields)
            {
                if (used == fields || field.Name is "node" or "nodes" or "relay" || field.Arguments.Any(a => a.IsRequired))
                {
                    continue;
                }

                used++;
                // Fields of different types at one place may differ in shape.
                var child = new Node(field.Type.Named, node.Text?.StartsWith("...", StringComparison.Ordinal) == true ? $"{node.Type.Name}_{field.Name}: {field.Name}" : field.Name);
                node.Children.Add(child);
                if (!field.Type.IsLeaf)
                {
                    open.Enqueue(child);
                }
            }
        }

        return root.Print();
    }

    private sealed record Node(NamedType Type, string? Text)
    {
        public List<Node> Children { get; } = [];

        public string Print()
            => Type is ScalarType or EnumType ? Text! : $"{Text} {{ __typename {string.Join(' ', Children.Select(c => c.Print()))} }}";
    }
}
