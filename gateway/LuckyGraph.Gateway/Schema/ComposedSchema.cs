using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Events;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Gateway.Caching;
using LuckyGraph.Gateway.RateLimits;
using LuckyGraph.Gateway.Resilience;
using LuckyGraph.Gateway.Security;
using LuckyGraph.Gateway.Telemetry;

namespace LuckyGraph.Gateway.Schema;

/// <summary>Loads the execution schema and keeps the executor up to date with its file.</summary>
internal static class ComposedSchema
{
    public static void AddComposedSchema(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ISchemaSource>(static services => services.GetRequiredService<GatewaySettings>() switch
        {
            { SubgraphsFile: { } file } settings => new SubgraphsFile(file, settings),
            { SupergraphFile: { } file } => new SupergraphFile(file),
            var settings => new ExecutionSchemaFile(settings.SchemaFile),
        });
        builder.Services.AddSingleton(static services => new ReloadingExecutor(
            services.GetRequiredService<ISchemaSource>(),
            sdl => Create(sdl, services),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ReloadingExecutor>>())
        {
            IsQuiet = services.GetRequiredService<GatewaySettings>().IsStandalone,
        });
        builder.Services.AddSingleton<IRequestExecutor>(static services => services.GetRequiredService<ReloadingExecutor>());
        builder.Services.AddHostedService<SchemaWatcher>();
    }

    private static FusionRequestExecutor Create(string sdl, IServiceProvider services)
    {
        var settings = services.GetRequiredService<GatewaySettings>();
        var logger = services.GetRequiredService<ILogger<FusionRequestExecutor>>();
        var schema = FusionSchemaReader.Read(sdl);
        var clients = new List<SubgraphClient>();
        try
        {
            foreach (var source in schema.Sources.Where(static s => !s.IsEventStream))
            {
                var options = new SubgraphOptions
                {
                    Url = settings.SourceUrl(source.Name, source.Url),
                    Timeout = settings.SourceTimeout(source.Name),
                    HttpVersion = settings.SourceHttpVersion(source.Name),
                    DeduplicateRequests = settings.ShareRequests,
                    MaxAliasedFields = settings.MaxAliasedFields(source.Name),
                    RequestHeaders = settings.Headers.RequestRulesFor(source.Name),
                    ResponseHeaders = ResponseNames(settings, source.Name),
                    Policy = ResilientSubgraph.For(source.Name, settings.Resilience(source.Name)),
                    Subscriptions = settings.Subscriptions(source),
                    SubscriptionUrl = settings.SubscriptionUrl(source.Name),
                };
                clients.Add(new SubgraphClient(source.Name, options));
            }

            return new FusionRequestExecutor(schema, clients, new FusionOptions
            {
                MaxTokens = settings.Limits.MaxTokens,
                MaxDepth = settings.Limits.MaxDepth,
                Validation = settings.Limits.Validation,
                Cost = settings.Limits.Cost,
                AllowIntrospection = settings.Limits.AllowIntrospection,
                SubgraphErrors = settings.Limits.Errors,
                Admission = RateLimiting.Create(services),
                Policies = services.GetService<PolicyEvaluator>() ?? ClaimedPolicies.By(settings.PolicyClaim),
                EventStreams = services.GetRequiredService<IEventStreams>(),
                ResponseCache = ResponseCaching.Create(services),
                ResponseCacheScope = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sdl))),
                Clock = services.GetRequiredService<TimeProvider>(),
                OnErrors = settings.LogErrors ? errors => Log.Errors(logger, errors) : null,
                ExecutionTimeout = settings.ExecutionTimeout,
                SubscriptionBuffer = settings.SubscriptionBuffer,
                SubscriptionOverflow = settings.SubscriptionOverflow,
                MaxSubscriptions = settings.MaxSubscriptions,
                MaxSubscriptionsPerCaller = settings.MaxSubscriptionsPerCaller,
                ClientOf = static request => RequestOrigin.Of(request)?.NameOf(null),
                MaxSubscriptionsPerClient = settings.MaxSubscriptionsPerAddress,
                JoinRunningSubscriptions = settings.JoinSubscriptions,
                TracesHostedRequestsOnly = services.GetService<RequestTraces>() is not null,
                OnDefect = e => logger.LogError(e, "A request failed unexpectedly."),
            });
        }
        catch
        {
            clients.ForEach(static client => client.Dispose());
            throw;
        }
    }

    // The gateway's own cache reads what subgraphs allow, whether or not clients get it.
    private static ImmutableArray<string> ResponseNames(GatewaySettings settings, string subgraph)
    {
        var names = settings.Headers.ResponseNamesFor(subgraph);
        return settings.Cache.IsOn && !names.Contains("Cache-Control", StringComparer.OrdinalIgnoreCase) ? names.Add("Cache-Control") : names;
    }
}
