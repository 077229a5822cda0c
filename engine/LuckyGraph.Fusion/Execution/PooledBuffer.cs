using System.Buffers;

namespace LuckyGraph.Fusion.Execution;

/// <summary>A growing byte buffer on pooled arrays. The bytes of a finished one can be shared: each reader then has a buffer of its own over them.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes;
    private SharedBytes? _shared;

    public PooledBuffer(int capacity = 1024) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    private PooledBuffer(SharedBytes shared, int length)
    {
        (_shared, _bytes, Length) = (shared, shared.Bytes, length);
    }

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

    /// <summary>Writes two pieces, one after the other.</summary>
    public void Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var size = first.Length + second.Length;
        if (_bytes.Length - Length < size)
        {
            Grow(size);
        }

        var target = _bytes.AsSpan(Length, size);
        first.CopyTo(target);
        second.CopyTo(target[first.Length..]);
        Length += size;
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

    /// <summary>Gives the bytes to several readers in place of this buffer. The last one that is disposed returns them; nobody writes any more.</summary>
    public PooledBuffer[] Share(int readers)
    {
        var shared = new SharedBytes(_bytes, readers);
        var buffers = new PooledBuffer[readers];
        for (var i = 0; i < readers; i++)
        {
            buffers[i] = new PooledBuffer(shared, Length);
        }

        (_bytes, Length) = ([], 0);
        return buffers;
    }

    public void Dispose()
    {
        var bytes = _bytes;
        if (bytes.Length > 0)
        {
            _bytes = [];
            Length = 0;
            if (_shared is not null)
            {
                _shared.Release();
            }
            else
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
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

/// <summary>Pooled bytes with several readers.</summary>
internal sealed class SharedBytes(byte[] bytes, int readers)
{
    private int _readers = readers;

    public byte[] Bytes => bytes;

    public void Release()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

/// <summary>Thrown when a buffer would grow beyond its limit.</summary>
internal sealed class BufferLimitException : Exception;
