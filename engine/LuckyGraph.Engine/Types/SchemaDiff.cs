using System.Collections.Immutable;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>What a change means for clients.</summary>
public enum SchemaChangeLevel : byte
{
    /// <summary>Every operation keeps working and means the same.</summary>
    Safe,
    /// <summary>Operations stay valid, but may meet values or behave in ways their authors did not know.</summary>
    Dangerous,
    /// <summary>Some valid operation becomes invalid or receives another type.</summary>
    Breaking,
}

/// <summary>One difference between two schemas.</summary>
/// <param name="Level">What it means for clients.</param>
/// <param name="Kind">The kind by graphql-js's name, such as <c>FIELD_REMOVED</c>.</param>
/// <param name="Description">The change in words, naming the element.</param>
public sealed record SchemaChange(SchemaChangeLevel Level, string Kind, string Description);

/// <summary>Compares two schemas as clients see them.</summary>
public static class SchemaDiff
{
    /// <summary>Every change from one schema to another; directives applied to definitions are not compared.</summary>
    public static ImmutableArray<SchemaChange> Compare(Schema oldSchema, Schema newSchema)
    {
        var comparison = new Comparison();
        comparison.Types(Visible(oldSchema), Visible(newSchema));
        comparison.Directives(oldSchema.DirectivesInOrder, newSchema.DirectivesInOrder);
        return [.. comparison.Changes];
    }

    private static IEnumerable<NamedType> Visible(Schema schema) => schema.TypesInOrder.Where(t => !t.IsIntrospection && !schema.UnusedScalars.Contains(t.Name));

    private sealed class Comparison
    {
        public List<SchemaChange> Changes { get; } = [];

        private void Breaking(string kind, string description) => Changes.Add(new SchemaChange(SchemaChangeLevel.Breaking, kind, description));

        private void Dangerous(string kind, string description) => Changes.Add(new SchemaChange(SchemaChangeLevel.Dangerous, kind, description));

        private void Safe(string kind, string description) => Changes.Add(new SchemaChange(SchemaChangeLevel.Safe, kind, description));

        public void Types(IEnumerable<NamedType> before, IEnumerable<NamedType> after)
        {
            var types = Diff.Of(before, after, t => t.Name);
            foreach (var type in types.Removed)
            {
                Breaking("TYPE_REMOVED", WellKnownScalars.IsBuiltIn(type.Name)
                    ? $"Standard scalar {type.Name} was removed because it is not referenced anymore."
                    : $"{type.Name} was removed.");
            }

            foreach (var type in types.Added)
            {
                Safe("TYPE_ADDED", $"{type.Name} was added.");
            }

            foreach (var (old, current) in types.Kept)
            {
                Description(old.Name, old.Description, current.Description);
                switch (old, current)
                {
                    case (ComplexType a, ComplexType b) when a.Kind == b.Kind:
                        Fields(a, b);
                        Interfaces(a, b);
                        break;
                    case (UnionType a, UnionType b): Members(a, b); break;
                    case (EnumType a, EnumType b): Values(a, b); break;
                    case (InputObjectType a, InputObjectType b): InputFields(a, b); break;
                    case var _ when old.Kind != current.Kind:
                        Breaking("TYPE_CHANGED_KIND", $"{old.Name} changed from {KindText(old.Kind)} to {KindText(current.Kind)}.");
                        break;
                }
            }
        }

        public void Directives(ImmutableArray<DirectiveType> before, ImmutableArray<DirectiveType> after)
        {
            var directives = Diff.Of(before, after, d => d.Name);
            foreach (var directive in directives.Removed)
            {
                Breaking("DIRECTIVE_REMOVED", $"Directive @{directive.Name} was removed.");
            }

            foreach (var directive in directives.Added)
            {
                Safe("DIRECTIVE_ADDED", $"Directive @{directive.Name} was added.");
            }

            foreach (var (old, current) in directives.Kept)
            {
                var name = $"@{old.Name}";
                var arguments = Diff.Of(old.Arguments, current.Arguments, a => a.Name);
                foreach (var argument in arguments.Added)
                {
                    if (argument.IsRequired)
                    {
                        Breaking("REQUIRED_DIRECTIVE_ARG_ADDED", $"A required argument {name}({argument.Name}:) was added.");
                    }
                    else
                    {
                        Safe("OPTIONAL_DIRECTIVE_ARG_ADDED", $"An optional argument {name}({argument.Name}:) was added.");
                    }
                }

                foreach (var argument in arguments.Removed)
                {
                    Breaking("DIRECTIVE_ARG_REMOVED", $"Argument {name}({argument.Name}:) was removed.");
                }

                Arguments(name, arguments.Kept);
                if (old.IsRepeatable && !current.IsRepeatable)
                {
                    Breaking("DIRECTIVE_REPEATABLE_REMOVED", $"Repeatable flag was removed from {name}.");
                }
                else if (!old.IsRepeatable && current.IsRepeatable)
                {
                    Safe("DIRECTIVE_REPEATABLE_ADDED", $"Repeatable flag was added to {name}.");
                }

                Description(name, old.Description, current.Description);
                foreach (var location in old.Locations.Except(current.Locations))
                {
                    Breaking("DIRECTIVE_LOCATION_REMOVED", $"{location} was removed from {name}.");
                }

                foreach (var location in current.Locations.Except(old.Locations))
                {
                    Safe("DIRECTIVE_LOCATION_ADDED", $"{location} was added to {name}.");
                }
            }
        }

