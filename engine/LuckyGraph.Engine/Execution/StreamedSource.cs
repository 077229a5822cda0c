using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// A list that its resolver yields item by item, under <c>@stream</c>: the first items belong to the field, the others are
/// pulled when the reader of the delivery has taken those before. It keeps the resolver call's scope until it ends. Used by
/// one thread at a time.
/// </summary>
internal sealed class StreamedSource : IAsyncDisposable
{
    /// <summary>Most items of one payload.</summary>
    private const int LargestChunk = 64;

    private readonly RequestServices _services;
    private readonly IAsyncEnumerator<object?> _items;
    private readonly int _maxListSize;
    private readonly List<object?> _read = [];
    private readonly CancellationTokenSource _ends;
    private readonly Lock _gate = new();
    private Task<bool>? _next;
    private AsyncServiceScope? _scope;
    private Task? _disposal;

    private StreamedSource(IAsyncEnumerable<object?> items, RequestServices services, AsyncServiceScope? scope, int maxListSize)
    {
        _services = services;
        _scope = scope;
        _maxListSize = maxListSize;
        _ends = CancellationTokenSource.CreateLinkedTokenSource(services.CancellationToken);
        _items = items.GetAsyncEnumerator(_ends.Token);
    }

    /// <summary>The items read so far, those that were delivered replaced by null.</summary>
    public List<object?> Items => _read;

    /// <summary>Whether no item follows.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Why the list ended early; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether a result is a sequence that must be read before the field can be completed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSequence(Selection selection, object? result)
        => result is not null && selection.Field.Type.Nullable is ListType && result is IAsyncEnumerable<object?>;

    /// <summary>Reads a sequence to its end.</summary>
    /// <exception cref="GraphQLException">It has more items than the limit.</exception>
    public static async ValueTask<List<object?>> ReadAllAsync(IAsyncEnumerable<object?> items, int maxListSize, CancellationToken cancellationToken)
    {
        var all = new List<object?>();
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (all.Count == maxListSize)
            {
                throw ListItems.TooLong(maxListSize);
            }

            all.Add(item);
        }

        return all;
    }

    /// <summary>Opens a sequence and reads its first items. A failure there is the field's.</summary>
    public static async ValueTask<StreamedSource> OpenAsync(
        IAsyncEnumerable<object?> items, int initialCount, RequestServices services, AsyncServiceScope? scope, int maxListSize)
    {
        var source = new StreamedSource(items, services, scope, maxListSize);
        try
        {
            while (source._read.Count < initialCount && !source.IsEnded)
            {
                source.Take(await source._items.MoveNextAsync().ConfigureAwait(false));
            }

            return source;
        }
        catch
        {
            // The call still owns its scope.
            source._scope = null;
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Waits for the next item and takes what else is there by then; afterwards <see cref="Items"/> has grown, or the list has
    /// ended, or both.
    /// </summary>
    /// <param name="from">How many items were delivered: they are let go.</param>
    /// <param name="limit">Ends the wait.</param>
    public async ValueTask ReadAsync(int from, CancellationToken limit)
    {
        for (var i = from - 1; i >= 0 && _read[i] is not null; i--)
        {
            _read[i] = null;
        }

        try
        {
            while (!IsEnded && _read.Count - from < LargestChunk)
            {
                _next ??= MoveNext();
                if (_read.Count > from && !_next.IsCompleted)
                {
                    break;
                }

                var hasItem = await _next.WaitAsync(limit).ConfigureAwait(false);
                _next = null;
                Take(hasItem);
            }
        }
        catch (Exception exception)
        {
            IsEnded = true;
            Failure = exception;
        }
    }

    /// <summary>Cancels and ends the sequence, once what it waits for has ended too, and then the scope of its resolver call.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= CloseAsync());
        }
    }

    private async Task CloseAsync()
    {
        IsEnded = true;
        if (_next is { } next)
        {
            await _ends.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            await _items.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _ends.Dispose();
            if (_scope is { } scope)
            {
                await scope.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void Take(bool hasItem)
    {
        if (!hasItem)
        {
            IsEnded = true;
        }
        else if (_read.Count == _maxListSize)
        {
            throw ListItems.TooLong(_maxListSize);
        }
        else
        {
            _read.Add(_items.Current);
        }
    }

    // The sequence may wait for DataLoaders: it counts as a resolver under way.
    private Task<bool> MoveNext()
    {
        var scheduler = _services.Scheduler;
        scheduler.ResolverStarted();
        Task<bool> next;
        try
        {
            next = _items.MoveNextAsync().AsTask();
        }
        catch (Exception exception)
        {
            next = Task.FromException<bool>(exception);
        }

        if (next.IsCompleted)
        {
            scheduler.ResolverCompleted();
        }
        else
        {
            next.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(scheduler.ResolverCompleted);
        }

        return next;
    }
}
