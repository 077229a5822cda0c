using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Checks a type system against section 3 of the specification: roots, names, members, interfaces, defaults, cycles.</summary>
public static class SchemaValidator
{
    /// <summary>Every error of the schema, with the syntax it concerns; empty when it is valid.</summary>
    public static ImmutableArray<SchemaError> Validate(Schema schema)
    {
        var errors = new SchemaErrors(schema);
        RootTypes(schema, errors);
        foreach (var directive in schema.DirectivesInOrder)
        {
            Directive(directive, errors);
        }

        var values = new InputObjectCycles(schema, errors);
        foreach (var type in schema.TypesInOrder)
        {
            if (!type.IsIntrospection || !type.Nodes.IsEmpty && !IntrospectionTypes.Document.Definitions.Contains(type.Nodes[0]))
            {
                Name(type.Name, errors, [.. type.Nodes.Take(1)]);
            }

            switch (type)
            {
                case ComplexType complex:
                    Fields(complex, errors);
                    InterfaceValidation.Validate(schema, complex, errors);
                    break;
                case UnionType union:
                    Members(schema, union, errors);
                    break;
                case EnumType enumType:
                    Values(enumType, errors);
                    break;
                case InputObjectType input:
                    InputFields(input, errors);
                    values.Validate(input);
                    break;
            }
        }

        return errors.All;
    }

    // 3.3.1
    private static void RootTypes(Schema schema, SchemaErrors errors)
    {
        var roots = new List<(OperationKind Operation, string Type, SyntaxNode? Node)>();
        foreach (var operation in schema.Nodes.SelectMany(n => n.OperationTypes))
        {
            roots.Add((operation.Operation, operation.Type.Name.Value, operation.Type));
        }

        if (!schema.Nodes.Any(n => !n.IsExtension))
        {
            foreach (var kind in Enum.GetValues<OperationKind>())
            {
                if (!roots.Exists(r => r.Operation == kind) && schema.Type(kind.ToString()) is { } type)
                {
                    roots.Add((kind, type.Name, type.Nodes.FirstOrDefault()));
                }
            }
        }

        // Repetitions are an error of the document; each kind counts once here, in the order of the kinds.
        roots = [.. roots.DistinctBy(r => r.Operation).OrderBy(r => r.Operation)];
        if (!roots.Exists(r => r.Operation == OperationKind.Query))
        {
            errors.Add("Query root type must be provided.", [.. schema.Nodes.Where(n => !n.IsExtension).Take(1)]);
        }

        foreach (var (operation, name, node) in roots)
        {
            if (schema.Type(name) is not ObjectType)
            {
                var ifProvided = operation == OperationKind.Query ? "" : " if provided";
                errors.Add($"{operation} root type must be Object type{ifProvided}, it cannot be {name}.", node);
            }
        }

        foreach (var same in roots.Where(r => schema.Type(r.Type) is ObjectType).GroupBy(r => r.Type).Where(g => g.Count() > 1))
        {
            var operations = Suggestions.AndList([.. same.Select(r => r.Operation.ToString().ToLowerInvariant())]);
            errors.Add($"All root types must be different, \"{same.Key}\" type is used as {operations} root types.", [.. same.Select(r => r.Node)]);
        }
    }

    // 3.13
    private static void Directive(DirectiveType directive, SchemaErrors errors)
    {
        Name(directive.Name, errors, directive.Node);
        if (directive.Locations.IsEmpty)
        {
            errors.Add($"Directive @{directive.Name} must include 1 or more locations.", directive.Node);
        }

        foreach (var argument in directive.Arguments)
        {
            Input(argument, $"@{directive.Name}({argument.Name}:)", "argument", argument.Node, errors);
        }
    }

    private static void Fields(ComplexType type, SchemaErrors errors)
    {
        if (type.Fields.IsEmpty)
        {
            errors.Add($"Type {type.Name} must define one or more fields.", [.. type.Nodes]);
        }

        foreach (var field in type.Fields)
        {
            if (!type.IsIntrospection)
            {
                Name(field.Name, errors, field.Node);
            }

            if (!field.Type.IsOutput)
            {
                errors.Add($"The type of {type.Name}.{field.Name} must be Output Type but got: {field.Type}.", field.Node?.Type);
            }

            foreach (var argument in field.Arguments)
            {
                Input(argument, $"{type.Name}.{field.Name}({argument.Name}:)", "argument", argument.Node?.Type, errors);
            }
        }
    }

