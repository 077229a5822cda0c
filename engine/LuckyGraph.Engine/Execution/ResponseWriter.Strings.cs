using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace LuckyGraph.Engine.Execution;

/// <content>Strings: one vectorized pass for the common case, escapes and several bytes per character otherwise.</content>
public sealed partial class ResponseWriter
{
    private static readonly SearchValues<char> EscapedChars = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create(
        [(byte)'"', (byte)'\\', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    /// <summary>Writes a string, escaped.</summary>
    public void Write(string value)
    {
        // Every UTF-16 unit becomes at most three bytes; escapes take the slow path.
        Ensure((value.Length * 3) + 2);
        if (TryWriteAscii(value, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _position + 1)))
        {
            _buffer[_position] = (byte)'"';
            _buffer[_position + 1 + value.Length] = (byte)'"';
            _position += value.Length + 2;
            return;
        }

        WriteEscaped(value);
    }

    // One pass over eight units at a time: checks for what needs escaping or more than one byte, and narrows the rest.
    private static bool TryWriteAscii(string value, ref byte target)
    {
        ref var source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(value.AsSpan()));
        var length = value.Length;
        if (length < Vector128<ushort>.Count)
        {
            for (var i = 0; i < length; i++)
            {
                var unit = Unsafe.Add(ref source, i);
                if (unit is < ' ' or > '~' or '"' or '\\')
                {
                    return false;
                }

                Unsafe.Add(ref target, i) = (byte)unit;
            }

            return true;
        }

        var last = length - Vector128<ushort>.Count;
        for (var i = 0; ; i += Vector128<ushort>.Count)
        {
            // The last step overlaps the one before it.
            i = Math.Min(i, last);
            var units = Vector128.LoadUnsafe(ref source, (nuint)i);
            var special = Vector128.GreaterThan(units - Vector128.Create((ushort)' '), Vector128.Create((ushort)('~' - ' ')))
                | Vector128.Equals(units, Vector128.Create((ushort)'"'))
                | Vector128.Equals(units, Vector128.Create((ushort)'\\'));
            if (special != Vector128<ushort>.Zero)
            {
                return false;
            }

            Vector128.Narrow(units, units).GetLower().StoreUnsafe(ref target, (nuint)i);
            if (i == last)
            {
                return true;
            }
        }
    }

    /// <summary>Writes a string given as UTF-8, escaped.</summary>
    public void WriteUtf8String(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAny(EscapedBytes) < 0)
        {
            Ensure(utf8.Length + 2);
            _buffer[_position] = (byte)'"';
            utf8.CopyTo(_buffer.AsSpan(_position + 1));
            _buffer[_position + 1 + utf8.Length] = (byte)'"';
            _position += utf8.Length + 2;
            return;
        }

        Ensure((utf8.Length * 6) + 2);
        _buffer[_position++] = (byte)'"';
        foreach (var unit in utf8)
        {
            if (EscapedBytes.Contains(unit))
            {
                WriteEscape((char)unit);
            }
            else
            {
                _buffer[_position++] = unit;
            }
        }

        _buffer[_position++] = (byte)'"';
    }

    private void WriteEscaped(ReadOnlySpan<char> value)
    {
        Ensure((value.Length * 6) + 2);
        _buffer[_position++] = (byte)'"';
        while (value.Length > 0)
        {
            var plain = value.IndexOfAny(EscapedChars);
            var length = plain < 0 ? value.Length : plain;
            Utf8.FromUtf16(value[..length], _buffer.AsSpan(_position), out _, out var written, replaceInvalidSequences: true);
            _position += written;
            if (plain < 0)
            {
                break;
            }

            WriteEscape(value[plain]);
            value = value[(plain + 1)..];
        }

        _buffer[_position++] = (byte)'"';
    }

    private void WriteEscape(char unit)
    {
        var target = _buffer.AsSpan(_position);
        target[0] = (byte)'\\';
        var letter = unit switch
        {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\b' => 'b',
            '\f' => 'f',
            _ => '\0',
        };
        if (letter != '\0')
        {
            target[1] = (byte)letter;
            _position += 2;
            return;
        }

        "u00"u8.CopyTo(target[1..]);
        target[4] = (byte)(unit >= 16 ? '1' : '0');
        target[5] = (byte)"0123456789abcdef"[unit & 15];
        _position += 6;
    }
}
