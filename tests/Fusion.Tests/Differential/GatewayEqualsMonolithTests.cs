using System.Globalization;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Fusion.Tests.Differential;

/// <summary>
/// The gateway over several servers answers as one server of the composed schema does: random worlds, random operations, equal
/// data down to the order of keys. <c>LUCKY_WORLDS=1000</c> hunts in more of them.
/// </summary>
public sealed class GatewayEqualsMonolithTests
{
    private const int OperationsPerWorld = 30;

    public static TheoryData<int, bool, bool> Worlds()
    {
        var worlds = new TheoryData<int, bool, bool>();
        var count = int.TryParse(Environment.GetEnvironmentVariable("LUCKY_WORLDS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 20;
        for (var seed = 1; seed <= count; seed++)
        {
            worlds.Add(seed, seed % 4 == 0, false);
            worlds.Add(seed, seed % 4 == 0, true);
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task The_gateway_answers_as_one_server_would(int seed, bool failures, bool isFederation)
    {
        var (world, composed) = Compose(seed, failures, isFederation);
        await using var monolith = Monolith(world, composed);
        var single = monolith.GetRequiredService<IRequestExecutor>();
        var servers = new List<WebApplication>();
        try
        {
            foreach (var source in world.Sources)
            {
                servers.Add(await ServeAsync(world, source));
            }

            var clients = world.Sources.Select((s, i) => new SubgraphClient(s, new SubgraphOptions { Url = Url(servers[i]) }));
            var defects = new List<Exception>();
            using var gateway = new FusionRequestExecutor(composed.Schema!, clients, new FusionOptions { OnDefect = defects.Add });
            for (var i = 0; i < OperationsPerWorld; i++)
            {
                var (document, variables) = new OperationGenerator(composed.Schema!.Client, (seed * 1_000) + i).Create();
                var expected = await RunAsync(single, document, variables);
                var actual = default(JsonElement);
                try
                {
                    actual = await RunAsync(gateway, document, variables);
                }
                catch (TimeoutException)
                {
                    Assert.Fail($"World {seed} (Federation: {isFederation}), operation {i} does not end:\n{document}\n{variables}\n{string.Join('\n', world.Sources.Select(s => $"--- {s}\n{world.Sdl(s)}"))}");
                }

                Assert.True(expected.TryGetProperty("data", out var expectedData), $"{expected}\n{document}\n{variables}");
                var hasData = actual.TryGetProperty("data", out var actualData);
                if (!hasData || Text(expectedData, document) != Text(actualData, document) || (!failures && actual.TryGetProperty("errors", out _)))
                {
                    var (plan, _) = await gateway.PlanAsync(Encoding.UTF8.GetBytes(document), null);
                    Assert.Fail($"""
                        World {seed} (Federation: {isFederation}), operation {i}:
                        {document}
                        {variables}
                        expected {expected}
                        actual   {actual}
                        {string.Join('\n', defects)}
                        {plan}
                        {string.Join('\n', world.Sources.Select(s => $"--- {s}\n{world.Sdl(s)}"))}
                        """);
                }
            }
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    [Fact]
    public void Most_random_worlds_compose_at_once()
    {
        foreach (var isFederation in (bool[])[false, true])
        {
            // The numbers of worlds are only useful when the generator seldom has to try again.
            var composing = Enumerable.Range(1, 100).Count(seed => Try(new World(seed * 10_000, false, isFederation)).Success);
            Assert.InRange(composing, 40, 100);
        }
    }

    private static (World World, CompositionResult Composed) Compose(int seed, bool failures, bool isFederation)
    {
        // Not every spread of fields over schemas is satisfiable; the next variant is tried then.
        for (var variant = 0; ; variant++)
        {
            var world = new World((seed * 10_000) + variant, failures, isFederation);
            var result = Try(world);
            if (result.Success)
            {
                return (world, result);
            }

            Assert.True(
                result.Findings.All(f => f.Severity == CompositionSeverity.Warning || f.Code == CompositionCodes.UnsatisfiableQueryPath),
                $"{string.Join('\n', result.Findings)}\n{string.Join('\n', world.Sources.Select(s => $"--- {s}\n{world.Sdl(s)}"))}");
            Assert.True(variant < 50, "No variant of the world composes.");
        }
    }

    private static CompositionResult Try(World world) => SchemaComposer.Compose([.. world.Sources.Select(s => new SourceSchemaInput(s, world.Sdl(s)))]);

    private static ServiceProvider Monolith(World world, CompositionResult composed)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddGraphQL().AddSdl(composed.ClientSdl!, new WorldBinding(world, isMonolith: true));
        return services.BuildServiceProvider();
    }

    private static async Task<WebApplication> ServeAsync(World world, string source)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGraphQL().AddSdl(world.ServedSdl(source), new WorldBinding(world, isMonolith: false));
        var app = builder.Build();
        app.MapGraphQL(configure: o => o.AllowBatching = true);
        await app.StartAsync();
        return app;
    }

    // A field that is selected twice, once under a condition, takes the first place of either in the gateway.
    private static string Text(JsonElement data, string document) => document.Contains('@') ? Sorted(data) : data.GetRawText();

    private static string Sorted(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{Sorted(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Sorted))}]",
        _ => element.GetRawText(),
    };

    private static Uri Url(WebApplication app)
        => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/graphql");

    // A defect that never ends must fail as fast as any other.
    private static Task<JsonElement> RunAsync(IRequestExecutor executor, string document, string variables) => Task.Run(async () =>
    {
        await using var result = await executor.ExecuteAsync(
            new OperationRequest { Document = Encoding.UTF8.GetBytes(document), Variables = JsonDocument.Parse(variables).RootElement }, CancellationToken.None);
        return JsonDocument.Parse(((SingleResult)result).Json).RootElement.Clone();
    }).WaitAsync(TimeSpan.FromSeconds(30));
}
