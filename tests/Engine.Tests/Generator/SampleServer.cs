using System.Security.Claims;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Engine.Tests.Generator.Sample;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Generator;

/// <summary>A server of the sample module.</summary>
internal sealed class SampleServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public SampleServer()
    {
        var services = new ServiceCollection();
        services.AddSingleton<Library>();
        services.AddSingleton<Journal>();
        services.AddScoped<ScopeMark>();
        services.AddKeyedSingleton<Func<string, string>>("loud", (_, _) => static text => text.ToUpperInvariant());
        services.AddGraphQL().AddSample().AddInMemorySubscriptions();
        _services = services.BuildServiceProvider();
        Executor = _services.GetRequiredService<IRequestExecutor>();
    }

    public IRequestExecutor Executor { get; }

    public IServiceProvider Services => _services;

    public Journal Journal => _services.GetRequiredService<Journal>();

    public Library Library => _services.GetRequiredService<Library>();

    public ITopicEventSender Sender => _services.GetRequiredService<ITopicEventSender>();

    public static ClaimsPrincipal Caller(params string[] roles) => new(new ClaimsIdentity([.. roles.Select(r => new Claim("role", r))], "test"));

    public static OperationRequest Request(string document, string variables = "{}", ClaimsPrincipal? user = null) => new()
    {
        Document = Encoding.UTF8.GetBytes(document),
        Variables = JsonDocument.Parse(variables).RootElement,
        User = user,
        State = new Dictionary<string, object?> { ["tenant"] = "north" },
    };

    /// <summary>The response as indented JSON.</summary>
    public async Task<string> ExecuteAsync(string document, string variables = "{}", ClaimsPrincipal? user = null)
    {
        await using var result = await Executor.ExecuteAsync(Request(document, variables, user), CancellationToken.None);
        return Encoding.UTF8.GetString(((SingleResult)result).Json.Span);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
