using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Gateway.Schema;

/// <summary>
/// The executor of the current execution schema. When its source changes, a new executor takes over with the plans of the
/// operations in use; requests that run stay with the one they began with, which is disposed after the last of them, and
/// subscriptions end in a way that makes clients subscribe again. A source that cannot be read or composed changes nothing
/// and is logged.
/// </summary>
public sealed class ReloadingExecutor(ISchemaSource source, Func<string, IRequestExecutor> create, TimeProvider clock, ILogger<ReloadingExecutor> logger) : IRequestExecutor, IDisposable
{
    private const int WarmedOperations = 500;
    private static readonly TimeSpan s_longestWarming = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Generation? _current;

    /// <summary>Whether requests can be served.</summary>
    public bool IsReady => _current is not null;

    /// <summary>The first half of the SHA-256 of the schema in use, in hexadecimal; null when there is none.</summary>
    public string? Version => _current?.Version;

    /// <summary>When the schema in use was loaded.</summary>
    public DateTimeOffset? LoadedAt => _current?.LoadedAt;

    /// <summary>The state of the source's files of which the schema in use was read.</summary>
    public string? Stamp { get; private set; }

    /// <summary>Whether somebody else tells about the first schema, or why there is none.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Why the file as it is now is not in use; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc />
    public Engine.Types.Schema Schema
    {
        get
        {
            if (_current is null)
            {
                ReloadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }

            return _current?.Executor.Schema ?? throw new InvalidOperationException(Problem);
        }
    }

    /// <summary>Reads the schema and takes over what changed.</summary>
    /// <returns>Whether another schema is in use now.</returns>
    public async ValueTask<bool> ReloadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var read = await source.ReadAsync(cancellationToken);
            var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(read.Sdl)).AsSpan(0, 16));
            var previous = _current;
            if (version == previous?.Version)
            {
                Stamp = read.Stamp;
                Problem = null;
                return false;
            }

            var executor = create(read.Sdl);
            if (previous is not null)
            {
                await WarmAsync(previous.Executor, executor, cancellationToken);
            }

            var next = new Generation(executor, version, clock.GetUtcNow());
            _current = next;
            Stamp = read.Stamp;
            Problem = null;
            previous?.Retire();
            if (!IsQuiet || previous is not null)
            {
                logger.LogInformation("The execution schema {Version} is in use.", next.Version);
            }

            return true;
        }
        catch (SchemaSourceException e)
        {
            return Refuse(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Refuse($"{source.Description} cannot be used: {e.Message}");
        }
        finally
        {
            _gate.Release();
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
    public async IAsyncEnumerable<BatchItem> StreamBatchAsync(
        OperationRequest request, IReadOnlyList<JsonElement> variableSets, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Enter() is not { } generation)
        {
            for (var i = 0; i < variableSets.Count; i++)
            {
                yield return new BatchItem(i, new UnavailableResult());
            }

            yield break;
        }

        try
        {
            await foreach (var item in generation.Executor.StreamBatchAsync(request, variableSets, cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            generation.Exit();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Interlocked.Exchange(ref _current, null)?.Retire();
        _gate.Dispose();
    }

    // The operations of now are planned before the swap, so that nobody waits for it; not for longer than this, though.
    private static async ValueTask WarmAsync(IRequestExecutor previous, IRequestExecutor next, CancellationToken cancellationToken)
    {
        if (previous is not FusionRequestExecutor old || next is not FusionRequestExecutor fresh)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_longestWarming);
        await fresh.WarmAsync(old.RecentOperations(WarmedOperations), limit.Token);
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

    // A message that the last look gave already is not repeated.
    private bool Refuse(string problem)
    {
        if (Problem != problem && !(IsQuiet && _current is null))
        {
            logger.LogError("{Problem}{Consequence}", problem, _current is null ? "" : " The schema in use stays.");
        }

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

        /// <summary>Requests that run end as they are; subscriptions are told to begin again elsewhere.</summary>
        public void Retire()
        {
            (Executor as FusionRequestExecutor)?.EndSubscriptions();
            Exit();
        }
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
