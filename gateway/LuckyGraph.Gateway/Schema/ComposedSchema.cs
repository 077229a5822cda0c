using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Gateway.RateLimits;
using LuckyGraph.Gateway.Resilience;

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
            foreach (var source in schema.Sources)
            {
                var options = new SubgraphOptions
                {
                    Url = settings.SourceUrl(source.Name, source.Url),
                    Timeout = settings.SourceTimeout(source.Name),
                    HttpVersion = settings.SourceHttpVersion(source.Name),
                    DeduplicateRequests = settings.ShareRequests,
                    RequestHeaders = settings.Headers.RequestRulesFor(source.Name),
                    ResponseHeaders = settings.Headers.ResponseNamesFor(source.Name),
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
                ExecutionTimeout = settings.ExecutionTimeout,
                SubscriptionBuffer = settings.SubscriptionBuffer,
                SubscriptionOverflow = settings.SubscriptionOverflow,
                MaxSubscriptions = settings.MaxSubscriptions,
                MaxSubscriptionsPerCaller = settings.MaxSubscriptionsPerCaller,
                JoinRunningSubscriptions = settings.JoinSubscriptions,
                OnDefect = e => logger.LogError(e, "A request failed unexpectedly."),
            });
        }
        catch
        {
            clients.ForEach(static client => client.Dispose());
            throw;
        }
    }
}
