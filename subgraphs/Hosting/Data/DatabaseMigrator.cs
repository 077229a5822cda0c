using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using LuckyGraph.Hosting.Locks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LuckyGraph.Hosting.Data;

/// <summary>
/// Brings a database up to date from SQL files embedded in assemblies as <c>Data/Migrations/NNNN_name.sql</c>: hosting's own
/// first, then the subgraph's, each in number order, each in a transaction that also records its checksum.
/// </summary>
public sealed class DatabaseMigrator(SubgraphSettings settings, ILogger<DatabaseMigrator> log)
{
    /// <summary>Creates the database when it is missing and applies what is new. Processes that start together take turns.</summary>
    /// <exception cref="MigrationException">An applied file was changed or removed.</exception>
    public async Task MigrateAsync(Assembly subgraph, CancellationToken ct)
    {
        await CreateDatabaseAsync(ct);
        await using var connection = new NpgsqlConnection(settings.Postgres);
        await connection.OpenAsync(ct);
        await ExecuteAsync(connection, null, $"select pg_advisory_lock({AdvisoryLocks.KeyOf("migrations")})", ct);
        try
        {
            await ExecuteAsync(connection, null,
                """
                create table if not exists schema_migration (
                    scope text not null,
                    name text not null,
                    checksum text not null,
                    applied_at timestamptz not null default now(),
                    primary key (scope, name)
                )
                """, ct);
            await ApplyAsync(connection, "hosting", typeof(DatabaseMigrator).Assembly, ct);
            await ApplyAsync(connection, settings.Name, subgraph, ct);
        }
        finally
        {
            await ExecuteAsync(connection, null, $"select pg_advisory_unlock({AdvisoryLocks.KeyOf("migrations")})", CancellationToken.None);
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, string scope, Assembly assembly, CancellationToken ct)
    {
        var applied = new Dictionary<string, string>();
        await using (var command = new NpgsqlCommand("select name, checksum from schema_migration where scope = $1", connection))
        {
            command.Parameters.AddWithValue(scope);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                applied.Add(reader.GetString(0), reader.GetString(1));
            }
        }

        foreach (var (name, sql) in FilesOf(assembly))
        {
            // Line ends do not count, so that a checkout on another system is the same file.
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n"))));
            if (applied.Remove(name, out var known))
            {
                if (known != checksum)
                {
                    throw new MigrationException(
                        $"Migration {name} of {scope} was changed after it was applied. Restore the file and put the change into a new one.");
                }

                continue;
            }

            await using var transaction = await connection.BeginTransactionAsync(ct);
            await ExecuteAsync(connection, transaction, sql, ct);
            await using (var record = new NpgsqlCommand("insert into schema_migration (scope, name, checksum) values ($1, $2, $3)", connection, transaction))
            {
                record.Parameters.AddWithValue(scope);
                record.Parameters.AddWithValue(name);
                record.Parameters.AddWithValue(checksum);
                await record.ExecuteNonQueryAsync(ct);
            }

            await transaction.CommitAsync(ct);
            log.LogInformation("Applied migration {Migration} of {Scope}", name, scope);
        }

        if (applied.Count > 0)
        {
            throw new MigrationException(
                $"The database of {scope} holds migrations that this build does not know: {string.Join(", ", applied.Keys.Order())}. Run a newer build.");
        }
    }

    private static List<(string Name, string Sql)> FilesOf(Assembly assembly)
    {
        const string Folder = ".Data.Migrations.";
        var files = new List<(string, string)>();
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var at = resource.IndexOf(Folder, StringComparison.Ordinal);
            if (at >= 0 && resource.EndsWith(".sql", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                files.Add((resource[(at + Folder.Length)..^".sql".Length], reader.ReadToEnd()));
            }
        }

        return files;
    }

    private async Task CreateDatabaseAsync(CancellationToken ct)
    {
        var target = new NpgsqlConnectionStringBuilder(settings.Postgres);
        var database = target.Database!;
        target.Database = "postgres";
        target.Pooling = false;
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync(ct);
        await using (var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection))
        {
            exists.Parameters.AddWithValue(database);
            if (await exists.ExecuteScalarAsync(ct) is not null)
            {
                return;
            }
        }

        try
        {
            // C.UTF-8: under a plain C locale, trigrams of Hangul are empty.
            var quoted = '"' + database.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
            await ExecuteAsync(connection, null, $"create database {quoted} encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' template template0", ct);
            log.LogInformation("Created database {Database}", database);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            log.LogDebug("Database {Database} was created by another process", database);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The database and the migration files contradict each other; only a person can decide.</summary>
public sealed class MigrationException(string message) : Exception(message);
