using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// Rewrites the document of a Federation schema so that the rest of composition can read it: directives have their own names,
/// what belongs to specifications is gone, the roots have their usual names, and Federation 1 is upgraded to 2.
/// </summary>
internal sealed class FederationDocument
{
    private static readonly DirectiveNode s_shareable = new() { Name = new Name(FederationDirectives.Shareable) };
    private static readonly DirectiveNode s_external = new() { Name = new Name(FederationDirectives.External) };
    private readonly DocumentNode _document;
    private readonly FederationNames _names;
    private readonly Dictionary<string, string> _renamed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _extended = new(StringComparer.Ordinal);
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly string _queryRoot = "Query";

    private FederationDocument(DocumentNode document)
    {
        _document = document;
        _names = FederationNames.Of(document);
        foreach (var definition in document.Definitions)
        {
            if (definition is SchemaDefinitionNode schema)
            {
                foreach (var operation in schema.OperationTypes)
                {
                    var name = operation.Type.Name.Value;
                    if (operation.Operation == OperationKind.Query)
                    {
                        _queryRoot = name;
                    }

                    if (name != operation.Operation.ToString())
                    {
                        _renamed[name] = operation.Operation.ToString();
                    }
                }
            }
            else if (definition is ComplexTypeDefinitionNode type && (type.IsExtension || Has(type.Directives, FederationDirectives.Extends)))
            {
                _extended.Add(type.Name.Value);
            }
        }

        if (_extended.Count > 0)
        {
            ExtensionKeys.Collect(document, _names, _extended, _own);
        }
    }

    public static DocumentNode Rewrite(DocumentNode document) => new FederationDocument(document).Rewrite();

