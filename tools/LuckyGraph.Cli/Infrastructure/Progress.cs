using System.Diagnostics;
using Spectre.Console;

namespace LuckyGraph.Cli.Infrastructure;

/// <summary>Tells what is going on: one line per step, with the time it took. Plain text where there is no terminal.</summary>
public sealed class Progress(IAnsiConsole console)
{
    /// <summary>Says nothing; for tests.</summary>
    public static readonly Progress Silent = new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }));

    /// <summary>Runs a step and says how it went.</summary>
    public async Task StepAsync(string title, Func<Task> step)
    {
        var clock = Stopwatch.StartNew();
        var animate = console.Profile.Capabilities.Interactive;
        if (!animate)
        {
            console.MarkupLineInterpolated($"[grey]…[/] {title}");
        }

        try
        {
            await (animate ? console.Status().StartAsync(title.EscapeMarkup(), _ => step()) : step());
        }
        catch
        {
            console.MarkupLineInterpolated($"[red]✗[/] {title} [grey]({clock.Elapsed.TotalSeconds:0.0} s)[/]");
            throw;
        }

        console.MarkupLineInterpolated($"[green]✓[/] {title} [grey]({clock.Elapsed.TotalSeconds:0.0} s)[/]");
    }

    /// <summary>Says one thing.</summary>
    public void Say(string text) => console.WriteLine(text);
}
