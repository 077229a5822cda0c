using System.Runtime.CompilerServices;
using System.Text.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Tests.Transports.Uploads;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>The clients that people use, over the engine's own executor.</summary>
public sealed class ClientTests(ITestOutputHelper output)
{
    private readonly GreeterBinding _greeter = new();

    [NodeFact]
    public async Task The_audit_of_graphql_http_finds_no_error()
    {
        await using var host = await StartAsync();

        var report = await NodeScript.RunAsync("audit.mjs", host.Endpoint);

        output.WriteLine(report);
        Assert.Contains("\"notice\":0,\"warn\":0,\"error\":0", report, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task The_client_of_graphql_ws_sends_and_receives_every_message()
    {
        await using var host = await StartAsync();

        await NodeScript.RunAsync("ws.mjs", host.Socket);
    }

    [NodeFact]
    public async Task Frames_that_no_client_would_send_close_a_socket_with_their_code()
    {
        await using var host = await StartAsync();
        await using var impatient = await StartAsync(static options => options.ConnectionInitTimeout = TimeSpan.FromMilliseconds(100));

        await NodeScript.RunAsync("ws-frames.mjs", host.Socket, ("IMPATIENT_URL", impatient.Socket.ToString()));
    }

    [NodeFact]
    public async Task The_client_of_graphql_sse_works_and_leaving_cancels()
    {
        await using var host = await StartAsync();

        await NodeScript.RunAsync("sse.mjs", host.Endpoint);

        await _greeter.ForeverEnded.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [NodeFact]
    public async Task The_client_of_graphql_sse_works_over_a_single_connection()
    {
        await using var host = await StartAsync();

        await NodeScript.RunAsync("sse-single.mjs", host.Endpoint);

        await _greeter.ForeverEnded.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [NodeFact]
    public async Task Event_streams_follow_their_protocol_request_by_request()
    {
        await using var host = await StartAsync();

        await NodeScript.RunAsync("sse-frames.mjs", host.Endpoint);
    }

    [NodeFact]
    public async Task Forms_of_Node_carry_files()
    {
        using var folder = new UploadFolder();
        await using var host = await folder.StartAsync(static options => options.AllowBatching = true);

        await NodeScript.RunAsync("uploads.mjs", host.Endpoint);

        await folder.EmptyAsync();
    }

    private Task<TestHost> StartAsync(Action<GraphQLEndpointOptions>? configure = null) => TestHost.StartAsync(
        services =>
        {
            services.AddSingleton<IConnectionInitHandler, Password>();
            services.AddGraphQL().ConfigureSchema(schema =>
            {
                var query = schema.Object("Query");
                query.Field("hello", "String!", FieldKind.Pure, _greeter, GreeterBinding.Hello).Argument("name", "String!", "\"world\"");
                query.Field("running", "Int!", FieldKind.Pure, _greeter, GreeterBinding.Running);
                schema.Object("Mutation").Field("greet", "String!", FieldKind.Pure, _greeter, GreeterBinding.Hello).Argument("name", "String!", "\"world\"");
                var subscription = schema.Object("Subscription");
                subscription.Field("count", "Int!", FieldKind.Subscription, _greeter, GreeterBinding.Count).Argument("to", "Int!");
                subscription.Field("forever", "Int!", FieldKind.Subscription, _greeter, GreeterBinding.Forever);
            });
        },
        options =>
        {
            // Long enough for a busy machine, and often enough that a test sees some.
            options.ConnectionInitTimeout = TimeSpan.FromMinutes(1);
            options.SocketPingInterval = TimeSpan.FromMilliseconds(50);
            configure?.Invoke(options);
        });

    private sealed class Password : IConnectionInitHandler
    {
        public ValueTask<ConnectionInitResult> HandleAsync(ConnectionInit init, CancellationToken cancellationToken)
            => ValueTask.FromResult(
                init.Payload.ValueKind == JsonValueKind.Object && init.Payload.TryGetProperty("password", out var password) && password.GetString() == "wrong"
                    ? ConnectionInitResult.Refuse("Not this password")
                    : ConnectionInitResult.Accept());
    }

    private sealed class GreeterBinding : FieldBinding
    {
        public const int Hello = 0;
        public const int Count = 1;
        public const int Forever = 2;
        public const int Running = 3;
        private readonly TaskCompletionSource _foreverEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private int _running;

        public Task ForeverEnded => _foreverEnded.Task;

        public override bool Write(int field, object parent, object? arguments, ResponseWriter writer)
        {
            if (field == Running)
            {
                writer.Write(Volatile.Read(ref _running));
            }
            else
            {
                writer.Write("Hello " + ((CoercedArguments)arguments!)[0]);
            }

            return true;
        }

        public override ValueTask<object?> ResolveAsync(int field, ResolverContext context) => ValueTask.FromResult(context.EventMessage);

        public override ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int field, ResolverContext context)
            => ValueTask.FromResult(field == Count ? CountAsync((int)((CoercedArguments)context.Arguments!)[0]!) : ForeverAsync());

        private static async IAsyncEnumerable<object?> CountAsync(int to)
        {
            for (var i = 1; i <= to; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }

        private async IAsyncEnumerable<object?> ForeverAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _running);
            try
            {
                yield return 1;
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
                _foreverEnded.TrySetResult();
            }
        }
    }
}
