using System.Collections.Immutable;
using LuckyGraph.Fusion.Composition.EventStreams;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>A source schema without the specification's directives, for checking that the rest is valid GraphQL.</summary>
internal static class PlainDocument
{
    private const string Placeholder = "_composition";

    public static DocumentNode Of(SourceDocument schema)
    {
        // Whether a directive of a Federation schema is defined is the subgraph's own business.
        Func<DirectiveNode, bool> keep = schema.IsApollo
            ? d => d.Name.Value is "deprecated" or "specifiedBy" or "oneOf"
            : d => !IsOurs(d.Name.Value);
        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        var extended = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in schema.Document.Definitions)
        {
            if (definition is TypeDefinitionNode { IsExtension: false } defined)
            {
                extended.Add(defined.Name.Value);
            }
        }

        foreach (var definition in schema.Document.Definitions)
        {
            switch (definition)
            {
                case DirectiveDefinitionNode directive when IsOurs(directive.Name.Value):
                case TypeDefinitionNode { Name.Value: CompositeDirectives.FieldSelectionMap or CompositeDirectives.FieldSelectionSet }:
                case TypeDefinitionNode type when type.Name.Value.StartsWith("__", StringComparison.Ordinal) || SourceSchemaLoader.IsBuiltInScalar(type.Name.Value):
                case SchemaDefinitionNode:
                    break;
                case TypeDefinitionNode type:
                    // A source schema may extend types that only other source schemas define.
                    definitions.Add(Strip(type, type.IsExtension && extended.Contains(type.Name.Value), keep));
                    extended.Add(type.Name.Value);
                    break;
                case DirectiveDefinitionNode:
                    if (!schema.IsApollo)
                    {
                        definitions.Add(definition);
                    }

                    break;
            }
        }

        var operations = ImmutableArray.CreateBuilder<OperationTypeNode>();
        foreach (var (operation, name) in schema.Roots.OrderBy(r => r.Key))
        {
            operations.Add(new OperationTypeNode { Operation = operation, Type = new NamedTypeNode { Name = new Name(name) } });
        }

        if (!schema.Roots.ContainsKey(OperationKind.Query))
        {
            // A source schema without queries is fine; a GraphQL schema without them is not.
            definitions.Add(new ObjectTypeDefinitionNode
            {
                Name = new Name(Placeholder),
                Fields = [new FieldDefinitionNode { Name = new Name("none"), Type = new NamedTypeNode { Name = new Name("Boolean") } }],
            });
            operations.Add(new OperationTypeNode { Operation = OperationKind.Query, Type = new NamedTypeNode { Name = new Name(Placeholder) } });
        }

        definitions.Add(new SchemaDefinitionNode { OperationTypes = operations.ToImmutable() });
        return new DocumentNode { Definitions = definitions.ToImmutable(), Source = schema.Document.Source };
    }

    private static bool IsOurs(string directive) => directive == EventStreamDeclaration.Directive || CompositeDirectives.All.Contains(directive);

    private static TypeDefinitionNode Strip(TypeDefinitionNode type, bool isExtension, Func<DirectiveNode, bool> keep) => type switch
    {
        ScalarTypeDefinitionNode => new ScalarTypeDefinitionNode
        { Description = type.Description, Name = type.Name, Directives = Plain(type.Directives, keep), IsExtension = isExtension, Start = type.Start },
        ObjectTypeDefinitionNode node => new ObjectTypeDefinitionNode
        {
            Description = type.Description,
            Name = type.Name,
            Directives = Plain(type.Directives, keep),
            IsExtension = isExtension,
            Interfaces = node.Interfaces,
            Fields = Fields(node.Fields, keep),
            Start = type.Start,
        },
        InterfaceTypeDefinitionNode node => new InterfaceTypeDefinitionNode
        {
            Description = type.Description,
            Name = type.Name,
            Directives = Plain(type.Directives, keep),
            IsExtension = isExtension,
            Interfaces = node.Interfaces,
            Fields = Fields(node.Fields, keep),
            Start = type.Start,
        },
        UnionTypeDefinitionNode node => new UnionTypeDefinitionNode
        { Description = type.Description, Name = type.Name, Directives = Plain(type.Directives, keep), IsExtension = isExtension, Types = node.Types, Start = type.Start },
        EnumTypeDefinitionNode node => new EnumTypeDefinitionNode
        {
            Description = type.Description,
            Name = type.Name,
            Directives = Plain(type.Directives, keep),
            IsExtension = isExtension,
            Values = [.. node.Values.Select(v => new EnumValueDefinitionNode { Description = v.Description, Name = v.Name, Directives = Plain(v.Directives, keep), Start = v.Start })],
            Start = type.Start,
        },
        InputObjectTypeDefinitionNode node => new InputObjectTypeDefinitionNode
        { Description = type.Description, Name = type.Name, Directives = Plain(type.Directives, keep), IsExtension = isExtension, Fields = Inputs(node.Fields, keep), Start = type.Start },
        _ => type,
    };

    private static ImmutableArray<FieldDefinitionNode> Fields(ImmutableArray<FieldDefinitionNode> fields, Func<DirectiveNode, bool> keep)
        => [.. fields.Select(f => new FieldDefinitionNode
        { Description = f.Description, Name = f.Name, Arguments = Inputs(f.Arguments, keep), Type = f.Type, Directives = Plain(f.Directives, keep), Start = f.Start })];

    private static ImmutableArray<InputValueDefinitionNode> Inputs(ImmutableArray<InputValueDefinitionNode> inputs, Func<DirectiveNode, bool> keep)
        => [.. inputs.Select(i => new InputValueDefinitionNode
        { Description = i.Description, Name = i.Name, Type = i.Type, DefaultValue = i.DefaultValue, Directives = Plain(i.Directives, keep), Start = i.Start })];

    private static ImmutableArray<DirectiveNode> Plain(ImmutableArray<DirectiveNode> directives, Func<DirectiveNode, bool> keep)
        => [.. directives.Where(keep)];
}
