using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>What a directive's definition says, wherever it comes from.</summary>
internal sealed record DirectiveSignature(ImmutableArray<(string Name, string Type, bool Required)> Arguments, ImmutableArray<string> Locations, bool IsRepeatable)
{
    public static DirectiveSignature Of(DirectiveDefinitionNode node) => new(
        [.. node.Arguments.DistinctBy(a => a.Name.Value).Select(a => (a.Name.Value, Printer.PrintCompact(a.Type), a.Type is NonNullTypeNode && a.DefaultValue is null))],
        [.. node.Locations.Select(l => l.Value)],
        node.IsRepeatable);

    public static DirectiveSignature Of(DirectiveType type) => new(
        [.. type.Arguments.Select(a => (a.Name, a.Type.ToString()!, a.IsRequired))], type.Locations, type.IsRepeatable);
}

/// <summary>What there is already when a document is validated: a schema that it extends, or types of generated code.</summary>
internal sealed class ExistingDefinitions
{
    public Dictionary<string, TypeKind> Types { get; } = new(StringComparer.Ordinal);

    public HashSet<(string Type, string Member)> Members { get; } = [];

    public Dictionary<string, DirectiveSignature> Directives { get; } = new(StringComparer.Ordinal);

    public HashSet<OperationKind> Roots { get; } = [];

    public static ExistingDefinitions Of(Schema schema)
    {
        var existing = new ExistingDefinitions();
        foreach (var type in schema.TypesInOrder)
        {
            if (schema.UnusedScalars.Contains(type.Name))
            {
                continue;
            }

            existing.Types[type.Name] = type.Kind;
            var members = type switch
            {
                ComplexType complex => complex.Fields.Select(f => f.Name),
                EnumType enumType => enumType.Values.Select(v => v.Name),
                InputObjectType input => input.Fields.Select(f => f.Name),
                _ => [],
            };
            foreach (var member in members)
            {
                existing.Members.Add((type.Name, member));
            }
        }

        foreach (var directive in schema.DirectivesInOrder)
        {
            existing.Directives[directive.Name] = DirectiveSignature.Of(directive);
        }

        foreach (var operation in Enum.GetValues<OperationKind>())
        {
            if (schema.RootType(operation) is not null)
            {
                existing.Roots.Add(operation);
            }
        }

        return existing;
    }

    public static ExistingDefinitions Of(IReadOnlyList<TypeDraft> drafts)
    {
        var existing = new ExistingDefinitions();
        foreach (var draft in drafts)
        {
            existing.Types[draft.Name] = draft.Kind;
        }

        return existing;
    }
}

/// <summary>What the rules share while type-system documents are validated.</summary>
internal sealed class TypeSystemContext
{
    private readonly List<SchemaError> errors = [];

    public TypeSystemContext(ImmutableArray<DocumentNode> documents, ExistingDefinitions existing, bool extendsSchema)
    {
        Existing = existing;
        ExtendsSchema = extendsSchema;
        if (!extendsSchema)
        {
            foreach (var directive in KnownDirectiveDefinitions.Specified(defer: false, stream: false))
            {
                Directives[directive.Name.Value] = DirectiveSignature.Of(directive);
            }
        }

        foreach (var (name, signature) in existing.Directives)
        {
            Directives[name] = signature;
        }

        foreach (var document in documents)
        {
            foreach (var definition in document.Definitions)
            {
                switch (definition)
                {
                    case TypeDefinitionNode { IsExtension: false } type: Defined[type.Name.Value] = (type, new Place(document, type, type.Start)); break;
                    case DirectiveDefinitionNode directive: Directives[directive.Name.Value] = DirectiveSignature.Of(directive); break;
                }
            }
        }
    }

    public ExistingDefinitions Existing { get; }

    /// <summary>Whether there is a schema already, which definitions must not repeat.</summary>
    public bool ExtendsSchema { get; }

    /// <summary>The last definition of each type in the documents.</summary>
    public Dictionary<string, (TypeDefinitionNode Node, Place Place)> Defined { get; } = new(StringComparer.Ordinal);

    private Dictionary<string, DirectiveSignature> Directives { get; } = new(StringComparer.Ordinal);

    /// <summary>The document of the definition that is being checked.</summary>
    public DocumentNode Current { get; set; } = null!;

    public ImmutableArray<SchemaError> Errors => [.. errors];

    /// <summary>A directive that may be applied; those of composite schemas are known without definition.</summary>
    public DirectiveSignature? Directive(string name)
        => Directives.TryGetValue(name, out var signature) ? signature
            : KnownDirectiveDefinitions.Composite(name) is { } composite ? Directives[name] = DirectiveSignature.Of(composite)
            : null;

    public void Report(string rule, string message, ReadOnlySpan<Place> places)
    {
        var nodes = ImmutableArray.CreateBuilder<SyntaxNode>(places.Length);
        var locations = ImmutableArray.CreateBuilder<SourceLocation>(places.Length);
        foreach (var place in places)
        {
            nodes.Add(place.Node);
            locations.Add(place.Document.GetLocation(place.Offset));
        }

        errors.Add(new SchemaError(message, nodes.MoveToImmutable()) { Locations = locations.MoveToImmutable(), Rule = rule });
    }
}
