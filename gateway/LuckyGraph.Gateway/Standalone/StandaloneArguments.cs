using System.Globalization;
using Microsoft.AspNetCore.Hosting;

namespace LuckyGraph.Gateway.Standalone;

/// <summary>The command line of <c>lucky gateway</c>: options of its own before any <c>--NAME=value</c> settings.</summary>
internal static class StandaloneArguments
{
    public const string Usage = """
        usage: lucky gateway (--subgraphs FILE | --supergraph FILE | --schema FILE) [--port N] [--host ADDRESS] [--NAME=value …]

          --subgraphs FILE    a JSON list of subgraphs: name, url, and sdl or file; kind (composite, apollo) when it is not detected
          --supergraph FILE   a supergraph of Apollo Federation 2 (join specification)
          --schema FILE       an execution schema that lucky schema compose wrote
          --port N            where to listen; 4000 by default
          --host ADDRESS      on which address; 127.0.0.1 by default
          --NAME=value        a setting of gateway/README.md, such as --LUCKY_GATEWAY_MAX_DEPTH=20

        The gateway runs in the foreground, takes over changes of FILE, and ends on SIGTERM and Ctrl+C. It needs no database,
        no Redis and no other part of the platform.
        """;

    private static readonly Dictionary<string, string> s_sources = new(StringComparer.Ordinal)
    {
        ["--schema"] = "LUCKY_GATEWAY_SCHEMA",
        ["--supergraph"] = "LUCKY_GATEWAY_SUPERGRAPH",
        ["--subgraphs"] = "LUCKY_GATEWAY_SUBGRAPHS",
    };

    /// <summary>Whether the arguments ask for a gateway alone.</summary>
    public static bool AreMeant(string[] arguments)
        => arguments.Any(static a => Name(a) is "--port" or "--host" or "--help" or "-h" or "--standalone" || s_sources.ContainsKey(Name(a)));

    /// <summary>Turns the options into settings.</summary>
    /// <exception cref="StandaloneException">They make no sense; the message says why.</exception>
    public static string[] Translate(string[] arguments)
    {
        var settings = new List<string> { "--LUCKY_GATEWAY_STANDALONE=true" };
        string? source = null, host = "127.0.0.1";
        var port = 4000;
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = Name(arguments[i]);
            if (name == "--standalone")
            {
                continue;
            }

            string Value() => arguments[i].Length > name.Length ? arguments[i][(name.Length + 1)..]
                : ++i < arguments.Length ? arguments[i]
                : throw new StandaloneException($"{name} needs a value.");
            if (s_sources.TryGetValue(name, out var setting))
            {
                if (source is not null)
                {
                    throw new StandaloneException($"{source} and {name} exclude each other: the schema has one source.");
                }

                source = name;
                settings.Add($"--{setting}={Path.GetFullPath(Value())}");
            }
            else if (name == "--port")
            {
                var text = Value();
                port = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535
                    ? number : throw new StandaloneException($"--port is a number up to 65535, not \"{text}\".");
            }
            else if (name == "--host")
            {
                host = Value();
            }
            else if (arguments[i].StartsWith("--", StringComparison.Ordinal) && arguments[i].Contains('=', StringComparison.Ordinal) && name == name.ToUpperInvariant())
            {
                settings.Add(arguments[i]);
            }
            else
            {
                throw new StandaloneException($"\"{arguments[i]}\" means nothing here.\n\n{Usage}");
            }
        }

        if (source is null)
        {
            throw new StandaloneException($"The gateway needs a schema: give --subgraphs, --supergraph or --schema.\n\n{Usage}");
        }

        settings.Add($"--{WebHostDefaults.ServerUrlsKey}=http://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
        return [.. settings];
    }

    private static string Name(string argument) => argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? argument[..at] : argument;
}

/// <summary>The gateway cannot start; the message is for the person at the keyboard.</summary>
internal sealed class StandaloneException(string message, Exception? inner = null) : Exception(message, inner);