        private void Fields(ComplexType before, ComplexType after)
        {
            var fields = Diff.Of(before.Fields, after.Fields, f => f.Name);
            foreach (var field in fields.Removed)
            {
                Breaking("FIELD_REMOVED", $"Field {before.Name}.{field.Name} was removed.");
            }

            foreach (var field in fields.Added)
            {
                Safe("FIELD_ADDED", $"Field {before.Name}.{field.Name} was added.");
            }

            foreach (var (old, current) in fields.Kept)
            {
                var name = $"{before.Name}.{old.Name}";
                var arguments = Diff.Of(old.Arguments, current.Arguments, a => a.Name);
                foreach (var argument in arguments.Removed)
                {
                    Breaking("ARG_REMOVED", $"Argument {name}({argument.Name}:) was removed.");
                }

                Arguments(name, arguments.Kept);
                foreach (var argument in arguments.Added)
                {
                    if (argument.IsRequired)
                    {
                        Breaking("REQUIRED_ARG_ADDED", $"A required argument {name}({argument.Name}:) was added.");
                    }
                    else
                    {
                        Dangerous("OPTIONAL_ARG_ADDED", $"An optional argument {name}({argument.Name}:) was added.");
                    }
                }

                TypeChange(name, old.Type, current.Type, IsSafeOutput(old.Type, current.Type));
                Description($"field {name}", old.Description, current.Description);
            }
        }

        private void TypeChange(string name, GraphType before, GraphType after, bool safe)
        {
            if (!safe)
            {
                Breaking("FIELD_CHANGED_KIND", $"Field {name} changed type from {before} to {after}.");
            }
            else if (before.ToString() != after.ToString())
            {
                Safe("FIELD_CHANGED_KIND_SAFE", $"Field {name} changed type from {before} to {after}.");
            }
        }

        private void Arguments(string parent, IEnumerable<(InputValueDefinition Old, InputValueDefinition Current)> arguments)
        {
            foreach (var (old, current) in arguments)
            {
                var name = $"{parent}({old.Name}:)";
                if (!IsSafeInput(old.Type, current.Type))
                {
                    Breaking("ARG_CHANGED_KIND", $"Argument {name} has changed type from {old.Type} to {current.Type}.");
                }
                else if (old.DefaultValue is { } value)
                {
                    if (current.DefaultValue is null)
                    {
                        Dangerous("ARG_DEFAULT_VALUE_CHANGE", $"{name} defaultValue was removed.");
                    }
                    else if (!ValueEquality.Same(value, current.DefaultValue))
                    {
                        Dangerous("ARG_DEFAULT_VALUE_CHANGE", $"{name} has changed defaultValue from {Printer.Print(value)} to {Printer.Print(current.DefaultValue)}.");
                    }
                }
                else if (current.DefaultValue is { } added)
                {
                    Safe("ARG_DEFAULT_VALUE_ADDED", $"{name} added a defaultValue {Printer.Print(added)}.");
                }
                else if (old.Type.ToString() != current.Type.ToString())
                {
                    Safe("ARG_CHANGED_KIND_SAFE", $"Argument {name} has changed type from {old.Type} to {current.Type}.");
                }

                Description($"argument {name}", old.Description, current.Description);
            }
        }

        private void Interfaces(ComplexType before, ComplexType after)
        {
            var interfaces = Diff.Of(before.Interfaces, after.Interfaces, i => i.Name);
            foreach (var added in interfaces.Added)
            {
                Dangerous("IMPLEMENTED_INTERFACE_ADDED", $"{added.Name} added to interfaces implemented by {before.Name}.");
            }

            foreach (var removed in interfaces.Removed)
            {
                Breaking("IMPLEMENTED_INTERFACE_REMOVED", $"{before.Name} no longer implements interface {removed.Name}.");
            }
        }

