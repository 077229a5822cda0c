using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Finds what changed between two schemas, as clients of the first one would notice it.</summary>
internal sealed class ClientSchemaDiff(DocumentNode before, DocumentNode after)
{
    private readonly List<SchemaChange> _changes = [];
    private readonly Dictionary<string, TypeDefinitionNode> _before = Index(before);
    private readonly Dictionary<string, TypeDefinitionNode> _after = Index(after);

    public ImmutableArray<SchemaChange> Changes()
    {
        foreach (var (name, old) in _before)
        {
            if (!_after.TryGetValue(name, out var now))
            {
                Add(SchemaChangeKind.Breaking, name, $"The type \"{name}\" was removed.");
            }
            else if (old.GetType() != now.GetType())
            {
                Add(SchemaChangeKind.Breaking, name, $"The type \"{name}\" changed from {Kind(old)} to {Kind(now)}.");
            }
            else
            {
                Compare(old, now);
            }
        }

        foreach (var name in _after.Keys.Where(n => !_before.ContainsKey(n)))
        {
            Add(SchemaChangeKind.Compatible, name, $"The type \"{name}\" was added.");
        }

        return [.. _changes.OrderBy(c => c.Kind).ThenBy(c => c.Coordinate, StringComparer.Ordinal).ThenBy(c => c.Message, StringComparer.Ordinal)];
    }

    private static Dictionary<string, TypeDefinitionNode> Index(DocumentNode document)
    {
        var types = new Dictionary<string, TypeDefinitionNode>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            if (definition is TypeDefinitionNode { IsExtension: false } type)
            {
                types.TryAdd(type.Name.Value, type);
            }
        }

