using System.Collections.Immutable;
using LuckyGraph.Fusion.Composition.EventStreams;
using LuckyGraph.Fusion.Composition.Federation;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Which specification a source schema follows.</summary>
public enum SourceSchemaKind : byte
{
    /// <summary>The Composite Schemas specification: lookups are fields.</summary>
    Composite,
    /// <summary>Apollo Federation 1 or 2: entities are found by <c>_entities</c>.</summary>
    Apollo,
}

/// <summary>A source schema to compose.</summary>
/// <param name="Name">Its name, such as <c>catalog</c>.</param>
/// <param name="Sdl">Its SDL with the directives of the Composite Schemas specification, or of Apollo Federation 1 or 2.</param>
public sealed record SourceSchemaInput(string Name, string Sdl)
{
    /// <summary>Where its server answers GraphQL requests; null when the gateway's settings say so.</summary>
    public string? Url { get; init; }
    /// <summary>
    /// Which specification it follows. Null lets its directives decide: Apollo when it links Federation, has <c>_entities</c>,
    /// <c>_service</c> or <c>_Any</c>, uses a directive that only Federation has, or has keys and no lookups beside a schema that
    /// is Apollo; else composite.
    /// </summary>
    public SourceSchemaKind? Kind { get; init; }
    /// <summary>What its server understands. Null stands for <see cref="SourceSchema.DefaultCapabilities"/>, and for plain requests when it is Apollo.</summary>
    public SourceCapabilities? Capabilities { get; init; }
}

/// <summary>Which variant of the composed schema clients see (Apollo calls it a contract).</summary>
public sealed record CompositionOptions
{
    /// <summary>The default: everything.</summary>
    public static readonly CompositionOptions Default = new();

    /// <summary>Fields of object and interface types, and unions, are hidden unless they or their type have one of these tags. Empty: nothing is hidden for want of a tag.</summary>
    public ImmutableArray<string> IncludeTags { get; init; } = [];

    /// <summary>What has one of these tags is hidden, whatever else it has.</summary>
    public ImmutableArray<string> ExcludeTags { get; init; } = [];

    /// <summary>Whether types are hidden that no operation can reach.</summary>
    public bool HideUnreachableTypes { get; init; }

    /// <summary>Whether another composition has found every field resolvable, so that a doubt of ours is a warning.</summary>
    internal bool IsKnownToBeSatisfiable { get; init; }
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
    public static CompositionResult Compose(IReadOnlyList<SourceSchemaInput> sources) => Compose(sources, CompositionOptions.Default);

    /// <summary>Composes the subgraphs of an Apollo supergraph again. Whether every field can be resolved is not for this composition to decide: doubts are warnings.</summary>
    /// <param name="supergraphSdl">The supergraph, in the join specification v0.1 to v0.5.</param>
    /// <exception cref="SupergraphException">The text is no supergraph, or uses what is not supported.</exception>
    public static CompositionResult ComposeSupergraph(string supergraphSdl)
        => Compose(SupergraphReader.Read(supergraphSdl), new CompositionOptions { IsKnownToBeSatisfiable = true });

    /// <summary>Composes source schemas into a variant of their schema. Their order does not matter.</summary>
    public static CompositionResult Compose(IReadOnlyList<SourceSchemaInput> sources, CompositionOptions options)
    {
        var log = new CompositionLog();
        var merged = Merge(sources, options, log);
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

        var doubts = options.IsKnownToBeSatisfiable ? new CompositionLog() : log;
        new Satisfiability(schema, doubts).Check();
        if (!schema.OverrideLabels.IsEmpty)
        {
            // Every label may be active, and none.
            new Satisfiability(schema.WithOverrides(schema.OverrideLabels), doubts).Check();
        }

        if (doubts != log)
        {
            log.AddAsWarnings(doubts.Findings);
        }

        return log.HasErrors
            ? new CompositionResult(log.Findings, null, null, null)
            : new CompositionResult(
                log.Findings, schema, Printer.Print(document) + "\n", Printer.Print(ExecutionDocument.ToClientDocument(document)) + "\n");
    }

    private static MergedSchema? Merge(IReadOnlyList<SourceSchemaInput> sources, CompositionOptions options, CompositionLog log)
    {
        if (sources.Count > SourceSet.Capacity || sources.DistinctBy(s => s.Name, StringComparer.Ordinal).Count() != sources.Count)
        {
            throw new ArgumentException($"Source schemas need distinct names, and at most {SourceSet.Capacity} compose.", nameof(sources));
        }

        var schemas = SourceSchemaLoader.Load([.. sources.OrderBy(s => s.Name, StringComparer.Ordinal)], log);

        var lookups = new List<CollectedLookup>();
        foreach (var schema in schemas)
        {
            SourceSchemaLoader.CheckGraphQL(schema, log);
            if (schema.IsApollo)
            {
                FederationRules.Check(schema, log);
                lookups.AddRange(EntityLookups.Collect(schema));
                continue;
            }

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

        schemas = EventStreamLowering.Apply(schemas, lookups, log);
        if (!log.HasErrors && schemas.Count > SourceSet.Capacity)
        {
            log.Error(
                CompositionCodes.EventStreamInvalidUsage, "",
                $"There are {schemas.Count} source schemas with those of event streams; at most {SourceSet.Capacity} compose.", schemas.Select(static s => s.Name));
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

        var composed = ComposedDirectives.Of(schemas, log);
        if (log.HasErrors)
        {
            return null;
        }

        var merged = SchemaMerger.Merge(schemas, lookups, composed);
        InterfaceObjects.Apply(merged, log);
        Contract.Apply(merged, options, log);
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