    private static void Input(InputValueDefinition input, string coordinate, string kind, SyntaxNode? typeNode, SchemaErrors errors)
    {
        Name(input.Name, errors, input.Node);
        if (!input.Type.IsInput)
        {
            errors.Add($"The type of {coordinate} must be Input Type but got: {input.Type}.", typeNode);
        }

        if (input.IsRequired && input.DeprecationReason is not null)
        {
            errors.Add($"Required {kind} {coordinate} cannot be deprecated.", Deprecation(input.AppliedDirectives), input.Node?.Type);
        }

        if (input.DefaultValue is { } value && input.Type.IsInput)
        {
            var reasons = new List<InputError>();
            InputCoercion.TryCoerce(value, input.Type, null, out _, reasons);
            foreach (var reason in reasons)
            {
                var at = reason.Path.IsEmpty ? "" : " at " + string.Concat(reason.Path.Select(p => p is int index ? $"[{index}]" : $".{p}"));
                errors.Add($"{coordinate} has invalid default value{at}: {reason.Message}", reason.Node);
            }
        }
    }

    internal static DirectiveNode? Deprecation(ImmutableArray<DirectiveNode> directives) => directives.FirstOrDefault(d => d.Name.Value == "deprecated");

    // 3.8
    private static void Members(Schema schema, UnionType union, SchemaErrors errors)
    {
        if (union.MemberNodes.IsEmpty)
        {
            errors.Add($"Union type {union.Name} must define one or more member types.", [.. union.Nodes]);
        }

        foreach (var group in union.MemberNodes.GroupBy(m => m.Name.Value))
        {
            if (schema.Type(group.Key) is not ObjectType)
            {
                errors.Add($"Union type {union.Name} can only include Object types, it cannot include {group.Key}.", [.. group]);
            }

            if (group.Count() > 1)
            {
                errors.Add($"Union type {union.Name} can only include type {group.Key} once.", [.. group]);
            }
        }
    }

    // 3.9
    private static void Values(EnumType type, SchemaErrors errors)
    {
        if (type.Values.IsEmpty)
        {
            errors.Add($"Enum type {type.Name} must define one or more values.", [.. type.Nodes]);
        }

        foreach (var value in type.Values)
        {
            Name(value.Name, errors, value.Node);
            if (value.Name is "true" or "false" or "null")
            {
                errors.Add($"Enum type {type.Name} cannot include value: {value.Name}.", value.Node);
            }
        }
    }

    // 3.10, 3.10.1
    private static void InputFields(InputObjectType type, SchemaErrors errors)
    {
        if (type.Fields.IsEmpty)
        {
            errors.Add($"Input Object type {type.Name} must define one or more fields.", [.. type.Nodes]);
        }

        foreach (var field in type.Fields)
        {
            Input(field, $"{type.Name}.{field.Name}", "input field", field.Node?.Type, errors);
            if (!type.IsOneOf)
            {
                continue;
            }

            if (field.Type.IsNonNull)
            {
                errors.Add($"OneOf input field {type.Name}.{field.Name} must be nullable.", field.Node?.Type);
            }

            if (field.DefaultValue is not null)
            {
                errors.Add($"OneOf input field {type.Name}.{field.Name} cannot have a default value.", field.Node);
            }
        }
    }

    private static void Name(string name, SchemaErrors errors, params ReadOnlySpan<SyntaxNode?> nodes)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            errors.Add($"Name \"{name}\" must not begin with \"__\", which is reserved by GraphQL introspection.", nodes);
        }
        else if (!IsName(name))
        {
            errors.Add($"\"{name}\" is no name: names have letters, digits and underscores, and start with no digit.", nodes);
        }
    }

    private static bool IsName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Collects the errors of one schema and locates them.</summary>
internal sealed class SchemaErrors(Schema schema)
{
    private readonly List<SchemaError> errors = [];
    private SyntaxIndex? index;

    public ImmutableArray<SchemaError> All => [.. errors];

    public void Add(string message, params ReadOnlySpan<SyntaxNode?> nodes)
    {
        var present = ImmutableArray.CreateBuilder<SyntaxNode>();
        var locations = ImmutableArray.CreateBuilder<SourceLocation>();
        index ??= new SyntaxIndex(schema.Documents);
        foreach (var node in nodes)
        {
            if (node is not null)
            {
                present.Add(node);
                if (index.Locate(node) is { } location)
                {
                    locations.Add(location);
                }
            }
        }

        errors.Add(new SchemaError(message, present.DrainToImmutable()) { Locations = locations.DrainToImmutable() });
    }
}
