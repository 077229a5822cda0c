using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>The merged schema while it is checked and written. Members hidden by <c>@inaccessible</c> are in it, marked.</summary>
internal sealed class MergedSchema(IReadOnlyList<SourceDocument> sources, PossibleTypes possibleTypes, ComposedDirectives composedDirectives)
{
    public IReadOnlyList<SourceDocument> Sources { get; } = sources;
    public PossibleTypes PossibleTypes { get; } = possibleTypes;
    public ComposedDirectives ComposedDirectives { get; } = composedDirectives;

    /// <summary>All types in name order.</summary>
    public SortedDictionary<string, MergedType> Types { get; } = new(StringComparer.Ordinal);

    public MergedType? Type(string name) => Types.GetValueOrDefault(name);
}

/// <summary>A merged type.</summary>
internal sealed class MergedType(string name, TypeKind kind, IReadOnlyList<SourceType> sources)
{
    public string Name { get; } = name;
    public TypeKind Kind { get; } = kind;

    /// <summary>The definitions it is merged from, without internal ones, in the order of the schemas' names.</summary>
    public IReadOnlyList<SourceType> Sources { get; } = sources;

    public StringValueNode? Description { get; set; }
    public bool IsInaccessible { get; set; }
    public bool IsOneOf { get; set; }
    public DirectiveNode? SpecifiedBy { get; set; }
    public List<string> Interfaces { get; } = [];
    public List<MergedField> Fields { get; } = [];
    public List<string> Members { get; } = [];
    public List<MergedValue> Values { get; } = [];
    public List<MergedInput> InputFields { get; } = [];
    public List<CollectedLookup> Lookups { get; } = [];

    public bool IsRoot => Name is "Query" or "Mutation" or "Subscription";

    public MergedField? Field(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return field;
            }
        }

        return null;
    }
}

/// <summary>A merged field.</summary>
internal sealed class MergedField(string name, TypeNode type, IReadOnlyList<SourceFieldDefinition> sources)
{
    public string Name { get; } = name;
    public TypeNode Type { get; } = type;

    /// <summary>The definitions it is merged from: without internal and overridden ones, external ones included.</summary>
    public IReadOnlyList<SourceFieldDefinition> Sources { get; } = sources;

    public StringValueNode? Description { get; set; }
    public DirectiveNode? Deprecated { get; set; }
    public bool IsInaccessible { get; set; }
    public List<MergedInput> Arguments { get; } = [];

    public MergedInput? Argument(string name) => Arguments.Find(a => a.Name == name);
}

/// <summary>A merged argument or input field.</summary>
internal sealed record MergedInput(string Name, TypeNode Type, ValueNode? DefaultValue, StringValueNode? Description, DirectiveNode? Deprecated, ImmutableArray<DirectiveNode> Carried);

/// <summary>A merged enum value.</summary>
internal sealed record MergedValue(string Name, StringValueNode? Description, DirectiveNode? Deprecated, bool IsInaccessible, ImmutableArray<DirectiveNode> Carried);