        return types;
    }

    private static string Kind(TypeDefinitionNode type) => type switch
    {
        ScalarTypeDefinitionNode => "a scalar",
        ObjectTypeDefinitionNode => "an object type",
        InterfaceTypeDefinitionNode => "an interface",
        UnionTypeDefinitionNode => "a union",
        EnumTypeDefinitionNode => "an enum",
        _ => "an input object",
    };

    private void Add(SchemaChangeKind kind, string coordinate, string message) => _changes.Add(new SchemaChange(kind, coordinate, message));

    private void Compare(TypeDefinitionNode old, TypeDefinitionNode now)
    {
        var name = old.Name.Value;
        switch (old)
        {
            case ComplexTypeDefinitionNode complex:
                CompareComplex(name, complex, (ComplexTypeDefinitionNode)now);
                break;
            case UnionTypeDefinitionNode union:
                CompareNames(
                    union.Types.Select(t => t.Name.Value), ((UnionTypeDefinitionNode)now).Types.Select(t => t.Name.Value),
                    m => Add(SchemaChangeKind.Breaking, name, $"The member \"{m}\" was removed from the union \"{name}\"."),
                    m => Add(SchemaChangeKind.Dangerous, name, $"The member \"{m}\" was added to the union \"{name}\"."));
                break;
            case EnumTypeDefinitionNode @enum:
                CompareNames(
                    @enum.Values.Select(v => v.Name.Value), ((EnumTypeDefinitionNode)now).Values.Select(v => v.Name.Value),
                    v => Add(SchemaChangeKind.Breaking, $"{name}.{v}", $"The value \"{v}\" was removed from the enum \"{name}\"."),
                    v => Add(SchemaChangeKind.Dangerous, $"{name}.{v}", $"The value \"{v}\" was added to the enum \"{name}\"."));
                break;
            case InputObjectTypeDefinitionNode input:
                CompareInputs(name, "input field", input.Fields, ((InputObjectTypeDefinitionNode)now).Fields, f => $"{name}.{f}");
                if (!CompositeDirectives.Has(old.Directives, "oneOf") && CompositeDirectives.Has(now.Directives, "oneOf"))
                {
                    Add(SchemaChangeKind.Breaking, name, $"The input object \"{name}\" became @oneOf.");
                }

                break;
        }
    }

    private void CompareComplex(string name, ComplexTypeDefinitionNode old, ComplexTypeDefinitionNode now)
    {
        CompareNames(
            old.Interfaces.Select(i => i.Name.Value), now.Interfaces.Select(i => i.Name.Value),
            i => Add(SchemaChangeKind.Breaking, name, $"The type \"{name}\" no longer implements \"{i}\"."),
            i => Add(SchemaChangeKind.Dangerous, name, $"The type \"{name}\" now implements \"{i}\"."));
        foreach (var field in old.Fields)
        {
            var coordinate = $"{name}.{field.Name.Value}";
            if (now.Fields.FirstOrDefault(f => f.Name.Value == field.Name.Value) is not { } current)
            {
                Add(SchemaChangeKind.Breaking, coordinate, $"The field \"{coordinate}\" was removed.");
                continue;
            }

            if (!TypeNodes.Same(field.Type, current.Type))
            {
                Add(
                    IsSafeOutput(field.Type, current.Type) ? SchemaChangeKind.Compatible : SchemaChangeKind.Breaking, coordinate,
                    $"The type of \"{coordinate}\" changed from \"{TypeNodes.Print(field.Type)}\" to \"{TypeNodes.Print(current.Type)}\".");
            }

            CompareInputs(coordinate, "argument", field.Arguments, current.Arguments, a => $"{coordinate}({a}:)");
        }

        foreach (var field in now.Fields.Where(f => old.Fields.All(o => o.Name.Value != f.Name.Value)))
        {
            Add(SchemaChangeKind.Compatible, $"{name}.{field.Name.Value}", $"The field \"{name}.{field.Name.Value}\" was added.");
        }
    }

    private void CompareInputs(
        string owner, string what, ImmutableArray<InputValueDefinitionNode> old, ImmutableArray<InputValueDefinitionNode> now, Func<string, string> coordinate)
    {
        foreach (var input in old)
        {
            var at = coordinate(input.Name.Value);
            if (now.FirstOrDefault(i => i.Name.Value == input.Name.Value) is not { } current)
            {
                Add(SchemaChangeKind.Breaking, at, $"The {what} \"{input.Name.Value}\" of \"{owner}\" was removed.");
                continue;
            }

            if (!TypeNodes.Same(input.Type, current.Type))
            {
                // A new non-null is harmless to those who leave it to a default.
                Add(
                    IsSafeInput(input.Type, current.Type) ? SchemaChangeKind.Compatible : SchemaChangeKind.Breaking, at,
                    $"The type of the {what} \"{input.Name.Value}\" of \"{owner}\" changed from \"{TypeNodes.Print(input.Type)}\" to \"{TypeNodes.Print(current.Type)}\".");
            }

            if (!TypeNodes.SameValue(input.DefaultValue, current.DefaultValue))
            {
                var breaking = current.DefaultValue is null && current.Type is NonNullTypeNode;
                Add(
                    breaking ? SchemaChangeKind.Breaking : SchemaChangeKind.Dangerous, at,
                    $"The default of the {what} \"{input.Name.Value}\" of \"{owner}\" changed from {Text(input.DefaultValue)} to {Text(current.DefaultValue)}.");
            }
        }

        foreach (var input in now.Where(n => old.All(o => o.Name.Value != n.Name.Value)))
        {
            var required = input is { Type: NonNullTypeNode, DefaultValue: null };
            Add(
                required ? SchemaChangeKind.Breaking : SchemaChangeKind.Compatible, coordinate(input.Name.Value),
                $"The {(required ? "required" : "optional")} {what} \"{input.Name.Value}\" of \"{owner}\" was added.");
        }
    }

    private static string Text(ValueNode? value) => value is null ? "nothing" : Printer.PrintCompact(value);

    private static void CompareNames(IEnumerable<string> old, IEnumerable<string> now, Action<string> removed, Action<string> added)
    {
        var oldNames = old.ToHashSet(StringComparer.Ordinal);
        var newNames = now.ToHashSet(StringComparer.Ordinal);
        foreach (var name in oldNames.Where(n => !newNames.Contains(n)))
        {
            removed(name);
        }

        foreach (var name in newNames.Where(n => !oldNames.Contains(n)))
        {
            added(name);
        }
    }

    // Every value of the new type is a value of the old one.
    private static bool IsSafeOutput(TypeNode old, TypeNode now) => (old, now) switch
    {
        (NonNullTypeNode a, NonNullTypeNode b) => IsSafeOutput(a.Type, b.Type),
        (NonNullTypeNode, _) => false,
        (_, NonNullTypeNode b) => IsSafeOutput(old, b.Type),
        (ListTypeNode a, ListTypeNode b) => IsSafeOutput(a.Type, b.Type),
        (NamedTypeNode a, NamedTypeNode b) => a.Name.Value == b.Name.Value,
        _ => false,
    };

    // Every value of the old type is a value of the new one.
    private static bool IsSafeInput(TypeNode old, TypeNode now) => IsSafeOutput(now, old);
}
