using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>A position in one of the documents under validation.</summary>
internal readonly record struct Place(DocumentNode Document, SyntaxNode Node, int Offset);

/// <summary>One rule for type-system documents. Definitions come in source order, all documents as one.</summary>
internal abstract class TypeSystemRule(TypeSystemContext context)
{
    protected TypeSystemContext Context { get; } = context;

    public abstract void Definition(DefinitionNode definition);

    protected Place At(SyntaxNode node) => new(Context.Current, node, node.Start);

    protected Place At(SyntaxNode node, Name name) => new(Context.Current, node, name.Start);

    protected void Report(string message, params ReadOnlySpan<Place> places) => Context.Report(GetType().Name, message, places);
}
