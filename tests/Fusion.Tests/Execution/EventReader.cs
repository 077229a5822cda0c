using System.Text;
using System.Threading.Channels;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>Reads a subscription of a gateway's executor in the background.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    public EventReader(TestGateway gateway, string document, string? authorization = null, string? variables = null)
        => _reading = ReadAsync(gateway, document, authorization, variables);

    public async Task<string?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            return await _events.Reader.ReadAsync(limit.Token);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();
        await _reading;
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task ReadAsync(TestGateway gateway, string document, string? authorization, string? variables)
    {
        await using var result = await gateway.Executor.ExecuteAsync(TestGateway.Request(document, variables, authorization), CancellationToken.None);
        try
        {
            await foreach (var single in Assert.IsAssignableFrom<StreamResult>(result).ReadAsync(_cancellation.Token))
            {
                _events.Writer.TryWrite(Encoding.UTF8.GetString(single.Json.Span));
                await single.DisposeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went away.
        }

        _events.Writer.TryComplete();
    }
}
