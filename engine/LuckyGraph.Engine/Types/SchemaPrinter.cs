using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>In which order a schema is printed.</summary>
public enum SchemaOrder : byte
{
    /// <summary>As defined.</summary>
    Definition,
    /// <summary>Types and directives by name, their members as defined.</summary>
    TypesByName,
    /// <summary>Types, directives and all their members by name; digits count as numbers.</summary>
    EverythingByName,
}

/// <summary>How a schema is printed.</summary>
public sealed record SchemaPrintOptions
{
    /// <summary>The layout and content of graphql-js's <c>printSchema</c>.</summary>
    public static readonly SchemaPrintOptions Default = new();

    /// <summary>What <c>schema export</c> writes: stable order, every applied directive.</summary>
    public static readonly SchemaPrintOptions Source = new() { Order = SchemaOrder.TypesByName, AppliedDirectives = true };

    /// <summary>The order. Default: as defined.</summary>
    public SchemaOrder Order { get; init; }

    /// <summary>Whether every applied directive is printed, not only <c>@deprecated</c>, <c>@specifiedBy</c> and <c>@oneOf</c>. Default false.</summary>
    public bool AppliedDirectives { get; init; }
}

/// <summary>Prints a schema as SDL, without what every schema has: specified directives, built-in scalars, introspection types.</summary>
public static class SchemaPrinter
{
    /// <summary>Prints the schema; the text ends without a line break.</summary>
    public static string Print(Schema schema, SchemaPrintOptions? options = null) => new Printing(schema, options ?? SchemaPrintOptions.Default).Schema();

    /// <summary>Prints one type.</summary>
    public static string Print(Schema schema, NamedType type, SchemaPrintOptions? options = null) => new Printing(schema, options ?? SchemaPrintOptions.Default).Type(type);

    private sealed class Printing(Schema schema, SchemaPrintOptions options)
    {
        private readonly StringBuilder text = new();

        public string Schema()
        {
            Definition();
            var directives = schema.DirectivesInOrder.Where(d => !KnownDirectiveDefinitions.IsSpecified(d.Name));
            var types = schema.TypesInOrder.Where(t => !t.IsIntrospection && !WellKnownScalars.IsBuiltIn(t.Name));
            if (options.Order != SchemaOrder.Definition)
            {
                directives = directives.OrderBy(d => d.Name, NaturalOrder.Instance);
                types = types.OrderBy(t => t.Name, NaturalOrder.Instance);
            }

            foreach (var directive in directives)
            {
                Paragraph();
                Directive(directive);
            }

            foreach (var type in types)
            {
                Paragraph();
                NamedType(type);
            }

            return text.ToString();
        }

        public string Type(NamedType type)
        {
            NamedType(type);
            return text.ToString();
        }

        private void Paragraph() => text.Append(text.Length > 0 ? "\n\n" : "");

        // 3.3.1: the schema definition is left out when it says nothing beyond the default names.
        private void Definition()
        {
            var applied = options.AppliedDirectives && !schema.AppliedDirectives.IsEmpty;
            if (schema.Description is null && !applied && Enum.GetValues<OperationKind>().All(IsDefault))
            {
                return;
            }

            if (schema.RootNames.Count == 0 && schema.Description is null)
            {
                return;
            }

            Description(schema.Description, "", true);
            text.Append("schema");
            Applied(schema.AppliedDirectives);
            text.Append(" {\n");
            foreach (var operation in Enum.GetValues<OperationKind>())
            {
                if (schema.RootNames.TryGetValue(operation, out var name))
                {
                    text.Append("  ").Append(operation.ToString().ToLowerInvariant()).Append(": ").Append(name).Append('\n');
                }
            }

            text.Append('}');
        }

        private bool IsDefault(OperationKind operation)
            => schema.RootNames.TryGetValue(operation, out var name) ? name == operation.ToString() : schema.Type(operation.ToString()) is null;

        private void Directive(DirectiveType directive)
        {
            Description(directive.Description, "", true);
            text.Append("directive @").Append(directive.Name);
            Arguments(directive.Arguments, "");
            text.Append(directive.IsRepeatable ? " repeatable" : "").Append(" on ");
            text.AppendJoin(" | ", options.Order == SchemaOrder.EverythingByName ? directive.Locations.Sort(NaturalOrder.Instance) : directive.Locations);
        }

