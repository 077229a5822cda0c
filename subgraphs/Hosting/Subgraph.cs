namespace LuckyGraph.Hosting;

/// <summary>Where every subgraph's <c>Program.cs</c> begins.</summary>
public static class Subgraph
{
    /// <summary>A builder with what all subgraphs have: settings, logs, health, bearer authentication, Redis, clock, telemetry.</summary>
    /// <param name="args">Command line: <c>--NAME=value</c> settings win over the environment; <c>schema export</c> is a command.</param>
    /// <param name="name">The subgraph's name in lower case.</param>
    public static SubgraphBuilder CreateBuilder(string[] args, string name) => new(args, name);
}
