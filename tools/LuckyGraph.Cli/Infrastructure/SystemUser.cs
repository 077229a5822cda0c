namespace LuckyGraph.Cli.Infrastructure;

/// <summary>Who we are on this machine, and how to run what must not run as root.</summary>
public static class SystemUser
{
    /// <summary>Whether the process runs as root.</summary>
    public static bool IsRoot { get; } = Environment.IsPrivilegedProcess;

    /// <summary>The command that runs a program as the <c>postgres</c> user when we are root, and as ourselves otherwise.</summary>
    public static (string Program, IReadOnlyList<string> Arguments) AsPostgres(string program, IEnumerable<string> arguments)
        => IsRoot
            ? (Shell.Find("runuser") ?? "runuser", ["-u", "postgres", "--", program, .. arguments])
            : (program, [.. arguments]);
}
