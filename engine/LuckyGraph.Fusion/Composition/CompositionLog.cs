using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Collects the findings of all phases.</summary>
internal sealed class CompositionLog
{
    private readonly List<CompositionError> _findings = [];

    public bool HasErrors { get; private set; }

    /// <summary>Every finding once, ordered by coordinate, code and message, so that equal inputs give equal reports.</summary>
    public ImmutableArray<CompositionError> Findings
        => [.. _findings
            .DistinctBy(f => (f.Code, f.Message))
            .OrderBy(f => f.Severity)
            .ThenBy(f => f.Coordinate, StringComparer.Ordinal)
            .ThenBy(f => f.Code, StringComparer.Ordinal)
            .ThenBy(f => f.Message, StringComparer.Ordinal)];

    public void Error(string code, string coordinate, string message, IEnumerable<string> schemas, SourceLocation? location = null)
        => Add(CompositionSeverity.Error, code, coordinate, message, schemas, location);

    public void Error(string code, string coordinate, string message, SourceDocument schema, SyntaxNode? node = null)
        => Add(CompositionSeverity.Error, code, coordinate, message, [schema.Name], Locate(schema, node));

    public void Warning(string code, string coordinate, string message, SourceDocument schema, SyntaxNode? node = null)
        => Add(CompositionSeverity.Warning, code, coordinate, message, [schema.Name], Locate(schema, node));

    public void AddAsWarnings(IEnumerable<CompositionError> findings) => _findings.AddRange(findings.Select(f => f with { Severity = CompositionSeverity.Warning }));

    private static SourceLocation? Locate(SourceDocument schema, SyntaxNode? node)
        => node is null || schema.Document.Source.IsEmpty ? null : schema.Document.GetLocation(node.Start);

    private void Add(CompositionSeverity severity, string code, string coordinate, string message, IEnumerable<string> schemas, SourceLocation? location)
    {
        HasErrors |= severity == CompositionSeverity.Error;
        _findings.Add(new CompositionError(code, message)
        {
            Severity = severity,
            Coordinate = coordinate,
            Schemas = [.. schemas.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Location = location,
        });
    }
}
