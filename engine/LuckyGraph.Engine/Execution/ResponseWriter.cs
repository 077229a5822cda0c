using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Writes JSON into one growing pooled buffer. Commas inside lists are the writer's business; object keys come prepared with
/// their comma from the executor. Values only: callers keep the structure correct. Not thread-safe.
/// </summary>
public sealed partial class ResponseWriter : IDisposable
{
    private const int InitialCapacity = 16 * 1024;

    private byte[] _buffer;
    private int _position;

    /// <summary>Rents the first buffer.</summary>
    /// <param name="maxBytes">Most bytes that may be written; the buffer refuses to grow beyond it with a <see cref="ResponseTooLargeException"/>.</param>
    public ResponseWriter(int maxBytes = int.MaxValue)
    {
        MaxBytes = maxBytes;
        _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
    }

    /// <summary>Most bytes that may be written.</summary>
    public int MaxBytes { get; internal set; }

    /// <summary>Bytes written so far.</summary>
    public int Position => _position;

    /// <summary>Where the last key starts: what a failed leaf of a run falls back to.</summary>
    internal int LastKey { get; private set; }

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _position);

    /// <summary>Returns the buffer to its pool.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _position = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes bytes that are JSON already, such as a prepared enum name with its quotes.</summary>
    public void WriteRaw(ReadOnlySpan<byte> json)
    {
        Ensure(json.Length);
        json.CopyTo(_buffer.AsSpan(_position));
        _position += json.Length;
    }

    /// <summary>Writes a prepared key: comma, quoted name, colon. The comma of an object's first key later becomes its brace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteKey(byte[] key)
    {
        Ensure(key.Length);
        LastKey = _position;
        Unsafe.CopyBlockUnaligned(
            ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _position),
            ref MemoryMarshal.GetArrayDataReference(key),
            (uint)key.Length);
        _position += key.Length;
    }

    /// <summary>Writes a boolean.</summary>
    public void Write(bool value) => WriteRaw(value ? "true"u8 : "false"u8);

    /// <summary>Writes an integer.</summary>
    public void Write(int value)
    {
        Ensure(11);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out var written);
        _position += written;
    }

    /// <summary>Writes an integer as a JSON number.</summary>
    public void Write(long value)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out var written);
        _position += written;
    }

    /// <summary>Writes a number; infinities and NaN raise <see cref="CoercionException"/>.</summary>
    public void Write(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new CoercionException($"Float cannot represent {value.ToString(CultureInfo.InvariantCulture)}.");
        }

        Ensure(32);
        // Up to nine digits and four decimals: at most 15 significant digits name a double uniquely, so when the fixed form is
        // the same double it is also the shortest form.
        var scaled = (long)Math.Round(value * 10_000);
        if (Math.Abs(value) < 1e9 && scaled / 10_000.0 == value)
        {
            WriteFixed(scaled);
            return;
        }

        value.TryFormat(_buffer.AsSpan(_position), out var written, default, CultureInfo.InvariantCulture);
        _position += written;
    }

    private void WriteFixed(long tenThousandths)
    {
        if (tenThousandths < 0)
        {
            _buffer[_position++] = (byte)'-';
            tenThousandths = -tenThousandths;
        }

        var (whole, fraction) = Math.DivRem(tenThousandths, 10_000);
        Utf8Formatter.TryFormat(whole, _buffer.AsSpan(_position), out var written);
        _position += written;
        if (fraction == 0)
        {
            return;
        }

        _buffer[_position++] = (byte)'.';
        for (var unit = 1_000; fraction > 0; unit /= 10)
        {
            var digit = fraction / unit;
            _buffer[_position++] = (byte)('0' + digit);
            fraction -= digit * unit;
        }
    }

    /// <summary>Writes a decimal as a JSON number.</summary>
    public void Write(decimal value)
    {
        Ensure(32);
        value.TryFormat(_buffer.AsSpan(_position), out var written, default, CultureInfo.InvariantCulture);
        _position += written;
    }

    /// <summary>Writes a UUID in its canonical text form.</summary>
    public void Write(Guid value)
    {
        Ensure(38);
        _buffer[_position] = (byte)'"';
        value.TryFormat(_buffer.AsSpan(_position + 1), out _);
        _buffer[_position + 37] = (byte)'"';
        _position += 38;
    }

    /// <summary>Writes an RFC 3339 instant in UTC with a <c>Z</c> (scalar DateTime).</summary>
    public void Write(DateTimeOffset value) => WriteInstant(value.UtcDateTime);

    /// <summary>Writes an RFC 3339 instant; unspecified kinds count as UTC.</summary>
    public void Write(DateTime value) => WriteInstant(value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value);

    /// <summary>Writes a date as <c>yyyy-MM-dd</c> (scalar LocalDate).</summary>
    public void Write(DateOnly value)
    {
        Ensure(12);
        _buffer[_position] = (byte)'"';
        value.TryFormat(_buffer.AsSpan(_position + 1), out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        _buffer[_position + 11] = (byte)'"';
        _position += 12;
    }

    /// <summary>Writes an absolute URI.</summary>
    public void Write(Uri value) => Write(value.IsAbsoluteUri ? value.AbsoluteUri : value.OriginalString);

    /// <summary>Writes any JSON.</summary>
    public void Write(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            WriteNull();
            return;
        }

        WriteRaw(JsonMarshal.GetRawUtf8Value(value));
    }

    /// <summary>Writes an int as an ID: a string.</summary>
    public void WriteId(int value) => WriteId((long)value);

    /// <summary>Writes a long as an ID: a string.</summary>
    public void WriteId(long value)
    {
        Ensure(22);
        _buffer[_position++] = (byte)'"';
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out var written);
        _position += written;
        _buffer[_position++] = (byte)'"';
    }

    /// <summary>Writes a UUID as a global id of a type: <c>base64url(typeName ":" 16 big-endian bytes)</c>. See <see cref="GlobalId"/>.</summary>
    public void WriteGlobalId(ReadOnlySpan<byte> typeName, Guid value)
    {
        var length = typeName.Length + 17;
        Span<byte> bytes = length <= 256 ? stackalloc byte[length] : new byte[length];
        typeName.CopyTo(bytes);
        bytes[typeName.Length] = (byte)':';
        value.TryWriteBytes(bytes[(typeName.Length + 1)..], bigEndian: true, out _);
        Ensure(Base64Url.GetEncodedLength(length) + 2);
        _buffer[_position++] = (byte)'"';
        _position += Base64Url.EncodeToUtf8(bytes, _buffer.AsSpan(_position));
        _buffer[_position++] = (byte)'"';
    }

    /// <summary>Writes null.</summary>
    public void WriteNull() => WriteRaw("null"u8);

    /// <summary>Starts a list.</summary>
    public void BeginList() => WriteByte((byte)'[');

    /// <summary>Call before each item: writes the comma.</summary>
    public void BeginItem()
    {
        // No complete JSON value ends in a bracket that opens, so this is the first item exactly when one precedes.
        if (_buffer[_position - 1] != (byte)'[')
        {
            WriteByte((byte)',');
        }
    }

    /// <summary>Ends a list.</summary>
    public void EndList() => WriteByte((byte)']');

    /// <summary>Starts a buffer over.</summary>
    internal void Reset() => _position = 0;

    /// <summary>Drops everything after an earlier position: how null propagation takes back what was written (6.4.4).</summary>
    internal void Truncate(int position) => _position = position;

    /// <summary>Ends an object whose keys were written with leading commas from <paramref name="start"/> on.</summary>
    internal void EndObject(int start)
    {
        Ensure(2);
        if (_position == start)
        {
            _buffer[_position++] = (byte)'{';
        }
        else
        {
            _buffer[start] = (byte)'{';
        }

        _buffer[_position++] = (byte)'}';
    }

    /// <summary>Ends a list whose items were written with leading commas from <paramref name="start"/> on.</summary>
    internal void EndList(int start)
    {
        Ensure(2);
        if (_position == start)
        {
            _buffer[_position++] = (byte)'[';
        }
        else
        {
            _buffer[start] = (byte)'[';
        }

        _buffer[_position++] = (byte)']';
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteByte(byte value)
    {
        Ensure(1);
        _buffer[_position++] = value;
    }

    /// <summary>Hands the buffer over; the writer is empty afterwards and must not be used again.</summary>
    internal byte[] Detach(out int length)
    {
        var buffer = _buffer;
        length = _position;
        _buffer = [];
        _position = 0;
        return buffer;
    }

    private void WriteInstant(DateTime utc)
    {
        // yyyy-MM-ddTHH:mm:ss[.fffffff]Z with the fraction's trailing zeros left out.
        Ensure(32);
        var target = _buffer.AsSpan(_position);
        target[0] = (byte)'"';
        var fraction = utc.Ticks % TimeSpan.TicksPerSecond;
        utc.TryFormat(target[1..], out var written, fraction == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        target[written + 1] = (byte)'Z';
        target[written + 2] = (byte)'"';
        _position += written + 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int size)
    {
        if ((uint)(_buffer.Length - _position) < (uint)size)
        {
            Grow(size);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        if (_position > MaxBytes)
        {
            throw new ResponseTooLargeException(MaxBytes);
        }

        var needed = Math.Max((long)_position + size, Math.Min((long)_buffer.Length * 2, Array.MaxLength));
        if (needed > Array.MaxLength)
        {
            throw new ResponseTooLargeException(MaxBytes);
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max((int)needed, InitialCapacity));
        _buffer.AsSpan(0, _position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

/// <summary>The response grew beyond the limit of the request options.</summary>
public sealed class ResponseTooLargeException(int maxBytes) : Exception($"The response is larger than {maxBytes} bytes.")
{
    /// <summary>The limit in bytes.</summary>
    public int MaxBytes { get; } = maxBytes;
}
