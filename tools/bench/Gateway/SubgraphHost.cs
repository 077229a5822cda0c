using System.Collections.Concurrent;
using System.Globalization;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Bench.Gateway;

/// <summary>
/// The four subgraphs behind a replaying front: the first request with a body is executed (here, or at a federation server of
/// the peers), later ones with equal bytes get the recorded answer. So the subgraphs cost next to nothing, and the same for all.
/// </summary>
internal static class SubgraphHost
{
    /// <summary>Arguments: the address to listen on; optionally the address of the origin.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(arguments[0]);
        foreach (var service in Workload.Services)
        {
            builder.Services.AddGraphQL(service).AddSdl(Workload.Sdl(service), new Resolvers());
        }

        var origin = arguments.Length > 1 ? arguments[1] : arguments[0] + "/origin";
        var app = builder.Build();
        foreach (var service in Workload.Services)
        {
            app.MapGraphQL($"/origin/{service}", o => o.AllowBatching = true, service);
            var recorded = new ConcurrentDictionary<string, (byte[] Body, string ContentType)>(StringComparer.Ordinal);
            app.MapPost($"/{service}", context => AnswerAsync(context, recorded, $"{origin}/{service}"));
        }

        // The collector of telemetry.
        app.MapPost("/v1/{signal}", static async context => await context.Request.Body.CopyToAsync(Stream.Null));
        app.MapGet("/ready", () => "ready");
        app.MapGet("/requests", () => Interlocked.Read(ref s_requests).ToString(CultureInfo.InvariantCulture));
        await app.RunAsync();
        return 0;
    }

    private static readonly HttpClient s_http = new();
    private static long s_requests;

    private static async Task AnswerAsync(HttpContext context, ConcurrentDictionary<string, (byte[] Body, string ContentType)> recorded, string origin)
    {
        Interlocked.Increment(ref s_requests);
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (!recorded.TryGetValue(body, out var answer))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, origin) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
            using var response = await s_http.SendAsync(request);
            answer = (await response.Content.ReadAsByteArrayAsync(), response.Content.Headers.ContentType?.ToString() ?? "application/json");
            if (response.IsSuccessStatusCode)
            {
                recorded[body] = answer;
            }
            else
            {
                context.Response.StatusCode = (int)response.StatusCode;
            }
        }

        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.BodyWriter.WriteAsync(answer.Body);
    }

    private sealed class Resolvers : FieldBinding
    {
        protected internal override SelectionBinding Bind(FieldDefinition field, string responseName) => new(new Resolver(field), 0, FieldKind.Pure, readsLeaves: true);
    }

    private sealed class Resolver(FieldDefinition definition) : FieldBinding
    {
        public override object? Read(int field, object parent, object? arguments)
        {
            var given = (arguments as CoercedArguments)!;
            var map = parent as Dictionary<string, object?>;
            return definition.ToString() switch
            {
                "Query.users" => Enumerable.Range(1, Data.Users).Select(Data.User).ToArray(),
                "Query.me" => Data.User(1),
                "Query.userById" => Data.User(Number(given[0])),
                "Query.productByUpc" => Data.Product(Number(given[0])),
                "Query.topProducts" => Enumerable.Range(1, (int)given[0]!).Select(Data.Product).ToArray(),
                "User.reviews" => Data.ReviewsOfUser(Number(map!["id"])).Select(Data.Review).ToArray(),
                "Product.reviews" => Data.ReviewsOfProduct(Number(map!["upc"])).Select(Data.Review).ToArray(),
                "Product.shippingEstimate" => Data.Shipping((int)given[0]!, (int)given[1]!),
                _ => map?.GetValueOrDefault(definition.Name),
            };
        }

        private static int Number(object? id) => int.Parse((string)id!, CultureInfo.InvariantCulture);
    }
}
