namespace LuckyGraph.Cli.Infrastructure;

/// <summary>Debian packages that the platform or its tests need.</summary>
public static class SystemPackages
{
    /// <summary>The servers that run when neither Docker nor connection strings are given.</summary>
    public static readonly IReadOnlyList<SystemPackage> Servers =
    [
        new("postgresql-15", () => PrivatePostgres.FindBinaries() is not null),
        new("redis-server", () => Shell.Find("redis-server") is not null),
    ];

    /// <summary>What the tests need besides: a browser.</summary>
    public static readonly IReadOnlyList<SystemPackage> Tests = [new("chromium", () => Shell.Find("chromium") is not null)];

    /// <summary>Installs what is missing when we are root.</summary>
    /// <exception cref="LuckyException">Something is missing and we may not install it; the message says the command that does.</exception>
    public static async Task EnsureAsync(IEnumerable<SystemPackage> packages, Progress progress, CancellationToken cancellationToken)
    {
        var missing = packages.Where(p => !p.IsInstalled()).Select(p => p.Name).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var names = string.Join(' ', missing);
        if (!SystemUser.IsRoot || Shell.Find("apt-get") is null)
        {
            throw new LuckyException(
                $"These system packages are missing: {names}. Install them: sudo apt-get install --no-install-recommends {names}");
        }

        await progress.StepAsync($"Installing {names}", async () =>
        {
            if (missing.Contains("postgresql-15") && !Directory.Exists("/etc/postgresql-common"))
            {
                // The package would set up and start a cluster of its own on the default port; ours are private.
                Directory.CreateDirectory("/etc/postgresql-common");
                await File.WriteAllTextAsync("/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n", cancellationToken);
            }

            var environment = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive", ["RUNLEVEL"] = "1" };
            await Shell.RequireAsync("apt-get", ["update", "-qq"], environment: environment, cancellationToken: cancellationToken);
            await Shell.RequireAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", .. missing],
                environment: environment, cancellationToken: cancellationToken);
        });
        if (packages.FirstOrDefault(p => !p.IsInstalled()) is { } still)
        {
            throw new LuckyException($"The package {still.Name} was installed, but its programs are not found.");
        }
    }
}

/// <summary>A package and how to see that its programs are there.</summary>
public sealed record SystemPackage(string Name, Func<bool> IsInstalled);
