using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Authentication;
using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Fusion.Tests.Execution;

/// <summary>A value resolved by a test's source server: parent object and arguments by name.</summary>
internal delegate object? Resolve(IReadOnlyDictionary<string, object?> parent, IReadOnlyDictionary<string, object?> arguments);

/// <summary>A real GraphQL server over HTTP for one source schema: SDL, and functions for the fields that need code.</summary>
internal sealed class SourceServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SourceServer(string name, string sdl, WebApplication app)
    {
        Name = name;
        Sdl = sdl;
        _app = app;
    }

    public string Name { get; }

    public string Sdl { get; }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/graphql");

    /// <summary>What the gateway may ask of the server.</summary>
    public SourceCapabilities Capabilities { get; set; } = SourceSchema.DefaultCapabilities;

    /// <summary>The versions of HTTP of all requests so far.</summary>
    public ConcurrentQueue<string> Protocols { get; } = new();

    /// <summary>The bodies of all requests so far.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>The values of the Authorization header, in order.</summary>
    public ConcurrentQueue<string?> Authorizations { get; } = new();

    /// <summary>Publishes the keys of a token issuer when set.</summary>
    public TokenIssuer? Issuer { get; set; }

    /// <summary>The header fields of all requests so far.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Headers { get; } = new();

    /// <summary>Answers instead of the schema when set.</summary>
    public Func<HttpContext, string, Task>? Answer { get; set; }

    public static async Task<SourceServer> StartAsync(string name, string sdl, Dictionary<string, Resolve>? fields = null, Dictionary<string, Channel<object?>>? events = null,
        HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols));
        builder.Services.AddGraphQL().AddSdl(sdl, new FunctionBinding(fields ?? [], events ?? []));
        var app = builder.Build();
        var server = new SourceServer(name, sdl, app);
        app.UseWebSockets();
        app.Use(async (context, next) =>
        {
            if (server.Issuer is { } issuer && context.Request.Path == "/.well-known/jwks.json")
            {
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(issuer.KeySet());
                return;
            }

            context.Request.EnableBuffering();
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
            var body = await reader.ReadToEndAsync();
            context.Request.Body.Position = 0;
            server.Bodies.Enqueue(body);
            server.Protocols.Enqueue(context.Request.Protocol);
            server.Headers.Enqueue(context.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            server.Authorizations.Enqueue(context.Request.Headers.Authorization.FirstOrDefault());
            if (server.Answer is { } answer)
            {
                await answer(context, body);
            }
            else
            {
                await next();
            }
        });
        app.MapGraphQL(configure: o => o.AllowBatching = true);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>Serves fields by functions named <c>Type.field</c>, and all others as members of dictionaries.</summary>
internal sealed class FunctionBinding(Dictionary<string, Resolve> fields, Dictionary<string, Channel<object?>> events) : FieldBinding
{
    private static readonly Dictionary<string, object?> s_none = [];

    protected override SelectionBinding Bind(FieldDefinition field, string responseName)
    {
        var name = $"{field.DeclaringType.Name}.{field.Name}";
        var kind = events.ContainsKey(name) ? FieldKind.Subscription : fields.ContainsKey(name) ? FieldKind.Effect : FieldKind.Pure;
        return new SelectionBinding(new Field(field, fields.GetValueOrDefault(name), events.GetValueOrDefault(name)), 0, kind, readsLeaves: true);
    }

    private sealed class Field(FieldDefinition definition, Resolve? resolve, Channel<object?>? events) : FieldBinding
    {
        public override object? Read(int field, object parent, object? arguments)
            => parent is IReadOnlyDictionary<string, object?> map && map.TryGetValue(definition.Name, out var value) ? value : null;

        public override ValueTask<object?> ResolveAsync(int field, ResolverContext context)
        {
            if (resolve is null)
            {
                return ValueTask.FromResult(context.EventMessage);
            }

            var arguments = new Dictionary<string, object?>();
            if (context.Arguments is CoercedArguments coerced)
            {
                for (var i = 0; i < coerced.Count; i++)
                {
                    if (coerced.IsProvided(i))
                    {
                        arguments[definition.Arguments[i].Name] = coerced[i];
                    }
                }
            }

            return ValueTask.FromResult(resolve(context.Parent as IReadOnlyDictionary<string, object?> ?? s_none, arguments));
        }

        public override ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int field, ResolverContext context)
            => ValueTask.FromResult(EventsAsync(context.CancellationToken));

        public override ObjectType? TypeOf(Schema schema, object value)
            => value is IReadOnlyDictionary<string, object?> map && map.TryGetValue("__typename", out var name) ? schema.Type((string)name!) as ObjectType : null;

        private async IAsyncEnumerable<object?> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var message in events!.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
    }
}
