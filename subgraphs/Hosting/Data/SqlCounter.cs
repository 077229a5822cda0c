using System.Collections.Concurrent;
using System.Diagnostics;

namespace LuckyGraph.Hosting.Data;

/// <summary>
/// Counts the SQL statements that requests cost, from the driver's own activities, so that tests count instead of measuring.
/// Development hosts only.
/// </summary>
public sealed class SqlCounter : IDisposable
{
    private const int MostKept = 500;

    private static readonly AsyncLocal<Request?> Current = new();
    private readonly ConcurrentQueue<string> _recent = new();
    private readonly ActivityListener _listener;
    private long _requests;
    private long _statements;

    public SqlCounter()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity =>
            {
                // A statement's activity begins in the flow that sends it, hence in its request's.
                if (IsStatement(activity) && Current.Value is { } request && request.Owner == this)
                {
                    request.Increment();
                    Interlocked.Increment(ref _statements);
                }
            },
            ActivityStopped = activity =>
            {
                if (IsStatement(activity) && Current.Value is { } request && request.Owner == this)
                {
                    _recent.Enqueue(activity.GetTagItem("db.query.text") as string ?? activity.GetTagItem("db.statement") as string ?? activity.DisplayName);
                    while (_recent.Count > MostKept)
                    {
                        _recent.TryDequeue(out _);
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>GraphQL requests since the last reset.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Statements that they sent.</summary>
    public long Statements => Interlocked.Read(ref _statements);

    /// <summary>The newest statements' text, oldest first.</summary>
    public IReadOnlyList<string> Recent => [.. _recent];

    /// <summary>Counts statements of the current flow from here on.</summary>
    public Request Begin()
    {
        Interlocked.Increment(ref _requests);
        return Current.Value = new Request(this);
    }

    /// <summary>Begins at zero.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _requests, 0);
        Interlocked.Exchange(ref _statements, 0);
        _recent.Clear();
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    // The driver tells of a connection that the pool opens anew in the flow that asked for it. Whether one is needed depends on
    // how many statements other requests have under way: it is no cost of this request.
    private static bool IsStatement(Activity activity) => !activity.OperationName.StartsWith("CONNECT ", StringComparison.Ordinal);

    /// <summary>The statements of one request.</summary>
    public sealed class Request(SqlCounter owner)
    {
        private int _count;

        /// <summary>How many so far.</summary>
        public int Count => Volatile.Read(ref _count);

        internal SqlCounter Owner { get; } = owner;

        internal void Increment() => Interlocked.Increment(ref _count);
    }
}
