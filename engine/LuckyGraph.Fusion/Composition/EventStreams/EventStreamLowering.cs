using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.EventStreams;

/// <summary>
/// Makes a source schema of its own, <c>{name}:events</c>, of the event streams that a source schema declares: their fields, and
/// of the types below them what messages carry. Streams that carry different things of one type make several. The rest of
/// composition, satisfiability and the planner then treat the event bus like any other source that knows a part of an entity.
/// </summary>
internal sealed class EventStreamLowering
{
    private const string Suffix = ":events";
    private static readonly DirectiveNode s_external = new() { Name = new Name(CompositeDirectives.External) };

    private readonly SourceDocument _schema;
    private readonly List<EventStreamDeclaration> _declarations = [];
    private readonly SortedDictionary<string, CarriedType> _carried = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceType> _abstract = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SourceType> _leaves = new(StringComparer.Ordinal);

    private EventStreamLowering(SourceDocument schema, EventStreamDeclaration declaration)
    {
        _schema = schema;
        _declarations.Add(declaration);
        Visit(schema.Type(TypeNodes.NamedOf(declaration.Field.Type))!, [declaration.Carried]);
        Leaves(declaration.Field);
    }

    /// <summary>Takes event streams out of the schemas that declare them, and adds the schemas that they make. In the order of the names.</summary>
    public static List<SourceDocument> Apply(List<SourceDocument> schemas, IReadOnlyList<CollectedLookup> lookups, CompositionLog log)
    {
        var keys = new EntityKeys(lookups);
        var all = new List<SourceDocument>(schemas);
        foreach (var schema in schemas)
        {
            var groups = new List<EventStreamLowering>();
            foreach (var declaration in EventStreamDeclaration.Read(schema, keys, log))
            {
                var lowering = new EventStreamLowering(schema, declaration);
                if (groups.Find(g => g.AgreesWith(lowering)) is { } group)
                {
                    group.Join(lowering);
                }
                else
                {
                    groups.Add(lowering);
                }
            }

            for (var i = 0; i < groups.Count; i++)
            {
                var name = schema.Name + Suffix + (i == 0 ? "" : $":{i + 1}");
                while (all.Exists(s => s.Name == name))
                {
                    name += "_";
                }

                all.Add(groups[i].Lower(name, log));
            }
        }

        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }

    /// <summary>Whether messages of both carry the same of every type that both have. What one source schema knows of a type, it knows wherever it has the type.</summary>
    private bool AgreesWith(EventStreamLowering other) => other._carried.Values.All(c => !_carried.TryGetValue(c.Type.Name, out var own) || own.Equals(c));

    private void Join(EventStreamLowering other)
    {
        _declarations.AddRange(other._declarations);
        foreach (var carried in other._carried.Values)
        {
            _carried.TryAdd(carried.Type.Name, carried);
        }

        foreach (var type in other._abstract.Values)
        {
            _abstract.TryAdd(type.Name, type);
        }

        foreach (var type in other._leaves.Values)
        {
            _leaves.TryAdd(type.Name, type);
        }
    }

    private SourceDocument Lower(string name, CompositionLog log)
    {
        var lowered = SourceSchemaLoader.Load(new SourceSchemaInput(name, "") { Kind = SourceSchemaKind.Composite }, Document(), log);
        lowered.IsEventStream = true;
        foreach (var declaration in _declarations)
        {
            var field = lowered.Type(declaration.Field.DeclaringType.Name)!.Field(declaration.Field.Name)!;
            field.EventTopic = declaration.Topic.Text;
            // What messages carry everywhere needs no providing.
            field.Provides = IsPlain(_schema.Type(TypeNodes.NamedOf(declaration.Field.Type))!, declaration.Carried) ? null : declaration.Carried;
            Remove(declaration.Field);
        }

        return lowered;
    }

