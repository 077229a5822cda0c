using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LuckyGraph.Engine.Tests.Transports;

public sealed class CommandTests
{
    [Fact]
    public async Task Schema_export_writes_the_SDL_and_starts_nothing()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "new", "shop.graphql");
            var started = new NeverStarted();

            var code = await Build(started).RunWithGraphQLCommandsAsync(["schema", "export", "--output", file]);

            Assert.Equal(0, code);
            Assert.False(started.WasStarted);
            var sdl = await File.ReadAllTextAsync(file);
            Assert.EndsWith("}\n", sdl, StringComparison.Ordinal);
            Assert.NotEmpty(Parser.ParseDocument(sdl).Definitions);
            Assert.Contains("a(x: Int = 1): String @deprecated", sdl, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("schema import")]
    [InlineData("schema export --output")]
    [InlineData("schema export file more")]
    public async Task Other_schema_commands_are_refused(string command)
    {
        var started = new NeverStarted();

        Assert.Equal(2, await Build(started).RunWithGraphQLCommandsAsync(command.Split(' ')));
        Assert.False(started.WasStarted);
    }

    private static WebApplication Build(NeverStarted service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IHostedService>(service);
        builder.AddGraphQL().AddSdl("type Query { a(x: Int = 1): String @deprecated }");
        return builder.Build();
    }

    private sealed class NeverStarted : IHostedService
    {
        public bool WasStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            WasStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
