using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using LuckyGraph.Engine.Tests.Generator.Sample;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports.Uploads;

/// <summary>A folder for uploaded files, and a server of the sample module that keeps them there.</summary>
internal sealed class UploadFolder : IDisposable
{
    public UploadFolder() => Path = Directory.CreateTempSubdirectory("luckygraph-test").FullName;

    public string Path { get; }

    public Journal Journal { get; } = new();

    /// <summary>
    /// How many files of the folder this process holds open; they have no name there. Null where the system does not tell.
    /// </summary>
    public int? OpenFiles => Directory.Exists("/proc/self/fd")
        ? new DirectoryInfo("/proc/self/fd").EnumerateFiles().Count(f => f.LinkTarget?.StartsWith(Path, StringComparison.Ordinal) == true)
        : null;

    public Task<TestHost> StartAsync(Action<GraphQLEndpointOptions>? configure = null) => TestHost.StartAsync(
        services =>
        {
            services.AddSingleton<Library>();
            services.AddSingleton(Journal);
            services.AddScoped<ScopeMark>();
            services.AddGraphQL().AddSample().AddInMemorySubscriptions();
        },
        options =>
        {
            options.AllowUploads = true;
            options.UploadFolder = Path;
            configure?.Invoke(options);
        });

    /// <summary>Waits until no file is open any more; fails when one stays.</summary>
    public async Task EmptyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (OpenFiles > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
