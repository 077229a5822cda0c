using System.Collections.Frozen;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Gateway.Settings;

/// <summary>What operations may be, what they may cost, which documents are executed, and what clients see of errors.</summary>
internal sealed class LimitSettings
{
    private const string Documents = "LUCKY_GATEWAY_TRUSTED_DOCUMENTS";
    private readonly string _introspection;

    public LimitSettings(SettingReader settings, bool isProduction)
    {
        MaxTokens = settings.Number("LUCKY_GATEWAY_MAX_TOKENS", 10_000);
        MaxDepth = settings.Number("LUCKY_GATEWAY_MAX_DEPTH", 50);
        _introspection = settings.Choice("LUCKY_GATEWAY_INTROSPECTION", isProduction ? ["authenticated", "everyone", "nobody"] : ["everyone", "authenticated", "nobody"]);
        Validation = new ValidationOptions
        {
            MaxDepth = MaxDepth,
            MaxFields = settings.Number("LUCKY_GATEWAY_MAX_FIELDS", 2_048),
            MaxAliases = settings.Number("LUCKY_GATEWAY_MAX_ALIASES", 200),
            MaxDirectivesPerLocation = settings.Number("LUCKY_GATEWAY_MAX_DIRECTIVES", 4),
            AllowIntrospection = _introspection != "nobody",
        };
        Cost = new CostOptions
        {
            MaxFieldCost = settings.Number("LUCKY_GATEWAY_MAX_FIELD_COST", 5_000),
            MaxTypeCost = settings.Number("LUCKY_GATEWAY_MAX_TYPE_COST", 5_000),
            DefaultListSize = settings.Number("LUCKY_GATEWAY_DEFAULT_LIST_SIZE", 1),
            AllowReports = settings.Switch("LUCKY_GATEWAY_COST_REPORTS", true),
        };
        OnlyTrustedDocuments = settings.Switch("LUCKY_GATEWAY_ONLY_TRUSTED_DOCUMENTS", false);
        AllowPersistedQueries = settings.Switch("LUCKY_GATEWAY_PERSISTED_QUERIES", false);
        TrustedDocuments = ReadDocuments(settings.Text(Documents));
        if (OnlyTrustedDocuments && TrustedDocuments is null)
        {
            throw new InvalidOperationException($"LUCKY_GATEWAY_ONLY_TRUSTED_DOCUMENTS is set, but {Documents} names no documents.");
        }

        Errors = new SubgraphErrorPolicy
        {
            MaskMessages = settings.Switch("LUCKY_GATEWAY_MASK_ERRORS", false),
            UnmaskedSubgraphs = settings.List("LUCKY_GATEWAY_UNMASKED_SUBGRAPHS").ToFrozenSet(StringComparer.Ordinal),
            Extensions = settings.Text("LUCKY_GATEWAY_ERROR_EXTENSIONS") is null or "*" ? null
                : settings.List("LUCKY_GATEWAY_ERROR_EXTENSIONS").ToFrozenSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Most tokens of a document.</summary>
    public int MaxTokens { get; }

    /// <summary>Deepest nesting of a document, and of an operation's fields with its fragments in place.</summary>
    public int MaxDepth { get; }

    /// <summary>Sizes of operations.</summary>
    public ValidationOptions Validation { get; }

    /// <summary>Costs of operations.</summary>
    public CostOptions Cost { get; }

    /// <summary>What clients see of subgraphs' errors.</summary>
    public SubgraphErrorPolicy Errors { get; }

    /// <summary>The documents that clients may name by id; null when there are none.</summary>
    public ITrustedDocumentStore? TrustedDocuments { get; }

    /// <summary>Whether nothing else is executed.</summary>
    public bool OnlyTrustedDocuments { get; }

    /// <summary>Whether clients may register documents by hash.</summary>
    public bool AllowPersistedQueries { get; }

    /// <summary>Who may introspect; null for everyone.</summary>
    public Func<OperationRequest, bool>? AllowIntrospection => _introspection == "authenticated" ? static request => request.User?.Identity?.IsAuthenticated == true : null;

    private static TrustedDocuments? ReadDocuments(string? path)
        => path is null ? null
            : Directory.Exists(path) ? LuckyGraph.AspNetCore.TrustedDocuments.FromFolder(path)
            : File.Exists(path) ? LuckyGraph.AspNetCore.TrustedDocuments.FromManifest(path)
            : throw new InvalidOperationException($"{Documents} names neither a folder nor a file: {path}");
}
