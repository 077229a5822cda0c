using System.Text;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Transport;

/// <summary>
/// Reads server-sent events (WHATWG HTML, 9.2.6) of the distinct-connection mode of GraphQL over SSE: <c>next</c> events carry a
/// response, <c>complete</c> ends the stream, comments keep the connection alive.
/// </summary>
internal sealed class EventStreamReader(Stream stream, int maxEventBytes, string service) : IDisposable
{
    private readonly PooledBuffer _input = new(8 * 1024);
    private int _position;
    private int _lineStart;
    // A carriage return ends a line at once; a line feed behind it, which may come much later, belongs to the same end.
    private bool _skipsLineFeed;

    public void Dispose() => _input.Dispose();

    /// <summary>The data of the next <c>next</c> event; null after <c>complete</c>.</summary>
    /// <exception cref="SubgraphException">The stream ends without <c>complete</c>, or an event is too large.</exception>
    public async ValueTask<PooledBuffer?> NextAsync(CancellationToken cancellationToken)
    {
        var data = new PooledBuffer(4 * 1024);
        try
        {
            var name = "";
            var hasData = false;
            while (true)
            {
                var length = await LineAsync(cancellationToken).ConfigureAwait(false);
                if (length == 0)
                {
                    if (name == "complete")
                    {
                        data.Dispose();
                        return null;
                    }

                    if (hasData && name is "next" or "")
                    {
                        if (data.Length > 0)
                        {
                            return data;
                        }
                    }

                    name = "";
                    hasData = false;
                    data.Truncate(0);
                    continue;
                }

                Field(_input.Span.Slice(_lineStart, length), data, ref name, ref hasData);
                if (data.Length > maxEventBytes)
                {
                    throw new SubgraphException(GatewayErrorCodes.InvalidResponse, $"The subgraph \"{service}\" sent an event of more than {maxEventBytes} bytes.");
                }
            }
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static void Field(ReadOnlySpan<byte> line, PooledBuffer data, ref string name, ref bool hasData)
    {
        var colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            return;
        }

        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
        {
            value = value[1..];
        }

        if (field.SequenceEqual("data"u8))
        {
            if (hasData)
            {
                data.Write((byte)'\n');
            }

            data.Write(value);
            hasData = true;
        }
        else if (field.SequenceEqual("event"u8))
        {
            name = Encoding.UTF8.GetString(value);
        }
    }

    /// <summary>Moves past one line and returns its length without the line end, which is LF, CRLF or CR.</summary>
    private async ValueTask<int> LineAsync(CancellationToken cancellationToken)
    {
        var searched = _position;
        while (true)
        {
            if (_skipsLineFeed && _position < _input.Length)
            {
                _skipsLineFeed = false;
                if (_input.Array[_position] == '\n')
                {
                    _position++;
                    searched = Math.Max(searched, _position);
                }
            }

            var found = _input.Span[searched..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found >= 0)
            {
                var end = searched + found;
                _skipsLineFeed = _input.Array[end] == '\r';
                _lineStart = _position;
                _position = end + 1;
                return end - _lineStart;
            }

            if (_position > 0)
            {
                // Keep the unread line only.
                _input.Span[_position..].CopyTo(_input.Array);
                _input.Truncate(_input.Length - _position);
                _position = 0;
            }

            searched = _input.Length;
            if (searched > maxEventBytes)
            {
                throw new SubgraphException(GatewayErrorCodes.InvalidResponse, $"The subgraph \"{service}\" sent an event of more than {maxEventBytes} bytes.");
            }

            var read = await stream.ReadAsync(_input.GetMemory(4 * 1024), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{service}\" ended the stream of a subscription without completing it.");
            }

            _input.Advance(read);
        }
    }
}
