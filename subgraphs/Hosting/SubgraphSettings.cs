using Microsoft.Extensions.Configuration;
using Npgsql;

namespace LuckyGraph.Hosting;

/// <summary>The settings that every subgraph reads: environment variables, or <c>--NAME=value</c> on the command line.</summary>
public sealed class SubgraphSettings(string name, IConfiguration configuration)
{
    /// <summary>The subgraph's name in lower case: <c>accounts</c>, <c>orders</c>.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Where the subgraph's database is: <c>LUCKY_POSTGRES_{NAME}</c> whole, or <c>LUCKY_POSTGRES</c> with the database
    /// <c>lucky_{name}</c>.
    /// </summary>
    public string Postgres { get; } = PostgresOf(name, configuration);

    /// <summary>Where Redis is, as host:port.</summary>
    public string Redis { get; } = configuration["LUCKY_REDIS"] ?? "127.0.0.1:4079";

    /// <summary>Where accounts answers; its JWKS is below.</summary>
    public string AccountsUrl { get; } = Url(configuration, "ACCOUNTS", 4001);

    /// <summary>Where catalog answers.</summary>
    public string CatalogUrl { get; } = Url(configuration, "CATALOG", 4002);

    /// <summary>Where orders answers.</summary>
    public string OrdersUrl { get; } = Url(configuration, "ORDERS", 4003);

    /// <summary>Where the payment provider's sandbox answers.</summary>
    public string SandboxUrl { get; } = Url(configuration, "SANDBOX", 4010);

    /// <summary>Where this subgraph answers, for callbacks.</summary>
    public string OwnUrl { get; } = name switch
    {
        "accounts" => Url(configuration, "ACCOUNTS", 4001),
        "catalog" => Url(configuration, "CATALOG", 4002),
        "orders" => Url(configuration, "ORDERS", 4003),
        _ => configuration[$"LUCKY_{name.ToUpperInvariant()}_URL"] ?? "http://127.0.0.1:4009",
    };

    /// <summary>The mail server, as host:port.</summary>
    public string Smtp { get; } = configuration["LUCKY_SMTP"] ?? "127.0.0.1:4011";

    /// <summary>The folder with private keys.</summary>
    public string Keys { get; } = configuration["LUCKY_KEYS"] ?? Path.Combine(".lucky", "keys");

    /// <summary>The Toss secret key; the sandbox accepts its own default.</summary>
    public string TossSecretKey { get; } = configuration["LUCKY_TOSS_SECRET_KEY"] ?? "test_sk_sandbox";

    private static string Url(IConfiguration configuration, string name, int port)
        => (configuration[$"LUCKY_{name}_URL"] ?? $"http://127.0.0.1:{port}").TrimEnd('/');

    private static string PostgresOf(string name, IConfiguration configuration)
    {
        var whole = configuration[$"LUCKY_POSTGRES_{name.ToUpperInvariant()}"];
        var builder = new NpgsqlConnectionStringBuilder(whole ?? configuration["LUCKY_POSTGRES"] ?? "Host=127.0.0.1;Port=4032;Username=lucky");
        if (whole is null)
        {
            builder.Database = $"lucky_{name}";
        }

        // A server's default of 100 connections is shared by all subgraphs.
        if (!builder.ContainsKey("Maximum Pool Size"))
        {
            builder.MaxPoolSize = 25;
        }

        builder.ApplicationName = $"lucky-{name}";
        return builder.ConnectionString;
    }
}
