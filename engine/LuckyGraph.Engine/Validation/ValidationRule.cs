using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>
/// One rule of section 5. The walk calls it for each node of a document in source order, with what the types are there;
/// unknown types, fields and directives are null, and reported by the one rule that is about them.
/// </summary>
internal abstract class ValidationRule(ValidationContext context)
{
    protected ValidationContext Context { get; } = context;

    /// <summary>The name under which errors are reported: the specification's heading in Pascal case.</summary>
    public string Name => GetType().Name;

    public virtual void Document(DocumentNode document) { }

    public virtual void Operation(OperationDefinitionNode operation, ObjectType? root) { }

    public virtual void Fragment(FragmentDefinitionNode fragment, NamedType? type) { }

    public virtual void TypeSystem(TypeSystemDefinitionNode definition) { }

    public virtual void VariableDefinition(VariableDefinitionNode variable, GraphType? type) { }

    public virtual void Field(FieldNode node, NamedType? parent, FieldDefinition? field) { }

    public virtual void Spread(FragmentSpreadNode node, NamedType? parent) { }

    public virtual void InlineFragment(InlineFragmentNode node, NamedType? parent, NamedType? type) { }

    public virtual void NamedType(NamedTypeNode node) { }

    /// <summary>All directives of one place; not called where there are none.</summary>
    public virtual void Directives(ImmutableArray<DirectiveNode> directives, string location) { }

    public virtual void Directive(DirectiveNode node, DirectiveType? directive, string location) { }

    public virtual void ObjectValue(ObjectValueNode node) { }

    /// <summary>Called after the whole document.</summary>
    public virtual void End() { }

    protected void Report(string message, params ReadOnlySpan<int> offsets) => Context.Report(Name, message, offsets);
}
