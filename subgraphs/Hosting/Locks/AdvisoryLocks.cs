using System.Buffers.Binary;
using System.Data;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace LuckyGraph.Hosting.Locks;

/// <summary>
/// Locks by name that every process with the same database sees. A held lock has a connection of its own; it ends with that
/// connection, so a dead process never keeps one.
/// </summary>
public sealed class AdvisoryLocks(NpgsqlDataSource database)
{
    /// <summary>The number PostgreSQL knows a name by.</summary>
    public static long KeyOf(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>Takes the lock if it is free.</summary>
    /// <returns>The lock, or null when someone else holds it.</returns>
    public async Task<AdvisoryLock?> TryAcquireAsync(string name, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = KeyOf(name) });
            if (await command.ExecuteScalarAsync(ct) is true)
            {
                var held = new AdvisoryLock(connection, KeyOf(name));
                connection = null;
                return held;
            }

            return null;
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Waits for the lock.</summary>
    public async Task<AdvisoryLock> AcquireAsync(string name, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_lock($1)", connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = KeyOf(name) });
            await command.ExecuteNonQueryAsync(ct);
            return new AdvisoryLock(connection, KeyOf(name));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A held lock; disposing gives it back.</summary>
public sealed class AdvisoryLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly long _key;

    internal AdvisoryLock(NpgsqlConnection connection, long key)
    {
        _connection = connection;
        _key = key;
    }

    /// <summary>Whether it is still held: its connection may have been lost.</summary>
    public async ValueTask<bool> IsHeldAsync(CancellationToken ct)
    {
        if (_connection.State != ConnectionState.Open)
        {
            return false;
        }

        try
        {
            await using var command = new NpgsqlCommand("select 1", _connection);
            await command.ExecuteScalarAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_connection.State == ConnectionState.Open)
            {
                await using var command = new NpgsqlCommand("select pg_advisory_unlock($1)", _connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _key });
                await command.ExecuteNonQueryAsync();
            }
        }
        catch (NpgsqlException)
        {
            // The connection died, and the lock with it.
            NpgsqlConnection.ClearPool(_connection);
        }

        await _connection.DisposeAsync();
    }
}
