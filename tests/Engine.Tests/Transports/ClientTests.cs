using System.Runtime.CompilerServices;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Conformance;
using LuckyGraph.Engine.Types;
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
    public async Task The_client_of_graphql_ws_works_and_leaving_cancels()
    {
        await using var host = await StartAsync();

        await NodeScript.RunAsync("ws.mjs", host.Socket);

        await _greeter.ForeverEnded.WaitAsync(TimeSpan.FromSeconds(20));
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

    private Task<TestHost> StartAsync() => TestHost.StartAsync(services => services.AddGraphQL().ConfigureSchema(schema =>
    {
        schema.Object("Query").Field("hello", "String!", FieldKind.Pure, _greeter, GreeterBinding.Hello).Argument("name", "String!", "\"world\"");
        schema.Object("Mutation").Field("greet", "String!", FieldKind.Pure, _greeter, GreeterBinding.Hello).Argument("name", "String!", "\"world\"");
        var subscription = schema.Object("Subscription");
        subscription.Field("count", "Int!", FieldKind.Subscription, _greeter, GreeterBinding.Count).Argument("to", "Int!");
        subscription.Field("forever", "Int!", FieldKind.Subscription, _greeter, GreeterBinding.Forever);
    }));

    private sealed class GreeterBinding : FieldBinding
    {
        public const int Hello = 0;
        public const int Count = 1;
        public const int Forever = 2;
        private readonly TaskCompletionSource _foreverEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ForeverEnded => _foreverEnded.Task;

        public override bool Write(int field, object parent, object? arguments, ResponseWriter writer)
        {
            writer.Write("Hello " + ((CoercedArguments)arguments!)[0]);
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
            try
            {
                yield return 1;
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                _foreverEnded.TrySetResult();
            }
        }
    }
}
