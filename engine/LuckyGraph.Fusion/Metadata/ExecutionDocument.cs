using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>Takes the execution vocabulary out of an execution schema's document, leaving plain SDL.</summary>
public static class ExecutionDocument
{
    private static readonly string[] s_executable
        = ["QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION"];

    /// <summary>The document that clients see: without the vocabulary, hidden members, and custom directives but those for operations.</summary>
    public static DocumentNode ToClientDocument(DocumentNode execution) => Strip(execution, keepInaccessible: false);

    /// <summary>A directive as far as operations may have it (spec 3.13, ExecutableDirectiveLocation), or null.</summary>
    internal static DirectiveDefinitionNode? Executable(DirectiveDefinitionNode directive)
        => directive.Locations.RemoveAll(static l => !s_executable.Contains(l.Value)) is { IsEmpty: false } locations
            ? new DirectiveDefinitionNode
            {
                Description = directive.Description,
                Name = directive.Name,
                Arguments = directive.Arguments,
                IsRepeatable = directive.IsRepeatable,
                Locations = locations,
            }
            : null;

    private static string NameOf(TypeNode type) => type switch
    {
        NonNullTypeNode nonNull => NameOf(nonNull.Type),
        ListTypeNode list => NameOf(list.Type),
        _ => ((NamedTypeNode)type).Name.Value,
    };

    internal static bool IsInaccessible(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            if (directive.Name.Value == ExecutionVocabulary.Inaccessible)
            {
                return true;
            }
        }

        return false;
    }

    internal static bool HasInaccessible(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            if (IsInaccessible(definition.Directives) || definition switch
            {
                ComplexTypeDefinitionNode type => type.Fields.Any(f => IsInaccessible(f.Directives) || f.Arguments.Any(a => IsInaccessible(a.Directives))),
                EnumTypeDefinitionNode type => type.Values.Any(v => IsInaccessible(v.Directives)),
                InputObjectTypeDefinitionNode type => type.Fields.Any(f => IsInaccessible(f.Directives)),
                _ => false,
            })
            {
                return true;
            }
        }

        return false;
    }

    internal static DocumentNode Strip(DocumentNode document, bool keepInaccessible)
    {
        // What the document defines itself: the vocabulary, and custom directives that source schemas keep for other tools.
        var foreign = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            if (definition is DirectiveDefinitionNode directive)
            {
                foreign.Add(directive.Name.Value);
            }
        }

        bool IsForeign(string name) => name.StartsWith(ExecutionVocabulary.Prefix, StringComparison.Ordinal) || foreign.Contains(name);

        ImmutableArray<DirectiveNode> Plain(ImmutableArray<DirectiveNode> directives)
            => directives.Any(d => IsForeign(d.Name.Value)) ? [.. directives.Where(d => !IsForeign(d.Name.Value))] : directives;

        var hidden = new HashSet<string>(StringComparer.Ordinal);
        if (!keepInaccessible)
        {
            foreach (var definition in document.Definitions)
            {
                if (definition is TypeDefinitionNode type && IsInaccessible(type.Directives))
                {
                    hidden.Add(type.Name.Value);
                }
            }
        }

        bool Keep(ImmutableArray<DirectiveNode> directives) => keepInaccessible || !IsInaccessible(directives);

        ImmutableArray<InputValueDefinitionNode> Inputs(ImmutableArray<InputValueDefinitionNode> inputs)
            => [.. inputs.Where(i => Keep(i.Directives)).Select(i => new InputValueDefinitionNode
            {
                Description = i.Description,
                Name = i.Name,
                Type = i.Type,
                DefaultValue = i.DefaultValue,
                Directives = Plain(i.Directives),
            })];

        ImmutableArray<FieldDefinitionNode> Fields(ImmutableArray<FieldDefinitionNode> fields)
            => [.. fields.Where(f => Keep(f.Directives)).Select(f => new FieldDefinitionNode
            {
                Description = f.Description,
                Name = f.Name,
                Arguments = Inputs(f.Arguments),
                Type = f.Type,
                Directives = Plain(f.Directives),
            })];

        ImmutableArray<NamedTypeNode> Names(ImmutableArray<NamedTypeNode> names) => [.. names.Where(n => !hidden.Contains(n.Name.Value))];

        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case TypeDefinitionNode type when type.Name.Value.StartsWith(ExecutionVocabulary.Prefix, StringComparison.Ordinal) || hidden.Contains(type.Name.Value):
                    break;
                case DirectiveDefinitionNode directive:
                    if (Executable(directive) is { } executable && executable.Arguments.All(a => !hidden.Contains(NameOf(a.Type))))
                    {
                        definitions.Add(executable);
                    }

                    break;
                case ScalarTypeDefinitionNode type:
                    definitions.Add(new ScalarTypeDefinitionNode { Description = type.Description, Name = type.Name, Directives = Plain(type.Directives) });
                    break;
                case ObjectTypeDefinitionNode type:
                    definitions.Add(new ObjectTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Plain(type.Directives),
                        Interfaces = Names(type.Interfaces),
                        Fields = Fields(type.Fields),
                    });
                    break;
                case InterfaceTypeDefinitionNode type:
                    definitions.Add(new InterfaceTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Plain(type.Directives),
                        Interfaces = Names(type.Interfaces),
                        Fields = Fields(type.Fields),
                    });
                    break;
                case UnionTypeDefinitionNode type:
                    definitions.Add(new UnionTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Plain(type.Directives),
                        Types = Names(type.Types),
                    });
                    break;
                case EnumTypeDefinitionNode type:
                    definitions.Add(new EnumTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Plain(type.Directives),
                        Values = [.. type.Values.Where(v => Keep(v.Directives)).Select(v => new EnumValueDefinitionNode
                        {
                            Description = v.Description,
                            Name = v.Name,
                            Directives = Plain(v.Directives),
                        })],
                    });
                    break;
                case InputObjectTypeDefinitionNode type:
                    definitions.Add(new InputObjectTypeDefinitionNode
                    {
                        Description = type.Description,
                        Name = type.Name,
                        Directives = Plain(type.Directives),
                        Fields = Inputs(type.Fields),
                    });
                    break;
                default:
                    definitions.Add(definition);
                    break;
            }
        }

        return new DocumentNode { Definitions = definitions.ToImmutable() };
    }
}
