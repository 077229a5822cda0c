using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LuckyGraph.Bench.Subscriptions;

/// <summary>
/// One subscriber over graphql-transport-ws, on a plain socket: thousands of them must cost the measuring process little. It
/// checks that the numbers of the events follow each other.
/// </summary>
internal sealed class SubscriberSocket(IPEndPoint address, int topic, Latencies latencies) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[2048];
    private int _filled;
    private int _last = -1;
    private int _frameEnd;

    /// <summary>Events received.</summary>
    public int Received { get; private set; }

    /// <summary>Why the subscriber is no longer content; null while it is.</summary>
    public string? Problem { get; private set; }

    public bool IsSlow { get; init; }

    /// <summary>Connects and subscribes.</summary>
    public async Task SubscribeAsync()
    {
        if (IsSlow)
        {
            _socket.ReceiveBufferSize = 4096;
        }

        await _socket.ConnectAsync(address);
        await SendAsync(Encoding.ASCII.GetBytes(
            $"GET /graphql HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"));
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync();
        }

        Consume(end + 4);
        await SendAsync(Frame(0x81, "{\"type\":\"connection_init\"}"u8));
        while (!TryTake(out var opcode, out _, out _) || opcode != 1)
        {
            await FillAsync();
        }

        await SendAsync(Frame(0x81, Encoding.UTF8.GetBytes(
            """{"id":"1","type":"subscribe","payload":{"query":"subscription($t: Int!) { tick(topic: $t) { n at text } }","variables":{"t":#}}}"""
                .Replace("#", topic.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))));
    }

    /// <summary>Reads events until the socket closes.</summary>
    public async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                while (TryTake(out var opcode, out var start, out var length))
                {
                    Handle(opcode, start, length);
                }

                await FillAsync();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            Problem ??= e.Message;
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Handle(int opcode, int start, int length)
    {
        var payload = _buffer.AsSpan(start, length);
        if (opcode == 9)
        {
            _ = _socket.Send(Frame(0x8A, payload));
        }
        else if (opcode == 8)
        {
            Problem ??= $"closed with {BinaryPrimitives.ReadUInt16BigEndian(payload)}";
        }
        else if (payload.IndexOf("\"n\":"u8) is > 0 and var number && Utf8Parser.TryParse(payload[(number + 4)..], out int n, out _)
            && payload.IndexOf("\"at\":\""u8) is > 0 and var at && Utf8Parser.TryParse(payload[(at + 6)..], out long made, out _))
        {
            latencies.Add(Stopwatch.GetElapsedTime(made));
            Received++;
            if (_last >= 0 && n != _last + 1)
            {
                Problem ??= $"event {n} came after {_last}";
            }

            _last = n;
        }
        else
        {
            Problem ??= Encoding.UTF8.GetString(payload);
        }
    }

    // RFC 6455, 5.2. Frames of servers are not masked.
    private bool TryTake(out int opcode, out int start, out int length)
    {
        if (_frameEnd > 0)
        {
            Consume(_frameEnd);
            _frameEnd = 0;
        }

        (opcode, start, length) = (0, 2, 0);
        if (_filled < 2)
        {
            return false;
        }

        opcode = _buffer[0] & 15;
        length = _buffer[1] & 127;
        if (length == 126)
        {
            if (_filled < 4)
            {
                return false;
            }

            length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2));
            start = 4;
        }

        if (_filled < start + length)
        {
            return false;
        }

        _frameEnd = start + length;
        return true;
    }

    private async ValueTask FillAsync()
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled));
        _filled += read > 0 ? read : throw new IOException("the connection ended");
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }

    private async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes.AsMemory());

    // Frames of clients are masked; a mask of zeros leaves the bytes as they are.
    private static byte[] Frame(byte head, ReadOnlySpan<byte> payload)
    {
        var extended = payload.Length > 125 ? 2 : 0;
        var frame = new byte[6 + extended + payload.Length];
        frame[0] = head;
        frame[1] = (byte)(0x80 | (extended > 0 ? 126 : payload.Length));
        if (extended > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }

        payload.CopyTo(frame.AsSpan(6 + extended));
        return frame;
    }
}

/// <summary>Counts latencies in steps of a tenth of a millisecond, up to a minute.</summary>
internal sealed class Latencies
{
    private readonly int[] _counts = new int[600_001];

    public void Add(TimeSpan latency) => Interlocked.Increment(ref _counts[Math.Clamp((int)(latency.TotalMilliseconds * 10), 0, _counts.Length - 1)]);

    public void Clear() => Array.Clear(_counts);

    /// <summary>The latency, in milliseconds, that a share of the events did not exceed.</summary>
    public double Quantile(double share)
    {
        var all = _counts.Sum(static c => (long)c);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= all * share)
            {
                return (i + 1) / 10.0;
            }
        }

        return double.NaN;
    }
}