    private bool IsPlain(SourceType type, SelectionSetNode selection)
    {
        foreach (var possible in _schema.PossibleTypes(type))
        {
            var fields = new Dictionary<string, List<SelectionSetNode>>(StringComparer.Ordinal);
            Flatten(possible, selection, fields);
            foreach (var (name, children) in fields)
            {
                if (!_carried[possible.Name].IsPlain(name)
                    || !children.TrueForAll(c => IsPlain(_schema.Type(TypeNodes.NamedOf(possible.Field(name)!.Type))!, c)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Remove(SourceFieldDefinition field)
    {
        field.DeclaringType.Fields.Remove(field);
        if (field.DeclaringType.Fields.Count == 0)
        {
            _schema.Roots.Remove(OperationKind.Subscription);
            _schema.Remove(field.DeclaringType);
        }
    }

    /// <summary>Notes what stands at one position.</summary>
    private void Visit(SourceType type, IReadOnlyList<SelectionSetNode> selections)
    {
        if (type.Kind != TypeKind.Object)
        {
            _abstract.TryAdd(type.Name, type);
        }

        foreach (var possible in _schema.PossibleTypes(type))
        {
            if (!_carried.TryGetValue(possible.Name, out var carried))
            {
                _carried.Add(possible.Name, carried = new CarriedType(possible));
            }

            var fields = new Dictionary<string, List<SelectionSetNode>>(StringComparer.Ordinal);
            foreach (var selection in selections)
            {
                Flatten(possible, selection, fields);
            }

            carried.Add(fields.Keys);
            foreach (var (name, children) in fields)
            {
                var field = possible.Field(name)!;
                Leaves(field);
                if (children.Count > 0)
                {
                    Visit(_schema.Type(TypeNodes.NamedOf(field.Type))!, children);
                }
            }
        }
    }

    /// <summary>The fields that a selection has for one object type.</summary>
    private void Flatten(SourceType type, SelectionSetNode selection, Dictionary<string, List<SelectionSetNode>> fields)
    {
        foreach (var node in selection.Selections)
        {
            if (node is FieldNode field)
            {
                if (!fields.TryGetValue(field.Name.Value, out var children))
                {
                    fields.Add(field.Name.Value, children = []);
                }

                if (field.SelectionSet is not null)
                {
                    children.Add(field.SelectionSet);
                }
            }
            else if (node is InlineFragmentNode fragment
                && (fragment.TypeCondition is not { } condition || _schema.PossibleTypes(_schema.Type(condition.Name.Value)!).Contains(type)))
            {
                Flatten(type, fragment.SelectionSet, fields);
            }
        }
    }

    // Scalars, enums and input types are copied with what they refer to.
    private void Leaves(SourceFieldDefinition field)
    {
        Leaf(field.Type);
        foreach (var argument in field.Arguments)
        {
            Leaf(argument.Type);
        }
    }

    private void Leaf(TypeNode reference)
    {
        if (_schema.Type(TypeNodes.NamedOf(reference)) is { Kind: TypeKind.Scalar or TypeKind.Enum or TypeKind.InputObject } type && _leaves.TryAdd(type.Name, type))
        {
            foreach (var field in type.InputFields)
            {
                Leaf(field.Type);
            }
        }
    }

    private DocumentNode Document()
    {
        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        definitions.Add(new ObjectTypeDefinitionNode
        {
            Name = new Name(_declarations[0].Field.DeclaringType.Name),
            Fields = [.. _declarations.Select(static d => Copy(
                d.Field, d.Field.Node.Arguments, [.. d.Field.Node.Directives.Where(static x => x.Name.Value != EventStreamDeclaration.Directive)]))],
        });
        foreach (var carried in _carried.Values)
        {
            definitions.Add(new ObjectTypeDefinitionNode
            {
                Name = new Name(carried.Type.Name),
                Interfaces = Interfaces(carried.Type),
                Fields = [.. carried.Fields.Select(name => Copy(carried.Type.Field(name)!, [], carried.IsPlain(name) ? [] : [s_external]))],
            });
        }

        foreach (var type in _abstract.Values)
        {
            definitions.Add(type.Kind == TypeKind.Union
                ? new UnionTypeDefinitionNode
                { Name = new Name(type.Name), Types = [.. _schema.PossibleTypes(type).Select(static t => new NamedTypeNode { Name = new Name(t.Name) })] }
                : new InterfaceTypeDefinitionNode
                {
                    Name = new Name(type.Name),
                    Interfaces = Interfaces(type),
                    // A field is one of the interface where every message has it.
                    Fields = [.. type.Fields.Where(f => _schema.PossibleTypes(type).All(t => _carried[t.Name].IsPlain(f.Name))).Select(static f => Copy(f, [], []))],
                });
        }

        foreach (var type in _leaves.Values)
        {
            definitions.Add(Copy(type));
        }

        return new DocumentNode { Definitions = definitions.ToImmutable() };
    }

    private ImmutableArray<NamedTypeNode> Interfaces(SourceType type)
        => [.. _schema.AllInterfaces(type).Where(_abstract.ContainsKey).Select(static i => new NamedTypeNode { Name = new Name(i) })];

    private static FieldDefinitionNode Copy(SourceFieldDefinition field, ImmutableArray<InputValueDefinitionNode> arguments, ImmutableArray<DirectiveNode> directives)
        => new() { Name = field.Node.Name, Description = field.Node.Description, Type = field.Type, Arguments = arguments, Directives = directives };

    private static DefinitionNode Copy(SourceType type) => type.Kind switch
    {
        TypeKind.Scalar => new ScalarTypeDefinitionNode { Name = new Name(type.Name), Directives = Kept(type) },
        TypeKind.Enum => new EnumTypeDefinitionNode { Name = new Name(type.Name), Directives = Kept(type), Values = [.. type.Values] },
        _ => new InputObjectTypeDefinitionNode { Name = new Name(type.Name), Directives = Kept(type), Fields = [.. type.InputFields] },
    };

    private static ImmutableArray<DirectiveNode> Kept(SourceType type)
        => [.. type.Directives.Where(static d => d.Name.Value is CompositeDirectives.Inaccessible or "specifiedBy" or "oneOf")];

    /// <summary>An object type and what messages carry of it: at any position, and at every one.</summary>
    private sealed class CarriedType(SourceType type)
    {
        private readonly SortedSet<string> _fields = new(StringComparer.Ordinal);
        private SortedSet<string>? _everywhere;

        public SourceType Type { get; } = type;

        /// <summary>The names of all fields.</summary>
        public IReadOnlyCollection<string> Fields => _fields;

        public void Add(IEnumerable<string> fields)
        {
            if (_everywhere is null)
            {
                _everywhere = new SortedSet<string>(fields, StringComparer.Ordinal);
            }
            else
            {
                _everywhere.IntersectWith(fields);
            }

            _fields.UnionWith(fields);
        }

        /// <summary>Whether messages carry the field wherever they carry an object of the type.</summary>
        public bool IsPlain(string field) => _everywhere!.Contains(field);

        public bool Equals(CarriedType other) => _fields.SetEquals(other._fields) && _everywhere!.SetEquals(other._everywhere!);
    }
}
