using System.Buffers;

namespace LuckyGraph.Fusion.Execution;

/// <summary>A growing byte buffer on pooled arrays.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes;

    public PooledBuffer(int capacity = 1024) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    /// <summary>The length beyond which writing raises <see cref="BufferLimitException"/>.</summary>
    public int MaxLength { get; set; } = System.Array.MaxLength;

    public byte[] Array => _bytes;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Write(byte value)
    {
        if (_bytes.Length == Length)
        {
            Grow(1);
        }

        _bytes[Length++] = value;
    }

    public void Truncate(int length) => Length = length;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        sizeHint = Math.Max(sizeHint, 256);
        if (_bytes.Length - Length < sizeHint)
        {
            Grow(sizeHint);
        }

        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        var bytes = _bytes;
        if (bytes.Length > 0)
        {
            _bytes = [];
            Length = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int more)
    {
        if (more > MaxLength - Length)
        {
            throw new BufferLimitException();
        }

        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(System.Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)Length + more)));
        _bytes.AsSpan(0, Length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}

/// <summary>Thrown when a buffer would grow beyond its limit.</summary>
internal sealed class BufferLimitException : Exception;
