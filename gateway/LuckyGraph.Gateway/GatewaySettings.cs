using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Gateway.Caching;
using LuckyGraph.Gateway.Events;
using LuckyGraph.Gateway.Headers;
using LuckyGraph.Gateway.RateLimits;
using LuckyGraph.Gateway.Resilience;
using LuckyGraph.Gateway.Settings;
using Microsoft.AspNetCore.Hosting;

namespace LuckyGraph.Gateway;

/// <summary>The gateway's settings: environment variables, or <c>--NAME=value</c> on the command line. README.md explains each.</summary>
public sealed class GatewaySettings
{
    private readonly IConfiguration _configuration;
    private readonly SettingReader _reader;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A value is malformed; the message names it.</exception>
    public GatewaySettings(IConfiguration configuration, IHostEnvironment environment)
    {
        _configuration = configuration;
        _reader = new SettingReader(configuration);
        Headers = new HeaderSettings(_reader);
        IsDevelopment = environment.IsDevelopment();
        IsStandalone = Switch("LUCKY_GATEWAY_STANDALONE", false);
        SchemaFile = Path.GetFullPath(configuration["LUCKY_GATEWAY_SCHEMA"] ?? Path.Combine(ProjectFolder(), "schema", "lucky.fusion.graphql"));
        ExplorerFolder = Path.GetFullPath(configuration["LUCKY_GATEWAY_EXPLORER"] ?? DefaultExplorerFolder());
        SupergraphFile = configuration["LUCKY_GATEWAY_SUPERGRAPH"];
        SubgraphsFile = configuration["LUCKY_GATEWAY_SUBGRAPHS"];
        JwksUri = configuration["LUCKY_GATEWAY_JWKS_URL"] is { Length: > 0 } keys ? new Uri(keys)
            : IsStandalone ? null
            : new Uri((Url("ACCOUNTS") ?? "http://127.0.0.1:4001") + "/.well-known/jwks.json");
        TokenIssuer = configuration["LUCKY_TOKEN_ISSUER"] ?? "lucky";
        TokenAudience = configuration["LUCKY_TOKEN_AUDIENCE"] ?? "lucky";
        Origins = (configuration["LUCKY_GATEWAY_ORIGINS"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        AllowPlan = Switch("LUCKY_GATEWAY_PLAN", !environment.IsProduction());
        AllowBatching = Switch("LUCKY_GATEWAY_BATCHING", false);
        RequirePreflight = Switch("LUCKY_GATEWAY_REQUIRE_PREFLIGHT", true);
        Limits = new LimitSettings(_reader, environment.IsProduction());
        RateLimits = new RateLimitSettings(_reader);
        Redis = new RedisSettings(_reader);
        Cache = new CacheSettings(_reader);
        if (Cache.Store == "redis" && Redis.Configuration is null)
        {
            throw new InvalidOperationException("LUCKY_GATEWAY_CACHE is redis, but LUCKY_GATEWAY_REDIS names no server.");
        }

        Events = new EventSettings(_reader, Redis);
        PolicyClaim = _reader.Text("LUCKY_GATEWAY_POLICY_CLAIM") ?? "policies";
        LogErrors = Switch("LUCKY_GATEWAY_LOG_ERRORS", true);
        RateLimitsAreShared = IsShared("LUCKY_GATEWAY_RATE_LIMIT_STORE");
        MaxRequestBytes = Number("LUCKY_GATEWAY_MAX_REQUEST_BYTES", 1024 * 1024);
        MaxOperationsPerSocket = Number("LUCKY_GATEWAY_MAX_OPERATIONS_PER_SOCKET", 100);
        SubscriptionBuffer = Number("LUCKY_GATEWAY_SUBSCRIPTION_BUFFER", 256);
        SubscriptionOverflow = configuration["LUCKY_GATEWAY_SUBSCRIPTION_OVERFLOW"]?.ToUpperInvariant() switch
        {
            null or "" or "DISCONNECT" => SubscriptionOverflow.Disconnect,
            "DROP_OLDEST" => SubscriptionOverflow.DropOldest,
            var text => throw new InvalidOperationException($"LUCKY_GATEWAY_SUBSCRIPTION_OVERFLOW is disconnect or drop_oldest, not \"{text}\"."),
        };
        MaxSubscriptions = Number("LUCKY_GATEWAY_MAX_SUBSCRIPTIONS", 50_000);
        MaxSubscriptionsPerCaller = Number("LUCKY_GATEWAY_MAX_SUBSCRIPTIONS_PER_CALLER", 1_000);
        MaxSubscriptionsPerAddress = Number("LUCKY_GATEWAY_MAX_SUBSCRIPTIONS_PER_ADDRESS", 1_000);
        JoinSubscriptions = Switch("LUCKY_GATEWAY_JOIN_SUBSCRIPTIONS", IsStandalone);
        ExecutionTimeout = TimeSpan.FromMilliseconds(Number("LUCKY_GATEWAY_TIMEOUT_MS", 30_000));
        ShareRequests = Switch("LUCKY_GATEWAY_SHARE_REQUESTS", true);
        InlineIO = Switch("LUCKY_GATEWAY_INLINE_IO", true);
    }

    /// <summary>Whether this is a developer's machine.</summary>
    public bool IsDevelopment { get; }

    /// <summary>Whether the gateway runs alone, without the platform: it then checks tokens only when it is told where the keys are.</summary>
    public bool IsStandalone { get; }

    /// <summary>A supergraph of Apollo Federation to run instead of an execution schema; null when there is none.</summary>
    public string? SupergraphFile { get; }

    /// <summary>A list of subgraphs to compose and run instead of an execution schema; null when there is none.</summary>
    public string? SubgraphsFile { get; }

    /// <summary>The execution schema that composition wrote.</summary>
    public string SchemaFile { get; }

    /// <summary>The built explorer.</summary>
    public string ExplorerFolder { get; }

    /// <summary>Where the keys are that tokens are signed with: <c>LUCKY_GATEWAY_JWKS_URL</c>, else accounts'. Null: tokens are not checked here.</summary>
    public Uri? JwksUri { get; }

    /// <summary>The issuer that tokens must name.</summary>
    public string TokenIssuer { get; }

    /// <summary>The audience that tokens must name.</summary>
    public string TokenAudience { get; }

    /// <summary>Origins of pages that may call the gateway from a browser, besides its own.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>Whether <c>GraphQL-Plan: 1</c> is answered.</summary>
    public bool AllowPlan { get; }

    /// <summary>Whether clients may send batches.</summary>
    public bool AllowBatching { get; }

    /// <summary>Whether GET requests must prove that no foreign page forged them.</summary>
    public bool RequirePreflight { get; }

    /// <summary>Largest request body and socket message, in bytes.</summary>
    public int MaxRequestBytes { get; }

    /// <summary>Most operations at a time on one socket.</summary>
    public int MaxOperationsPerSocket { get; }

    /// <summary>Events kept for a subscriber that reads slowly.</summary>
    public int SubscriptionBuffer { get; }

    /// <summary>What happens to a subscriber whose buffer is full.</summary>
    public SubscriptionOverflow SubscriptionOverflow { get; }

    /// <summary>Most subscriptions at a time.</summary>
    public int MaxSubscriptions { get; }

    /// <summary>Most subscriptions at a time of one caller with credentials.</summary>
    public int MaxSubscriptionsPerCaller { get; }

    /// <summary>Most subscriptions at a time without credentials from one address.</summary>
    public int MaxSubscriptionsPerAddress { get; }

    /// <summary>Whether a subscription joins an equal one that runs already. The platform's streams begin with the present state, so there it does not.</summary>
    public bool JoinSubscriptions { get; }

    /// <summary>Longest execution of one operation, or of one event of a subscription.</summary>
    public TimeSpan ExecutionTimeout { get; }

    /// <summary>Whether equal queries that are under way to a subgraph at the same time, by the same caller, are one request.</summary>
    public bool ShareRequests { get; }

    /// <summary>Whether work goes on where a socket is read.</summary>
    public bool InlineIO { get; }

    /// <summary>Which headers pass the gateway.</summary>
    internal HeaderSettings Headers { get; }

    /// <summary>What operations may be.</summary>
    internal LimitSettings Limits { get; }

    /// <summary>How much one client may ask for.</summary>
    internal RateLimitSettings RateLimits { get; }

    /// <summary>Whether all gateways count a client together.</summary>
    internal bool RateLimitsAreShared { get; }

    /// <summary>Where responses for everybody are kept.</summary>
    internal CacheSettings Cache { get; }

    /// <summary>Where the topics are that feed subscriptions.</summary>
    internal EventSettings Events { get; }

    /// <summary>The token's claim that names the policies of its subject.</summary>
    internal string PolicyClaim { get; }

    /// <summary>Whether operations that are answered with errors are logged.</summary>
    internal bool LogErrors { get; }

    /// <summary>What gateways share.</summary>
    internal RedisSettings Redis { get; }

    /// <summary>What is done when a source schema's server fails.</summary>
    internal ResilienceSettings Resilience(string name) => ResilienceSettings.For(_reader, name);

    /// <summary>Where a source schema answers GraphQL requests: <c>LUCKY_{NAME}_URL</c>, else what the execution schema says.</summary>
    /// <exception cref="InvalidOperationException">Neither says it.</exception>
    public Uri SourceUrl(string name, string? composedUrl)
        => Url(Key(name)) is { } own ? new Uri(own + "/graphql")
            : composedUrl is not null ? new Uri(composedUrl)
            : throw new InvalidOperationException($"LUCKY_{Key(name)}_URL is not set, and the execution schema does not say where \"{name}\" answers.");

    /// <summary>Whether a setting says where a source schema answers.</summary>
    public bool HasSourceUrl(string name) => Url(Key(name)) is not null;

    /// <summary>Longest wait for one answer of a source schema: <c>LUCKY_{NAME}_TIMEOUT_MS</c>, else <c>LUCKY_GATEWAY_SUBGRAPH_TIMEOUT_MS</c>.</summary>
    public TimeSpan SourceTimeout(string name)
        => TimeSpan.FromMilliseconds(Number($"LUCKY_{Key(name)}_TIMEOUT_MS", Number("LUCKY_GATEWAY_SUBGRAPH_TIMEOUT_MS", 10_000)));

    /// <summary>The HTTP version spoken to a source schema: 2 without TLS negotiation when <c>LUCKY_{NAME}_HTTP2</c> is set, else 1.1.</summary>
    public Version SourceHttpVersion(string name)
        => Switch($"LUCKY_{Key(name)}_HTTP2", false) ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;

    /// <summary>
    /// Most entities of one request to a source schema that takes no lists, as fields under aliases:
    /// <c>LUCKY_{NAME}_MAX_ALIASED_FIELDS</c>, else <c>LUCKY_GATEWAY_SUBGRAPH_MAX_ALIASED_FIELDS</c>.
    /// </summary>
    public int MaxAliasedFields(string name)
        => Number($"LUCKY_{Key(name)}_MAX_ALIASED_FIELDS", Number("LUCKY_GATEWAY_SUBGRAPH_MAX_ALIASED_FIELDS", 64));

    /// <summary>How subscriptions reach a source schema: <c>LUCKY_{NAME}_SUBSCRIPTIONS</c>, else what it understands.</summary>
    /// <exception cref="InvalidOperationException">The setting is malformed.</exception>
    public SubscriptionProtocol Subscriptions(SourceSchema source) => _configuration[$"LUCKY_{Key(source.Name)}_SUBSCRIPTIONS"]?.ToUpperInvariant() switch
    {
        "SSE" => SubscriptionProtocol.ServerSentEvents,
        "WS" => SubscriptionProtocol.WebSocket,
        null or "" => (source.Capabilities & (SourceCapabilities.ServerSentEvents | SourceCapabilities.WebSocket)) == SourceCapabilities.WebSocket
            ? SubscriptionProtocol.WebSocket : SubscriptionProtocol.ServerSentEvents,
        var text => throw new InvalidOperationException($"LUCKY_{Key(source.Name)}_SUBSCRIPTIONS is sse or ws, not \"{text}\"."),
    };

    /// <summary>Where a source schema takes subscriptions when that is elsewhere: <c>LUCKY_{NAME}_SUBSCRIPTIONS_URL</c>.</summary>
    public Uri? SubscriptionUrl(string name) => _configuration[$"LUCKY_{Key(name)}_SUBSCRIPTIONS_URL"] is { Length: > 0 } url ? new Uri(url) : null;

    /// <summary>Whether a page of that origin may call the gateway. In development every page of this machine may.</summary>
    public bool IsOriginAllowed(string origin)
        => Origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || (IsDevelopment && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback);

    // Names of environment variables have letters, digits and underscores.
    private static string Key(string name) => string.Create(name.Length, name, static (key, name) =>
    {
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = char.IsAsciiLetterOrDigit(name[i]) ? char.ToUpperInvariant(name[i]) : '_';
        }
    });

    private string? Url(string name) => _configuration[$"LUCKY_{name}_URL"]?.TrimEnd('/') is { Length: > 0 } url ? url : null;

    // "memory" or "redis"; redis where there is one.
    private bool IsShared(string name)
    {
        var isShared = _reader.Choice(name, Redis.Configuration is null ? ["memory", "redis"] : ["redis", "memory"]) == "redis";
        return isShared && Redis.Configuration is null ? throw new InvalidOperationException($"{name} is redis, but LUCKY_GATEWAY_REDIS names no server.") : isShared;
    }

    private int Number(string name, int otherwise) => _reader.Number(name, otherwise);

    private bool Switch(string name, bool otherwise) => _reader.Switch(name, otherwise);

    private static string DefaultExplorerFolder()
    {
        var published = Path.Combine(AppContext.BaseDirectory, "wwwroot", "explorer");
        return Directory.Exists(published) ? published : Path.Combine(ProjectFolder(), "gateway", "LuckyGraph.Gateway", "wwwroot", "explorer");
    }

    // Run from a checkout, the program lies below the project's folder; published, everything lies beside the program.
    private static string ProjectFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LuckyGraph.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
