using LuckyGraph.Hosting;
using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Locks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

[Collection("Servers")]
public sealed class DatabaseTests(ServersFixture servers)
{
    [Fact]
    public async Task A_missing_database_is_created_and_migrated_once_by_processes_that_start_together()
    {
        var database = ServersFixture.NewDatabase();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator(database).MigrateAsync(typeof(DatabaseTests).Assembly, CancellationToken.None)));

        Assert.Equal(["0001_hosting"], await servers.QueryAsync<string>(database, "select name from schema_migration"));
        Assert.Equal(["C.UTF-8"], await servers.QueryAsync<string>(database, "select datctype from pg_database where datname = current_database()"));
    }

    [Fact]
    public async Task A_changed_migration_file_is_refused()
    {
        var database = ServersFixture.NewDatabase();
        await Migrator(database).MigrateAsync(typeof(DatabaseTests).Assembly, CancellationToken.None);
        await servers.ExecuteAsync(database, "update schema_migration set checksum = 'other'");

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => Migrator(database).MigrateAsync(typeof(DatabaseTests).Assembly, CancellationToken.None));

        Assert.Contains("0001_hosting", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_build_is_refused()
    {
        var database = ServersFixture.NewDatabase();
        await Migrator(database).MigrateAsync(typeof(DatabaseTests).Assembly, CancellationToken.None);
        await servers.ExecuteAsync(database, "insert into schema_migration (scope, name, checksum) values ('hosting', '0099_future', 'x')");

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => Migrator(database).MigrateAsync(typeof(DatabaseTests).Assembly, CancellationToken.None));

        Assert.Contains("0099_future", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_the_pool_opens_for_a_request_is_no_statement_of_it()
    {
        using var counter = new SqlCounter();
        await using var source = NpgsqlDataSource.Create(servers.Postgres.ConnectionTo("postgres"));
        var request = counter.Begin();

        await using (var connection = await source.OpenConnectionAsync())
        {
            Assert.Equal(0, request.Count);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync();
        }

        Assert.Equal(1, request.Count);
        Assert.Equal(1, counter.Statements);
        Assert.Equal(["select 1"], counter.Recent);
    }

    [Fact]
    public async Task A_lock_is_held_by_one_at_a_time_and_ends_with_its_holder()
    {
        await using var host = await LedgerHost.StartAsync(servers, ServersFixture.NewDatabase(), "locks", listens: false);
        var locks = host.Services.GetRequiredService<AdvisoryLocks>();

        await using (var held = await locks.TryAcquireAsync("door", CancellationToken.None))
        {
            Assert.NotNull(held);
            Assert.True(await held.IsHeldAsync(CancellationToken.None));
            Assert.Null(await locks.TryAcquireAsync("door", CancellationToken.None));
            await using var other = await locks.TryAcquireAsync("window", CancellationToken.None);
            Assert.NotNull(other);
        }

        await using var again = await locks.TryAcquireAsync("door", CancellationToken.None);
        Assert.NotNull(again);
        await servers.ExecuteAsync(host.Database, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
        await Eventually.HoldsAsync(async () => !await again.IsHeldAsync(CancellationToken.None), "the holder notices that its lock is lost");
        await using var taken = await locks.TryAcquireAsync("door", CancellationToken.None);
        Assert.NotNull(taken);
    }

    private DatabaseMigrator Migrator(string database)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("LUCKY_POSTGRES_TESTS", servers.Postgres.ConnectionTo(database))])
            .Build();
        return new DatabaseMigrator(new SubgraphSettings("tests", configuration), NullLogger<DatabaseMigrator>.Instance);
    }
}
