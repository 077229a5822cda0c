using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>A source schema to compose.</summary>
/// <param name="Name">Its name, such as <c>catalog</c>.</param>
/// <param name="Sdl">Its SDL with the directives of the Composite Schemas specification.</param>
public sealed record SourceSchemaInput(string Name, string Sdl)
{
    /// <summary>Where its server answers GraphQL requests; null when the gateway's settings say so.</summary>
    public string? Url { get; init; }
    /// <summary>What its server understands.</summary>
    public SourceCapabilities Capabilities { get; init; } = SourceSchema.DefaultCapabilities;
}

/// <summary>How serious a finding of composition is.</summary>
public enum CompositionSeverity : byte
{
    /// <summary>The schemas do not compose.</summary>
    Error,
    /// <summary>The schemas compose, but somebody should look.</summary>
    Warning,
}

/// <summary>A finding of composition.</summary>
/// <param name="Code">The specification's code, such as <c>INVALID_FIELD_SHARING</c>.</param>
/// <param name="Message">What is wrong, in which schema, type and field, and how to mend it.</param>
public sealed record CompositionError(string Code, string Message)
{
    /// <summary>Whether composition fails by it.</summary>
    public CompositionSeverity Severity { get; init; } = CompositionSeverity.Error;
    /// <summary>The source schemas concerned, in ordinal order.</summary>
    public ImmutableArray<string> Schemas { get; init; } = [];
    /// <summary>The schema coordinate concerned, such as <c>Product.name</c>, or null.</summary>
    public string? Coordinate { get; init; }
    /// <summary>Where in the SDL of the first schema of <see cref="Schemas"/>, when known.</summary>
    public SourceLocation? Location { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>Thrown when source schemas do not compose.</summary>
public sealed class CompositionException(ImmutableArray<CompositionError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Every error found, in a stable order.</summary>
    public ImmutableArray<CompositionError> Errors { get; } = errors;
}

/// <summary>The outcome of composition.</summary>
/// <param name="Findings">Errors and warnings in a stable order.</param>
/// <param name="Schema">The composed schema; null when there is an error.</param>
/// <param name="ExecutionSdl">The text of <c>lucky.fusion.graphql</c>, sorted and stable; null when there is an error.</param>
/// <param name="ClientSdl">The text of <c>lucky.graphql</c>, sorted and stable; null when there is an error.</param>
public sealed record CompositionResult(ImmutableArray<CompositionError> Findings, FusionSchema? Schema, string? ExecutionSdl, string? ClientSdl)
{
    /// <summary>Whether the schemas compose.</summary>
    public bool Success => Schema is not null;
}

/// <summary>Composes source schemas into one (Composite Schemas, section 4).</summary>
public static class SchemaComposer
{
    /// <summary>Composes source schemas. Their order does not matter.</summary>
    public static CompositionResult Compose(IReadOnlyList<SourceSchemaInput> sources)
    {
        var log = new CompositionLog();
        var merged = Merge(sources, log);
        if (merged is null || log.HasErrors)
        {
            return new CompositionResult(log.Findings, null, null, null);
        }

        var document = ExecutionSchemaWriter.Write(merged);
        FusionSchema schema;
        try
        {
            schema = FusionSchemaReader.Read(document);
        }
        catch (FusionSchemaException e)
        {
            log.Error(CompositionCodes.InvalidMergedGraphQL, "", e.Message, merged.Sources.Select(s => s.Name));
            return new CompositionResult(log.Findings, null, null, null);
        }

        new Satisfiability(schema, log).Check();
        return log.HasErrors
            ? new CompositionResult(log.Findings, null, null, null)
            : new CompositionResult(
                log.Findings, schema, Printer.Print(document) + "\n", Printer.Print(ExecutionDocument.ToClientDocument(document)) + "\n");
    }

    private static MergedSchema? Merge(IReadOnlyList<SourceSchemaInput> sources, CompositionLog log)
    {
        if (sources.Count > SourceSet.Capacity || sources.DistinctBy(s => s.Name, StringComparer.Ordinal).Count() != sources.Count)
        {
            throw new ArgumentException($"Source schemas need distinct names, and at most {SourceSet.Capacity} compose.", nameof(sources));
        }

        var schemas = new List<SourceDocument>(sources.Count);
        foreach (var input in sources.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (SourceSchemaLoader.Load(input, log) is { } schema)
            {
                schemas.Add(schema);
            }
        }

        var lookups = new List<CollectedLookup>();
        foreach (var schema in schemas)
        {
            SourceSchemaLoader.CheckGraphQL(schema, log);
            SourceTypeSystemRules.Check(schema, log);
            SourceKeyRules.Check(schema, log);
            SourceArgumentRules.Check(schema, log);
            if (!log.HasErrors)
            {
                var found = LookupCollector.Collect(schema);
                lookups.AddRange(found);
                InferKeys(schema, found);
                SourceTypeSystemRules.CheckExternalUsage(schema, log);
            }
        }

        if (log.HasErrors)
        {
            return null;
        }

        PreMergeRules.Check(schemas, log);
        if (log.HasErrors)
        {
            return null;
        }

        var merged = SchemaMerger.Merge(schemas, lookups);
        PostMergeRules.Check(merged, log);
        SchemaMerger.Prune(merged);
        return merged;
    }

    // What a lookup finds an object by is a key of it, written with @key or not.
    private static void InferKeys(SourceDocument schema, IReadOnlyList<CollectedLookup> lookups)
    {
        foreach (var lookup in lookups)
        {
            SourceKeyRules.MarkKeyMembers(schema, lookup.EntityType, lookup.Key);
        }
    }

    /// <summary>Composes source schemas given as name and SDL.</summary>
    /// <exception cref="CompositionException">They do not compose.</exception>
    public static FusionSchema ComposeOrThrow(params ReadOnlySpan<(string Name, string Sdl)> sources)
    {
        var inputs = new List<SourceSchemaInput>(sources.Length);
        foreach (var (name, sdl) in sources)
        {
            inputs.Add(new SourceSchemaInput(name, sdl));
        }

        var result = Compose(inputs);
        return result.Schema ?? throw new CompositionException([.. result.Findings.Where(f => f.Severity == CompositionSeverity.Error)]);
    }
}