    private DocumentNode Rewrite()
    {
        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>(_document.Definitions.Length);
        foreach (var definition in _document.Definitions)
        {
            switch (definition)
            {
                case TypeDefinitionNode type when _names.IsForeignType(type.Name.Value):
                case DirectiveDefinitionNode directive when _names.IsForeignDirective(directive.Name.Value):
                    break;
                case SchemaDefinitionNode schema:
                    definitions.Add(new SchemaDefinitionNode
                    {
                        IsExtension = schema.IsExtension,
                        Directives = Directives(schema.Directives),
                        // Printed schemas name a query type also where it had nothing but _service, or is not there at all.
                        OperationTypes = [.. schema.OperationTypes.Where(o => o.Operation != OperationKind.Query || HasQueries())
                            .Select(o => new OperationTypeNode { Operation = o.Operation, Type = Named(o.Type) })],
                        Start = schema.Start,
                    });
                    break;
                case ComplexTypeDefinitionNode type:
                    var fields = Fields(type);
                    if (!fields.IsEmpty || type.Fields.IsEmpty)
                    {
                        definitions.Add(Complex(type, fields));
                    }

                    break;
                case ScalarTypeDefinitionNode type:
                    definitions.Add(new ScalarTypeDefinitionNode
                    { Description = type.Description, Name = type.Name, Directives = Directives(type.Directives), IsExtension = type.IsExtension, Start = type.Start });
                    break;
                case UnionTypeDefinitionNode type:
                    definitions.Add(new UnionTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Directives(type.Directives),
                        IsExtension = type.IsExtension,
                        Types = [.. type.Types.Select(Named)],
                        Start = type.Start,
                    });
                    break;
                case EnumTypeDefinitionNode type:
                    definitions.Add(new EnumTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Directives(type.Directives),
                        IsExtension = type.IsExtension,
                        Values = [.. type.Values.Select(v => new EnumValueDefinitionNode
                        { Description = v.Description, Name = v.Name, Directives = Directives(v.Directives), Start = v.Start })],
                        Start = type.Start,
                    });
                    break;
                case InputObjectTypeDefinitionNode type:
                    definitions.Add(new InputObjectTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Directives(type.Directives),
                        IsExtension = type.IsExtension,
                        Fields = Inputs(type.Fields),
                        Start = type.Start,
                    });
                    break;
                default:
                    definitions.Add(definition);
                    break;
            }
        }

        return new DocumentNode { Definitions = definitions.ToImmutable(), Source = _document.Source };
    }

    private bool HasQueries()
        => _document.Definitions.Any(d => d is ObjectTypeDefinitionNode type && type.Name.Value == _queryRoot && type.Fields.Any(f => f.Name.Value is not ("_entities" or "_service")));

    private DefinitionNode Complex(ComplexTypeDefinitionNode type, ImmutableArray<FieldDefinitionNode> fields)
    {
        var name = _renamed.TryGetValue(type.Name.Value, out var renamed) ? new Name(renamed) : type.Name;
        var directives = Directives(type.Directives);
        if (type is InterfaceTypeDefinitionNode)
        {
            if (!_names.IsVersion2)
            {
                // Federation 1 accepted keys of interfaces and did nothing with them.
                directives = directives.RemoveAll(d => d.Name.Value == FederationDirectives.Key);
            }

            return new InterfaceTypeDefinitionNode
            {
                Description = type.Description,
                Name = name,
                Directives = directives,
                IsExtension = type.IsExtension,
                Interfaces = type.Interfaces,
                Fields = fields,
                Start = type.Start,
            };
        }

        return new ObjectTypeDefinitionNode
        {
            Description = type.Description,
            Name = name,
            Directives = directives,
            IsExtension = type.IsExtension,
            Interfaces = type.Interfaces,
            Fields = fields,
            Start = type.Start,
        };
    }

    private ImmutableArray<FieldDefinitionNode> Fields(ComplexTypeDefinitionNode type)
    {
        var fields = ImmutableArray.CreateBuilder<FieldDefinitionNode>(type.Fields.Length);
        var isExternal = Has(type.Directives, FederationDirectives.External);
        foreach (var field in type.Fields)
        {
            if (type.Name.Value == _queryRoot && field.Name.Value is "_entities" or "_service")
            {
                continue;
            }

            var directives = Directives(field.Directives);
            if (isExternal && !directives.Any(d => d.Name.Value == FederationDirectives.External))
            {
                directives = directives.Add(s_external);
            }

            if (_own.Contains($"{type.Name.Value}.{field.Name.Value}"))
            {
                directives = directives.RemoveAll(d => d.Name.Value == FederationDirectives.External);
            }

            if (!_names.IsVersion2)
            {
                directives = Upgrade(type, directives);
            }

            fields.Add(new FieldDefinitionNode
            {
                Description = field.Description,
                Name = field.Name,
                Arguments = Inputs(field.Arguments),
                Type = Type(field.Type),
                Directives = directives,
                Start = field.Start,
            });
        }

        return fields.ToImmutable();
    }

    // Federation 1 knew no @shareable: what several schemas define, they share.
    private static ImmutableArray<DirectiveNode> Upgrade(ComplexTypeDefinitionNode type, ImmutableArray<DirectiveNode> directives)
    {
        if (type is InterfaceTypeDefinitionNode)
        {
            return directives.RemoveAll(d => d.Name.Value == FederationDirectives.External);
        }

        return directives.Any(d => d.Name.Value is FederationDirectives.External or FederationDirectives.Shareable) || type.Name.Value == "Subscription"
            ? directives
            : directives.Add(s_shareable);
    }

    private ImmutableArray<DirectiveNode> Directives(ImmutableArray<DirectiveNode> directives)
    {
        if (directives.IsEmpty)
        {
            return directives;
        }

        var rewritten = ImmutableArray.CreateBuilder<DirectiveNode>(directives.Length);
        foreach (var directive in directives)
        {
            var name = _names.Directive(directive.Name.Value);
            if (name == directive.Name.Value || (name is null && !FederationDirectives.All.Contains(directive.Name.Value)))
            {
                rewritten.Add(directive);
            }
            else if (name is not null)
            {
                rewritten.Add(new DirectiveNode { Name = new Name(name), Arguments = directive.Arguments, Start = directive.Start });
            }
            else
            {
                // A directive of the schema's own that only looks like one of Federation's.
                rewritten.Add(new DirectiveNode { Name = new Name("_" + directive.Name.Value), Arguments = directive.Arguments, Start = directive.Start });
            }
        }

        return rewritten.MoveToImmutable();
    }

    private bool Has(ImmutableArray<DirectiveNode> directives, string canonical) => directives.Any(d => _names.Directive(d.Name.Value) == canonical);

    private ImmutableArray<InputValueDefinitionNode> Inputs(ImmutableArray<InputValueDefinitionNode> inputs)
        => [.. inputs.Select(i => new InputValueDefinitionNode
        { Description = i.Description, Name = i.Name, Type = i.Type, DefaultValue = i.DefaultValue, Directives = Directives(i.Directives), Start = i.Start })];

    private TypeNode Type(TypeNode type) => _renamed.Count == 0 ? type : type switch
    {
        NonNullTypeNode nonNull => new NonNullTypeNode { Type = Type(nonNull.Type) },
        ListTypeNode list => new ListTypeNode { Type = Type(list.Type) },
        NamedTypeNode named => Named(named),
        _ => type,
    };

    private NamedTypeNode Named(NamedTypeNode type)
        => _renamed.TryGetValue(type.Name.Value, out var name) ? new NamedTypeNode { Name = new Name(name), Start = type.Start } : type;
}