        private void NamedType(NamedType type)
        {
            Description(type.Description, "", true);
            switch (type)
            {
                case ScalarType scalar:
                    text.Append("scalar ").Append(scalar.Name);
                    if (!Applied(scalar.AppliedDirectives) && scalar.SpecifiedByUrl is { } url)
                    {
                        text.Append(" @specifiedBy(url: ").Append(Quote(url)).Append(')');
                    }

                    break;
                case ComplexType complex:
                    text.Append(complex is ObjectType ? "type " : "interface ").Append(complex.Name);
                    if (!complex.InterfaceNodes.IsEmpty)
                    {
                        text.Append(" implements ").AppendJoin(" & ", Sorted(complex.InterfaceNodes, i => i.Name.Value).Select(i => i.Name.Value));
                    }

                    Applied(complex.AppliedDirectives);
                    Block(Sorted(complex.Fields, f => f.Name), f => f.Description, Field);
                    break;
                case UnionType union:
                    text.Append("union ").Append(union.Name);
                    Applied(union.AppliedDirectives);
                    text.Append(union.MemberNodes.IsEmpty ? "" : " = ").AppendJoin(" | ", Sorted(union.MemberNodes, t => t.Name.Value).Select(t => t.Name.Value));
                    break;
                case EnumType enumType:
                    text.Append("enum ").Append(enumType.Name);
                    Applied(enumType.AppliedDirectives);
                    Block(Sorted(enumType.Values, v => v.Name), v => v.Description, value =>
                    {
                        text.Append(value.Name);
                        Deprecation(value.AppliedDirectives, value.DeprecationReason);
                    });
                    break;
                case InputObjectType input:
                    text.Append("input ").Append(input.Name);
                    if (!Applied(input.AppliedDirectives))
                    {
                        text.Append(input.IsOneOf ? " @oneOf" : "");
                    }

                    Block(Sorted(input.Fields, f => f.Name), f => f.Description, Input);
                    break;
            }
        }

        private ImmutableArray<T> Sorted<T>(ImmutableArray<T> items, Func<T, string> name)
            => options.Order == SchemaOrder.EverythingByName ? [.. items.OrderBy(name, NaturalOrder.Instance)] : items;

        private void Block<T>(ImmutableArray<T> items, Func<T, string?> description, Action<T> print)
        {
            if (items.IsEmpty)
            {
                return;
            }

            text.Append(" {\n");
            for (var i = 0; i < items.Length; i++)
            {
                Description(description(items[i]), "  ", i == 0);
                text.Append("  ");
                print(items[i]);
                text.Append('\n');
            }

            text.Append('}');
        }

        private void Field(FieldDefinition field)
        {
            text.Append(field.Name);
            Arguments(field.Arguments, "  ");
            text.Append(": ").Append(field.Type);
            Deprecation(field.AppliedDirectives, field.DeprecationReason);
        }

        private void Arguments(ImmutableArray<InputValueDefinition> arguments, string indentation)
        {
            if (arguments.IsEmpty)
            {
                return;
            }

            arguments = Sorted(arguments, a => a.Name);
            text.Append('(');
            if (arguments.All(a => a.Description is null))
            {
                for (var i = 0; i < arguments.Length; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Input(arguments[i]);
                }
            }
            else
            {
                for (var i = 0; i < arguments.Length; i++)
                {
                    text.Append('\n');
                    Description(arguments[i].Description, "  " + indentation, i == 0);
                    text.Append("  ").Append(indentation);
                    Input(arguments[i]);
                }

                text.Append('\n').Append(indentation);
            }

            text.Append(')');
        }

        private void Input(InputValueDefinition input)
        {
            text.Append(input.Name).Append(": ").Append(input.Type);
            if (input.DefaultValue is { } value)
            {
                text.Append(" = ").Append(Printer.Print(value));
            }

            Deprecation(input.AppliedDirectives, input.DeprecationReason);
        }

        private bool Applied(ImmutableArray<DirectiveNode> directives)
        {
            if (options.AppliedDirectives)
            {
                foreach (var directive in directives)
                {
                    text.Append(' ').Append(Printer.Print(directive));
                }
            }

            return options.AppliedDirectives;
        }

        private void Deprecation(ImmutableArray<DirectiveNode> directives, string? reason)
        {
            if (!Applied(directives) && reason is not null)
            {
                text.Append(reason == "No longer supported" ? " @deprecated" : $" @deprecated(reason: {Quote(reason)})");
            }
        }

        private static string Quote(string value) => Printer.Print(new StringValueNode { Value = value });

        private void Description(string? description, string indentation, bool first)
        {
            if (description is null)
            {
                return;
            }

            var block = Printer.Print(new StringValueNode { Value = description, IsBlock = IsPrintableAsBlock(description) });
            text.Append(first || indentation.Length == 0 ? "" : "\n").Append(indentation).Append(block.Replace("\n", "\n" + indentation, StringComparison.Ordinal)).Append('\n');
        }

        // A block string loses leading and trailing blank lines and common indentation (2.9.4): such text is printed quoted.
        private static bool IsPrintableAsBlock(string value)
        {
            if (value.Length == 0)
            {
                return true;
            }

            var emptyLine = true;
            var indented = false;
            var commonIndent = true;
            var seenText = false;
            foreach (var c in value)
            {
                switch (c)
                {
                    case '\n':
                        if (emptyLine && !seenText)
                        {
                            return false;
                        }

                        seenText = true;
                        emptyLine = true;
                        indented = false;
                        break;
                    case '\t' or ' ':
                        indented |= emptyLine;
                        break;
                    case < (char)0x10:
                        return false;
                    default:
                        commonIndent &= indented;
                        emptyLine = false;
                        break;
                }
            }

            return !emptyLine && !(commonIndent && seenText);
        }
    }
}