        private void Members(UnionType before, UnionType after)
        {
            var members = Diff.Of(before.Types, after.Types, t => t.Name);
            foreach (var added in members.Added)
            {
                Dangerous("TYPE_ADDED_TO_UNION", $"{added.Name} was added to union type {before.Name}.");
            }

            foreach (var removed in members.Removed)
            {
                Breaking("TYPE_REMOVED_FROM_UNION", $"{removed.Name} was removed from union type {before.Name}.");
            }
        }

        private void Values(EnumType before, EnumType after)
        {
            var values = Diff.Of(before.Values, after.Values, v => v.Name);
            foreach (var added in values.Added)
            {
                Dangerous("VALUE_ADDED_TO_ENUM", $"Enum value {before.Name}.{added.Name} was added.");
            }

            foreach (var removed in values.Removed)
            {
                Breaking("VALUE_REMOVED_FROM_ENUM", $"Enum value {before.Name}.{removed.Name} was removed.");
            }

            foreach (var (old, current) in values.Kept)
            {
                Description($"enum value {before.Name}.{old.Name}", old.Description, current.Description);
            }
        }

        private void InputFields(InputObjectType before, InputObjectType after)
        {
            var fields = Diff.Of(before.Fields, after.Fields, f => f.Name);
            foreach (var added in fields.Added)
            {
                if (added.IsRequired)
                {
                    Breaking("REQUIRED_INPUT_FIELD_ADDED", $"A required field {before.Name}.{added.Name} was added.");
                }
                else
                {
                    Dangerous("OPTIONAL_INPUT_FIELD_ADDED", $"An optional field {before.Name}.{added.Name} was added.");
                }
            }

            foreach (var removed in fields.Removed)
            {
                Breaking("FIELD_REMOVED", $"Field {before.Name}.{removed.Name} was removed.");
            }

            foreach (var (old, current) in fields.Kept)
            {
                TypeChange($"{before.Name}.{old.Name}", old.Type, current.Type, IsSafeInput(old.Type, current.Type));
                Description($"input-field {before.Name}.{old.Name}", old.Description, current.Description);
            }
        }

        private void Description(string element, string? before, string? after)
        {
            if (before != after)
            {
                Safe("DESCRIPTION_CHANGED", after is null ? $"Description of {element} was removed." : $"Description of {element} has changed to \"{after}\".");
            }
        }

        private static bool IsSafeOutput(GraphType before, GraphType after) => (before, after) switch
        {
            (ListType a, ListType b) => IsSafeOutput(a.OfType, b.OfType),
            (NonNullType a, NonNullType b) => IsSafeOutput(a.OfType, b.OfType),
            (NonNullType, _) => false,
            (_, NonNullType b) => IsSafeOutput(before, b.OfType),
            (NamedType a, NamedType b) => a.Name == b.Name,
            _ => false,
        };

        private static bool IsSafeInput(GraphType before, GraphType after) => (before, after) switch
        {
            (ListType a, ListType b) => IsSafeInput(a.OfType, b.OfType),
            (NonNullType a, NonNullType b) => IsSafeInput(a.OfType, b.OfType),
            (NonNullType a, _) => IsSafeInput(a.OfType, after),
            (NamedType a, NamedType b) => a.Name == b.Name,
            _ => false,
        };

        private static string KindText(TypeKind kind) => kind switch
        {
            TypeKind.Scalar => "a Scalar type",
            TypeKind.Object => "an Object type",
            TypeKind.Interface => "an Interface type",
            TypeKind.Union => "a Union type",
            TypeKind.Enum => "an Enum type",
            _ => "an Input type",
        };
    }

    private static class Diff
    {
        public static (List<T> Added, List<T> Removed, List<(T Old, T Current)> Kept) Of<T>(IEnumerable<T> before, IEnumerable<T> after, Func<T, string> name)
        {
            var current = new Dictionary<string, T>(StringComparer.Ordinal);
            foreach (var item in after)
            {
                current.TryAdd(name(item), item);
            }

            var removed = new List<T>();
            var kept = new List<(T, T)>();
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in before)
            {
                if (!known.Add(name(item)))
                {
                    continue;
                }

                if (current.TryGetValue(name(item), out var match))
                {
                    kept.Add((item, match));
                }
                else
                {
                    removed.Add(item);
                }
            }

            return ([.. current.Values.Where(i => !known.Contains(name(i)))], removed, kept);
        }
    }
}
