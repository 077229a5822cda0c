using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore.Http;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.AspNetCore.WebSockets;

/// <summary>One operation on a socket, from its <c>subscribe</c> to its <c>complete</c> or <c>error</c>.</summary>
internal sealed class SocketOperation(
    string id, OperationRequest request, RequestEnvelope envelope, SocketWriter writer, ILogger logger, Action<StreamInterruptedException> interrupted,
    CancellationToken connectionEnds) : IDisposable
{
    private static readonly byte[] s_tail = "}"u8.ToArray();

    private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(connectionEnds);
    private readonly byte[] _next = Head(id, "next");
    private Func<bool>? _isWanted;
    private volatile bool _completedByClient;

    /// <summary>Completes when the operation is over; never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Runs the operation; <paramref name="freeId"/> is called before the client can learn that it ended, <paramref name="onEnd"/> at its very end.</summary>
    public void Start(IRequestExecutor executor, int? exceededLimit, Action freeId, Action onEnd)
        => Completion = Task.Run(() => RunAsync(executor, exceededLimit, freeId, onEnd), CancellationToken.None);

    /// <summary>The client has lost interest: nothing more is sent.</summary>
    public void Cancel()
    {
        _completedByClient = true;
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The operation ended at this moment by itself.
        }
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        envelope.Dispose();
    }

    private async Task RunAsync(IRequestExecutor executor, int? exceededLimit, Action freeId, Action onEnd)
    {
        try
        {
            if (exceededLimit is { } limit)
            {
                using var error = new PooledBuffer(256);
                ErrorResponse.Write(error, $"More than {limit} operations run on this socket.", ErrorCodes.Limit);
                await FailAsync(error.Memory, freeId);
                return;
            }

            await using var result = await executor.ExecuteAsync(request, _cancellation.Token);
            switch (result)
            {
                case SingleResult { RequestError: not RequestErrorKind.None } single:
                    await FailAsync(single.Json, freeId);
                    return;
                case SingleResult single:
                    await NextAsync(single);
                    break;
                case StreamResult stream:
                    await foreach (var response in stream.ReadAsync(_cancellation.Token))
                    {
                        await using (response)
                        {
                            await NextAsync(response);
                        }
                    }

                    break;
            }

            await EndAsync(Head(id, "complete", hasPayload: false), default, s_tail, freeId);
        }
        catch (Exception e) when (e is OperationCanceledException or System.Net.WebSockets.WebSocketException or IOException or ObjectDisposedException)
        {
            // The client completed the operation, or its socket is gone.
        }
        catch (StreamInterruptedException e)
        {
            interrupted(e);
        }
        catch (Exception e)
        {
            logger.LogError(e, "A GraphQL operation on a socket failed unexpectedly.");
            await TryReportAsync(freeId);
        }
        finally
        {
            freeId();
            Dispose();
            onEnd();
        }
    }

    private ValueTask NextAsync(SingleResult response) => writer.SendAsync(_next, response.Json, s_tail, _isWanted ??= IsWanted, _cancellation.Token);

    /// <summary>Sends the errors of a response that has no data as the protocol's <c>error</c> message, which ends the operation.</summary>
    private ValueTask FailAsync(ReadOnlyMemory<byte> response, Action freeId) => EndAsync(Head(id, "error"), ErrorsOf(response), s_tail, freeId);

    private ValueTask EndAsync(byte[] head, ReadOnlyMemory<byte> payload, byte[] tail, Action freeId)
    {
        // The id is free as soon as the client can know of the end.
        freeId();
        return writer.SendAsync(head, payload, tail, _isWanted ??= IsWanted, _cancellation.Token);
    }

    private async ValueTask TryReportAsync(Action freeId)
    {
        try
        {
            using var error = new PooledBuffer(256);
            ErrorResponse.Write(error, "The operation failed unexpectedly.", ErrorCodes.Internal);
            await FailAsync(error.Memory, freeId);
        }
        catch (Exception e) when (e is OperationCanceledException or System.Net.WebSockets.WebSocketException or IOException or ObjectDisposedException)
        {
            // The socket is gone too.
        }
    }

    private bool IsWanted() => !_completedByClient;

    private static byte[] Head(string id, string type, bool hasPayload = true)
        => Encoding.UTF8.GetBytes($"{{\"id\":{JsonSerializer.Serialize(id)},\"type\":\"{type}\"{(hasPayload ? ",\"payload\":" : "")}");

    private static ReadOnlyMemory<byte> ErrorsOf(ReadOnlyMemory<byte> response)
    {
        var reader = new Utf8JsonReader(response.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isErrors = reader.ValueTextEquals("errors"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isErrors)
            {
                return response[start..(int)reader.BytesConsumed];
            }
        }

        return "[]"u8.ToArray();
    }
}
