using System.Reflection;
using LuckyGraph.AspNetCore;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Hosting.Health;
using LuckyGraph.Hosting.Idempotency;
using LuckyGraph.Hosting.Identity;
using LuckyGraph.Hosting.Locks;
using LuckyGraph.Hosting.RateLimits;
using LuckyGraph.Hosting.Redis;
using LuckyGraph.Hosting.Telemetry;
using LuckyGraph.Hosting.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace LuckyGraph.Hosting;

/// <summary>Builds a subgraph's host.</summary>
public sealed class SubgraphBuilder
{
    /// <summary>The issuer that tokens name.</summary>
    public const string TokenIssuer = "lucky";

    /// <summary>The audience that tokens name.</summary>
    public const string TokenAudience = "lucky";

    private readonly WebApplicationBuilder _web;
    private readonly List<Action<WebApplication>> _maps = [];

    internal SubgraphBuilder(string[] args, string name)
    {
        Name = name;
        _web = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = Assembly.GetEntryAssembly()?.GetName().Name });
        Settings = new SubgraphSettings(name, _web.Configuration);
        if (string.IsNullOrEmpty(_web.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            _web.WebHost.UseUrls(Settings.OwnUrl);
        }

        _web.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _web.Logging.ClearProviders();
        _web.Logging.AddConsole(console => console.FormatterName = PrivateJsonFormatter.FormatterName);
        _web.Logging.AddConsoleFormatter<PrivateJsonFormatter, ConsoleFormatterOptions>();
        _web.Logging.AddFilter("Microsoft", LogLevel.Warning);
        _web.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        _web.Logging.AddFilter("System.Net.Http", LogLevel.Warning);

        Services.AddSingleton(Settings);
        Services.AddSingleton<ShiftableClock>();
        Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<ShiftableClock>());
        Services.AddSingleton<RedisConnection>();
        Services.AddSingleton<SharedTopics>();
        Services.AddSingleton<ITopicEventSender>(services => services.GetRequiredService<SharedTopics>());
        Services.AddSingleton<ITopicEventReceiver>(services => services.GetRequiredService<SharedTopics>());
        Services.AddSingleton<RateLimiter>();
        Services.AddHttpContextAccessor();
        Services.AddSingleton<ViewerAccessor>();
        Services.AddScoped(services => services.GetRequiredService<ViewerAccessor>().Require());
        AddBearer();
        Services.AddTelemetry(Configuration, name);
        if (Environment.IsDevelopment())
        {
            Services.AddSingleton<SqlCounter>();
        }

        GraphQL = Services.AddGraphQL().AddErrorFilter(UnstorableText.Filter);
    }

    /// <summary>The subgraph's name in lower case.</summary>
    public string Name { get; }

    /// <summary>What every subgraph reads from its environment.</summary>
    public SubgraphSettings Settings { get; }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services => _web.Services;

    /// <summary>The host's configuration.</summary>
    public IConfiguration Configuration => _web.Configuration;

    /// <summary>The host's environment.</summary>
    public IHostEnvironment Environment => _web.Environment;

    /// <summary>The subgraph's GraphQL server: generated modules add their types here.</summary>
    public GraphQLServerBuilder GraphQL { get; }

    /// <summary>
    /// Adds the subgraph's database: an <see cref="NpgsqlDataSource"/>, a pooled <typeparamref name="TContext"/> per scope, its
    /// migrations (embedded <c>Data/Migrations/*.sql</c> of the context's assembly) when the host starts, the outbox with its
    /// relay, idempotency keys and locks.
    /// </summary>
    public SubgraphBuilder AddDatabase<TContext>() where TContext : SubgraphContext
    {
        Services.AddSingleton(_ => NpgsqlDataSource.Create(Settings.Postgres));
        Services.AddSingleton<DatabaseMigrator>();
        Services.AddSingleton(services => new DatabaseStartup(
            services.GetRequiredService<DatabaseMigrator>(),
            typeof(TContext).Assembly,
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetRequiredService<ILogger<DatabaseStartup>>()));
        Services.AddHostedService(services => services.GetRequiredService<DatabaseStartup>());
        Services.AddSingleton<AdvisoryLocks>();
        Services.AddDbContextPool<TContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(services.GetRequiredService<OutboxSignal>()));
        Services.AddScoped<SubgraphContext>(services => services.GetRequiredService<TContext>());
        Services.TryAddSingleton<IEventBus, RedisStreamBus>();
        Services.AddSingleton<OutboxRelay>();
        Services.AddSingleton<OutboxSignal>();
        Services.AddHostedService(services => services.GetRequiredService<OutboxRelay>());
        Services.AddScoped<Outbox>();
        Services.AddScoped<IdempotencyKeys>();
        return this;
    }

    /// <summary>Takes events of other subgraphs from the bus. Needs a database.</summary>
    public SubgraphBuilder AddEvents(Action<EventSubscriptions> configure)
    {
        var subscriptions = new EventSubscriptions(Services);
        configure(subscriptions);
        Services.AddSingleton(subscriptions);
        Services.AddSingleton<Inbox>();
        Services.AddHostedService<EventConsumer>();
        return this;
    }

    /// <summary>Maps endpoints beside <c>/graphql</c>.</summary>
    public SubgraphBuilder Map(Action<WebApplication> map)
    {
        _maps.Add(map);
        return this;
    }

    /// <summary>Builds the host: <c>/graphql</c>, <c>/health/*</c>, in Development <c>/dev/*</c>, and what <see cref="Map"/> added.</summary>
    public WebApplication Build()
    {
        var app = _web.Build();
        if (app.Environment.IsDevelopment())
        {
            app.UseSqlCount();
            app.MapDevelopment();
        }

        app.UseAuthentication();
        app.MapGraphQL("/graphql", graphql => graphql.AllowBatching = true);
        app.MapHealth();
        foreach (var map in _maps)
        {
            map(app);
        }

        return app;
    }

    // Tokens live by the system's time: accounts, the gateway and the other subgraphs check them too, and a moved development
    // clock must not sign anybody out.
    private void AddBearer()
    {
        var jwks = new Uri(Settings.AccountsUrl + "/.well-known/jwks.json");
        var rules = new TokenRules { Issuer = TokenIssuer, Audience = TokenAudience };
        Services.AddSingleton<EndedSessions>();
        Services.AddHostedService(services => services.GetRequiredService<EndedSessions>());
        Services.AddSingleton<ISigningKeySource>(_ => new JwksClient(new HttpClient(), jwks, TimeProvider.System));
        Services.AddSingleton(services => new EcdsaTokenVerifier(
            services.GetRequiredService<ISigningKeySource>(), rules, TimeProvider.System, services.GetRequiredService<EndedSessions>()));
        Services.AddJwksBearer(bearer =>
        {
            bearer.JwksUri = jwks;
            bearer.Issuer = rules.Issuer;
            bearer.Audience = rules.Audience;
        });
    }

    /// <summary>Runs the host until it is told to stop, or the command on the command line.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        var code = await Build().RunWithGraphQLCommandsAsync(args);
        return code != 0 ? code : System.Environment.ExitCode;
    }
}
