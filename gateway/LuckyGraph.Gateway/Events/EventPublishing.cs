using System.Text.Json;
using LuckyGraph.Fusion.Events;
using LuckyGraph.Gateway.Security;

namespace LuckyGraph.Gateway.Events;

/// <summary>Adds the event bus, and the endpoint by which subgraphs without access to it publish.</summary>
internal static class EventPublishing
{
    private const int LongestTopic = 512;

    public static void AddEventStreams(this WebApplicationBuilder builder)
        => builder.Services.AddSingleton<IEventStreams>(static services => services.GetRequiredService<GatewaySettings>().Events is { IsRedis: true } settings
            ? new RedisEventStreams(settings, services.GetRequiredService<ILogger<RedisEventStreams>>())
            : new MemoryEventStreams());

    /// <summary>Maps <c>POST /admin/events</c> with <c>{"topic":"chat.1","message":{…}}</c>; only where there is a secret to show.</summary>
    public static void MapEventPublishing(this WebApplication app)
    {
        if (app.Services.GetRequiredService<GatewaySettings>().Events.AdminSecret is not { } secret)
        {
            return;
        }

        var bus = app.Services.GetRequiredService<IEventStreams>();
        var admin = new AdminSecret(secret);
        app.MapPost("/admin/events", async (HttpContext context) =>
        {
            if (!admin.IsShownBy(context.Request))
            {
                return AdminSecret.Refusal;
            }

            PublishedEvent? asked;
            try
            {
                asked = await context.Request.ReadFromJsonAsync<PublishedEvent>(context.RequestAborted);
            }
            catch (JsonException)
            {
                asked = null;
            }

            if (asked is not { Topic.Length: > 0 and <= LongestTopic, Message.ValueKind: JsonValueKind.Object or JsonValueKind.Array })
            {
                return Results.Json(
                    new { error = $"The body is {{\"topic\":\"…\",\"message\":{{…}}}}: a topic of at most {LongestTopic} characters, and an object or a list of objects." },
                    statusCode: StatusCodes.Status400BadRequest);
            }

            try
            {
                await bus.PublishAsync(asked.Topic, JsonSerializer.SerializeToUtf8Bytes(asked.Message), context.RequestAborted);
                return Results.NoContent();
            }
            catch (EventStreamException e)
            {
                return Results.Json(new { error = e.Message }, statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
    }

    private sealed record PublishedEvent(string? Topic, JsonElement Message);
}
