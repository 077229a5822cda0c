using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Gateway.Schema;

/// <summary>
/// The executor of the current execution schema. When the file changes, a new executor takes over; requests and subscriptions
/// that run stay with the one they began with, which is disposed after the last of them. A file that cannot be read or is not
/// an execution schema changes nothing and is logged.
/// </summary>
public sealed class ReloadingExecutor(string file, Func<string, IRequestExecutor> create, TimeProvider clock, ILogger<ReloadingExecutor> logger) : IRequestExecutor, IDisposable
{
    private readonly Lock _gate = new();
    private volatile Generation? _current;
    private byte[]? _attempted;

    /// <summary>Whether requests can be served.</summary>
    public bool IsReady => _current is not null;

    /// <summary>The first half of the SHA-256 of the schema in use, in hexadecimal; null when there is none.</summary>
    public string? Version => _current?.Version;

    /// <summary>When the schema in use was loaded.</summary>
    public DateTimeOffset? LoadedAt => _current?.LoadedAt;

    /// <summary>Why the file as it is now is not in use; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc />
    public Engine.Types.Schema Schema
    {
        get
        {
            if (_current is null)
            {
                Reload();
            }

            return _current?.Executor.Schema ?? throw new InvalidOperationException(Problem);
        }
    }

    /// <summary>Looks at the file and takes over what changed.</summary>
    /// <returns>Whether another schema is in use now.</returns>
    public bool Reload()
    {
        lock (_gate)
        {
            byte[]? content;
            try
            {
                content = File.ReadAllBytes(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Refuse(null, $"The execution schema {file} cannot be read: {e.Message} Compose it with: lucky schema compose", e);
            }

            var hash = SHA256.HashData(content);
            if (_attempted.AsSpan().SequenceEqual(hash))
            {
                return false;
            }

            try
            {
                var next = new Generation(create(Encoding.UTF8.GetString(content)), Convert.ToHexStringLower(hash.AsSpan(0, 16)), clock.GetUtcNow());
                var previous = _current;
                _current = next;
                _attempted = hash;
                Problem = null;
                previous?.Retire();
                logger.LogInformation("The execution schema {Version} is in use.", next.Version);
                return true;
            }
            catch (Exception e)
            {
                return Refuse(hash, $"The execution schema {file} cannot be used: {e.Message}", e);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<ExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        if (Enter() is not { } generation)
        {
            return new UnavailableResult();
        }

        ExecutionResult? result = null;
        try
        {
            result = await generation.Executor.ExecuteAsync(request, cancellationToken);
        }
        finally
        {
            if (result is not StreamResult)
            {
                generation.Exit();
            }
        }

        return result is StreamResult stream ? new HeldStream(stream, generation) : result;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SingleResult>> ExecuteBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, CancellationToken cancellationToken)
    {
        if (Enter() is not { } generation)
        {
            return [.. variableSets.Select(static _ => new UnavailableResult())];
        }

        try
        {
            return await generation.Executor.ExecuteBatchAsync(request, variableSets, cancellationToken);
        }
        finally
        {
            generation.Exit();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _current?.Retire();
            _current = null;
        }
    }

    private Generation? Enter()
    {
        while (_current is { } generation)
        {
            if (generation.TryEnter())
            {
                return generation;
            }
        }

        return null;
    }

    private bool Refuse(byte[]? hash, string problem, Exception e)
    {
        if (Problem != problem)
        {
            logger.LogError(e, "{Problem}{Consequence}", problem, _current is null ? "" : " The schema in use stays.");
        }

        _attempted = hash;
        Problem = problem;
        return false;
    }

    /// <summary>One executor and the number of those who use it; the current generation counts as a user of itself.</summary>
    private sealed class Generation(IRequestExecutor executor, string version, DateTimeOffset loadedAt)
    {
        private int _users = 1;

        public IRequestExecutor Executor { get; } = executor;

        public string Version { get; } = version;

        public DateTimeOffset LoadedAt { get; } = loadedAt;

        public bool TryEnter()
        {
            int users;
            do
            {
                users = Volatile.Read(ref _users);
                if (users == 0)
                {
                    return false;
                }
            }
            while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);

            return true;
        }

        public void Exit()
        {
            if (Interlocked.Decrement(ref _users) == 0)
            {
                (Executor as IDisposable)?.Dispose();
            }
        }

        public void Retire() => Exit();
    }

    /// <summary>A stream that keeps its generation in use until it is disposed.</summary>
    private sealed class HeldStream(StreamResult stream, Generation generation) : StreamResult
    {
        private int _released;

        public override bool IsSubscription => stream.IsSubscription;

        public override IAsyncEnumerable<SingleResult> ReadAsync(CancellationToken cancellationToken) => stream.ReadAsync(cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                generation.Exit();
            }
        }
    }

    private sealed class UnavailableResult : SingleResult
    {
        private static readonly byte[] s_json
            = """{"errors":[{"message":"The gateway has no schema yet.","extensions":{"code":"SCHEMA_UNAVAILABLE"}}]}"""u8.ToArray();

        public override ReadOnlyMemory<byte> Json => s_json;

        public override RequestErrorKind RequestError => RequestErrorKind.Unavailable;

        public override bool HasErrors => true;

        public override ValueTask DisposeAsync() => default;
    }
}
