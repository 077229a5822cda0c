using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Authentication;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Composition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>A subgraph that also publishes the keys of the token issuer, as accounts does.</summary>
internal sealed class AccountsServer : IAsyncDisposable
{
    private const string Sdl = """
        type Query { hello(name: String! = "world"): String! token: String slow: String self: Self! %FIELD% }
        type Self { self: Self! name: String! }
        type Mutation { touch: Int! }
        type Subscription { ticks: Int! }
        """;

    private readonly WebApplication _app;
    private readonly AccountsBinding _binding;

    private AccountsServer(WebApplication app, AccountsBinding binding)
    {
        _app = app;
        _binding = binding;
    }

    public TokenIssuer Issuer { get; private init; } = new();

    public string Url => _app.Urls.First();

    public Channel<object?> Ticks => _binding.Ticks;

    /// <summary>Completes when a subscription's source was given up.</summary>
    public Task TicksEnded => _binding.TicksEnded.Task;

    public static async Task<AccountsServer> StartAsync()
    {
        var issuer = new TokenIssuer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var binding = new AccountsBinding();
        builder.AddGraphQL().AddSdl(Sdl.Replace("%FIELD%", "added: String", StringComparison.Ordinal), binding);
        var app = builder.Build();
        app.MapGet("/.well-known/jwks.json", () => Results.Bytes(issuer.KeySet(), "application/json"));
        app.MapGraphQL("/graphql", static options => options.AllowBatching = true);
        await app.StartAsync();
        return new AccountsServer(app, binding) { Issuer = issuer };
    }

    /// <summary>The execution schema, with a field more or without it.</summary>
    public static string ExecutionSchema(bool withAdded = false)
    {
        var result = SchemaComposer.Compose([new SourceSchemaInput("accounts", Sdl.Replace("%FIELD%", withAdded ? "added: String" : "", StringComparison.Ordinal))]);
        Assert.True(result.Success, string.Join('\n', result.Findings));
        return result.ExecutionSdl!;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class AccountsBinding : FieldBinding
    {
        public Channel<object?> Ticks { get; } = Channel.CreateUnbounded<object?>();

        public TaskCompletionSource TicksEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override SelectionBinding Bind(FieldDefinition field, string responseName)
        {
            var kind = field.Kind == FieldKind.Subscription ? FieldKind.Subscription : field.Name is "token" or "slow" or "touch" ? FieldKind.Effect : FieldKind.Pure;
            return new SelectionBinding(new Named(this, field.Name), 0, kind, readsLeaves: true);
        }

        private async IAsyncEnumerable<object?> ReadTicksAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                await foreach (var tick in Ticks.Reader.ReadAllAsync(cancellationToken))
                {
                    yield return tick;
                }
            }
            finally
            {
                TicksEnded.TrySetResult();
            }
        }

        private sealed class Named(AccountsBinding owner, string name) : FieldBinding
        {
            public override object? Read(int field, object parent, object? arguments) => name switch
            {
                "hello" => "Hello " + ((CoercedArguments)arguments!)[0],
                "added" => "new",
                "name" => "me",
                _ => parent,
            };

            public override async ValueTask<object?> ResolveAsync(int field, ResolverContext context)
            {
                if (name == "slow")
                {
                    await Task.Delay(TimeSpan.FromSeconds(30), context.CancellationToken);
                }

                return name switch
                {
                    "ticks" => context.EventMessage,
                    "touch" => 1,
                    _ => context.GlobalState.TryGetValue(RequestState.Authorization, out var token) ? token : null,
                };
            }

            public override ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int field, ResolverContext context) => ValueTask.FromResult(owner.ReadTicksAsync());
        }
    }
}
