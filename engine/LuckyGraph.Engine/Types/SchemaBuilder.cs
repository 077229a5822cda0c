using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>
/// Collects type definitions, from SDL and from generated tables alike, merges those with the same name, and builds a
/// validated <see cref="Schema"/>. Type references and directives are given in SDL syntax.
/// </summary>
public sealed class SchemaBuilder
{
    private readonly Dictionary<string, TypeDraft> types = new(StringComparer.Ordinal);
    private readonly List<TypeDraft> order = [];
    private readonly List<(DocumentNode Document, FieldBinding? Binding)> documents = [];
    private readonly List<SchemaError> errors = [];
    private string? description;
    private NodeBinding? nodes;

    /// <summary>Whether <c>@defer</c> is defined; off unless a server delivers incrementally.</summary>
    public bool EnableDefer { get; set; }

    /// <summary>Whether <c>@stream</c> is defined; off unless a server delivers incrementally.</summary>
    public bool EnableStream { get; set; }

    /// <summary>Both <see cref="EnableDefer"/> and <see cref="EnableStream"/>.</summary>
    public bool IncrementalDelivery
    {
        get => EnableDefer && EnableStream;
        set => EnableDefer = EnableStream = value;
    }

    /// <summary>Sets the schema's description.</summary>
    public SchemaBuilder Description(string? text)
    {
        description = text;
        return this;
    }

    /// <summary>Adds type definitions and extensions. Fields without binding get the data resolver of <paramref name="binding"/>.</summary>
    public SchemaBuilder AddSdl(DocumentNode document, FieldBinding? binding = null)
    {
        documents.Add((document, binding));
        return this;
    }

    /// <summary>Adds type definitions and extensions.</summary>
    /// <exception cref="GraphQLSyntaxException">The text does not follow the grammar.</exception>
    public SchemaBuilder AddSdl(string sdl, FieldBinding? binding = null) => AddSdl(Parser.ParseDocument(sdl, ParserOptions.Trusted), binding);

    /// <summary>Gets or adds an object type.</summary>
    public ComplexTypeBuilder Object(string name, Type? runtimeType = null) => new(this, Draft(name, TypeKind.Object, runtimeType));

    /// <summary>Gets or adds an interface type.</summary>
    public ComplexTypeBuilder Interface(string name, Type? runtimeType = null) => new(this, Draft(name, TypeKind.Interface, runtimeType));

    /// <summary>Gets or adds a union.</summary>
    public UnionTypeBuilder Union(string name, Type? runtimeType = null) => new(Draft(name, TypeKind.Union, runtimeType));

    /// <summary>Gets or adds an enum.</summary>
    public EnumTypeBuilder Enum(string name, Type? runtimeType = null) => new(Draft(name, TypeKind.Enum, runtimeType));

    /// <summary>Gets or adds an input object.</summary>
    public InputTypeBuilder Input(string name, Type? runtimeType = null) => new(Draft(name, TypeKind.InputObject, runtimeType));

    /// <summary>Gets or adds a scalar. Built-in and well-known scalars (DateTime, Long, Decimal, UUID …) add themselves when referenced.</summary>
    public ScalarTypeBuilder Scalar(string name, ScalarCoercion coercion, string? specifiedByUrl = null)
    {
        var draft = Draft(name, TypeKind.Scalar, null);
        draft.Coercion = coercion;
        if (specifiedByUrl is not null && !draft.Directives.Exists(d => d.Name.Value == "specifiedBy"))
        {
            draft.Directives.Add(Applications.SpecifiedBy(specifiedByUrl));
        }

        return new ScalarTypeBuilder(draft);
    }

    /// <summary>
    /// Makes an object type a node: it implements <c>Node</c>, and <c>Query.node</c> and <c>Query.nodes</c> find its objects by their
    /// global ids with <see cref="FieldBinding.ResolveNodeAsync"/>.
    /// </summary>
    /// <param name="typeName">The object type.</param>
    /// <param name="binding">The code that finds objects.</param>
    /// <param name="index">The resolver's number within the binding.</param>
    /// <param name="isConcurrent">Whether calls for several ids may run side by side.</param>
    public SchemaBuilder Node(string typeName, FieldBinding binding, int index, bool isConcurrent)
    {
        if (nodes is null)
        {
            nodes = new NodeBinding();
            nodes.Define(this);
        }

        Object(typeName).Implements("Node");
        if (!nodes.Add(typeName, binding, index, isConcurrent))
        {
            Refuse($"Type \"{typeName}\" has more than one node resolver; keep one.");
        }

        return this;
    }

    /// <summary>Builds and validates the schema.</summary>
    /// <exception cref="SchemaException">The definitions contradict each other or the specification; every error is listed.</exception>
    public Schema Build()
    {
        var schema = Assemble(validateSdl: true);
        var found = SchemaValidator.Validate(schema);
        return found.IsEmpty ? schema : throw new SchemaException(found);
    }

    /// <summary>
    /// Builds the schema without checking it against section 3, for tools that report the errors themselves
    /// (<see cref="SchemaValidator.Validate"/>). References must resolve all the same.
    /// </summary>
    /// <param name="validateSdl">Whether the rules for type-system documents (unique names, known types, known directives) are checked first.</param>
    /// <exception cref="SchemaException">A name is unknown, or a rule for type-system documents is broken.</exception>
    public Schema BuildUnchecked(bool validateSdl = true) => Assemble(validateSdl);

    internal void Refuse(string message) => errors.Add(new SchemaError(message, []));

    private Schema Assemble(bool validateSdl)
    {
        if (validateSdl)
        {
            var found = new List<SchemaError>(errors);
            found.AddRange(TypeSystemValidator.Validate([.. documents.Select(d => d.Document)], order));
            if (found.Count > 0)
            {
                throw new SchemaException([.. found]);
            }
        }

        return new SchemaAssembly(description, order, documents, EnableDefer, EnableStream).Assemble();
    }

    private TypeDraft Draft(string name, TypeKind kind, Type? runtimeType)
    {
        if (types.TryGetValue(name, out var draft))
        {
            if (draft.Kind != kind)
            {
                Refuse($"Type \"{name}\" is defined as {draft.Kind} and as {kind}; give one of them another name.");
                return new TypeDraft(name, kind);
            }
        }
        else
        {
            draft = new TypeDraft(name, kind) { FromCode = true };
            types.Add(name, draft);
            order.Add(draft);
        }

        draft.RuntimeType ??= runtimeType;
        return draft;
    }
}
