using System.Collections.Concurrent;

namespace LuckyGraph.Engine.Execution;

/// <summary>The scoped and local state of a run's resolver calls; made when a resolver first asks for it.</summary>
internal sealed class ResolverState(FrameStore store)
{
    private readonly ConcurrentDictionary<(int Frame, int Selection, string Key), object?> _scoped = new();
    private readonly ConcurrentDictionary<ResolverContext, IDictionary<string, object?>> _local = new();

    /// <summary>The local state of a call.</summary>
    public IDictionary<string, object?> LocalOf(ResolverContext call) => _local.GetOrAdd(call, static _ => new ConcurrentDictionary<string, object?>());

    /// <summary>Drops what a call that is done kept for itself.</summary>
    public void Forget(ResolverContext call) => _local.TryRemove(call, out _);

    /// <summary>Sets a value for a field of a frame and all that lies below.</summary>
    public void SetScoped(int frame, int selection, string key, object? value) => _scoped[(frame, selection, key)] = value;

    /// <summary>The value that the field, or the nearest field above it, set.</summary>
    public bool TryGetScoped(int frame, int selection, string key, out object? value)
    {
        // Frames of this level are not added to while resolvers run on other threads: the arrays stay in place.
        while (!_scoped.TryGetValue((frame, selection, key), out value))
        {
            if (store.Frame(frame).Via is not { } via)
            {
                return false;
            }

            (frame, selection) = (store.Frame(frame).Parent, via.Id);
        }

        return true;
    }
}
