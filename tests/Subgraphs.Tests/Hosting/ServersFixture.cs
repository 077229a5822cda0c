using LuckyGraph.Cli.Infrastructure;
using Npgsql;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

/// <summary>A real PostgreSQL and a real Redis that tests of hosting share; each test has its own database.</summary>
public sealed class ServersFixture : IAsyncLifetime
{
    public PrivatePostgres Postgres { get; private set; } = null!;

    public PrivateRedis Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Postgres = await PrivatePostgres.StartTemporaryAsync();
        Redis = await PrivateRedis.StartTemporaryAsync();
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    /// <summary>The name of a database that nobody else uses.</summary>
    public static string NewDatabase() => $"lucky_test_{Guid.CreateVersion7():N}";

    public async Task<List<T>> QueryAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{Postgres.ConnectionTo(database)};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{Postgres.ConnectionTo(database)};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

[CollectionDefinition("Servers")]
public sealed class ServersCollection : ICollectionFixture<ServersFixture>;

internal static class Eventually
{
    /// <summary>Waits until a condition holds.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Waited {seconds} s for this: {what}");
            await Task.Delay(25);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, string what, int seconds = 30) => HoldsAsync(() => Task.FromResult(condition()), what, seconds);
}
