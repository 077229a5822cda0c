using System.Threading.Channels;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Execution;

/// <summary>What happens to a subscriber that reads more slowly than events come, once its buffer is full.</summary>
public enum SubscriptionOverflow : byte
{
    /// <summary>It gets what is buffered, then an error with the code <c>LIMIT_EXCEEDED</c>, and its subscription ends: nothing is lost unnoticed.</summary>
    Disconnect,
    /// <summary>The oldest buffered event is dropped for the new one.</summary>
    DropOldest,
}

/// <summary>One client's side of a subscription.</summary>
internal sealed class SubscriptionListener(Upstream upstream, int capacity, string? caller)
{
    // One place more than the buffer, so that a last error always fits.
    private readonly Channel<SingleResult> _channel = Channel.CreateBounded<SingleResult>(new BoundedChannelOptions(capacity + 1));

    public Upstream Upstream { get; } = upstream;

    /// <summary>Who it counts for; null when that is nobody.</summary>
    public string? Caller { get; } = caller;

    /// <summary>Its place in the upstream's list, guarded by the upstream; negative when it is in none.</summary>
    public int Index { get; set; } = -1;

    public ChannelReader<SingleResult> Reader => _channel.Reader;

    public bool TryWrite(SingleResult result) => _channel.Reader.Count < capacity && _channel.Writer.TryWrite(result);

    public bool TryReplaceOldest(SingleResult result)
    {
        if (_channel.Reader.TryRead(out var oldest))
        {
            _ = oldest.DisposeAsync();
        }

        return _channel.Writer.TryWrite(result);
    }

    public void Fail(string message, string code, string? service)
    {
        _channel.Writer.TryWrite(FusionResult.OfError(RequestErrorKind.None, message, code, service));
        _channel.Writer.TryComplete();
    }

    public void Complete(Exception? reason = null) => _channel.Writer.TryComplete(reason);
}

/// <summary>Response bytes with several readers.</summary>
internal sealed class SharedBuffer(PooledBuffer buffer, int references)
{
    private int _references = references;

    public ReadOnlyMemory<byte> Memory => buffer.Memory;

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            buffer.Dispose();
        }
    }
}

/// <summary>One reader's reference to a response.</summary>
internal sealed class SharedResult(SharedBuffer shared, bool hasErrors) : SingleResult
{
    private int _disposed;

    public override ReadOnlyMemory<byte> Json => shared.Memory;

    public override RequestErrorKind RequestError => RequestErrorKind.None;

    public override bool HasErrors => hasErrors;

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            shared.Release();
        }

        return default;
    }
}
