using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.Bench.Subscriptions;

/// <summary>
/// The subgraph of the benchmark: <c>subscription($t: Int!) { tick(topic: $t) { n at text } }</c> as server-sent events. Events
/// are numbered per topic and say when they were made, on the machine's monotonic clock.
/// </summary>
internal static class EventSource
{
    public const string Sdl = """
        type Query { ticks: Int }
        type Subscription { tick(topic: Int!): Tick! }
        type Tick { n: Int! at: String! text: String }
        """;

    private static readonly ConcurrentDictionary<int, Topic> s_topics = [];

    /// <summary>Arguments: the address to listen on.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(arguments[0]);
        var app = builder.Build();
        app.MapGet("/ready", static () => "ready");
        app.MapGet("/streams", static () => s_topics.Values.Sum(static t => t.Count).ToString(CultureInfo.InvariantCulture));
        app.MapPost("/graphql", SubscribeAsync);
        // Makes events at an even pace, one topic after the other, and answers with how many.
        app.MapGet("/publish", static async (int topics, double rate, int count, int text) => await PublishAsync(topics, rate, count, text));
        await app.RunAsync();
        return 0;
    }

    private static async Task SubscribeAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        // The gateway names variables its own way; there is one.
        var number = body.RootElement.GetProperty("variables").EnumerateObject().First().Value.GetInt32();
        var topic = s_topics.GetOrAdd(number, static _ => new Topic());
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync();
        topic.Add(context);
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            topic.Remove(context);
        }
    }

    private static async Task<string> PublishAsync(int topics, double rate, int count, int text)
    {
        var padding = new string('x', text);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds(i / rate);
            while (clock.Elapsed < due)
            {
                await Task.Delay(1);
            }

            if (s_topics.TryGetValue(i % topics, out var topic))
            {
                await topic.PublishAsync(padding);
            }
        }

        return count.ToString(CultureInfo.InvariantCulture);
    }

    private sealed class Topic
    {
        private readonly List<HttpContext> _readers = [];
        private int _last;

        public int Count
        {
            get
            {
                lock (_readers)
                {
                    return _readers.Count;
                }
            }
        }

        public void Add(HttpContext reader)
        {
            lock (_readers)
            {
                _readers.Add(reader);
            }
        }

        public void Remove(HttpContext reader)
        {
            lock (_readers)
            {
                _readers.Remove(reader);
            }
        }

        public async ValueTask PublishAsync(string padding)
        {
            HttpContext[] readers;
            lock (_readers)
            {
                readers = [.. _readers];
            }

            var next = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"event: next\ndata: {{\"data\":{{\"tick\":{{\"n\":{++_last},\"at\":\"{Stopwatch.GetTimestamp()}\",\"text\":\"{padding}\"}}}}}}\n\n"));
            foreach (var reader in readers)
            {
                await reader.Response.Body.WriteAsync(next);
            }
        }
    }
}
