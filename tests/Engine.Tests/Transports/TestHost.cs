using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>A GraphQL endpoint on a real socket of the loopback interface.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public Uri Endpoint => new(Address, "/graphql");

    public Uri Socket => new($"ws://{Address.Authority}/graphql");

    public HttpClient Http { get; }

    /// <summary>An endpoint over an executor.</summary>
    public static Task<TestHost> StartAsync(IRequestExecutor executor, Action<GraphQLEndpointOptions>? configure = null, Action<IServiceCollection>? services = null)
        => StartAsync(
            collection =>
            {
                collection.AddSingleton(executor);
                services?.Invoke(collection);
            },
            configure);

    /// <summary>An endpoint of a whole host.</summary>
    public static async Task<TestHost> StartAsync(Action<IServiceCollection> services, Action<GraphQLEndpointOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder.Services);
        var app = builder.Build();
        if (app.Services.GetService<Microsoft.AspNetCore.Authentication.IAuthenticationService>() is not null)
        {
            app.UseAuthentication();
        }

        app.MapGraphQL(configure: configure);
        await app.StartAsync();
        return new TestHost(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
