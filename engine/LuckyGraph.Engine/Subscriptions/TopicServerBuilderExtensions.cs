using LuckyGraph.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LuckyGraph.Engine.Subscriptions;

/// <summary>Chooses where a server's topics live.</summary>
public static class TopicServerBuilderExtensions
{
    /// <summary>Topics within this process.</summary>
    public static GraphQLServerBuilder AddInMemorySubscriptions(this GraphQLServerBuilder builder, Action<TopicOptions>? configure = null)
    {
        var options = new TopicOptions();
        configure?.Invoke(options);
        builder.Services.TryAddSingleton(_ => new InMemoryTopics(options));
        builder.Services.Replace(ServiceDescriptor.Singleton<ITopicEventSender>(services => services.GetRequiredService<InMemoryTopics>()));
        builder.Services.Replace(ServiceDescriptor.Singleton<ITopicEventReceiver>(services => services.GetRequiredService<InMemoryTopics>()));
        return builder;
    }

    /// <summary>Topics over Redis publish/subscribe, shared by every process of that server.</summary>
    public static GraphQLServerBuilder AddRedisSubscriptions(this GraphQLServerBuilder builder, Action<IServiceProvider, RedisTopicOptions> configure)
    {
        builder.Services.TryAddSingleton(services =>
        {
            var options = new RedisTopicOptions();
            configure(services, options);
            return new RedisTopics(options);
        });
        builder.Services.Replace(ServiceDescriptor.Singleton<ITopicEventSender>(services => services.GetRequiredService<RedisTopics>()));
        builder.Services.Replace(ServiceDescriptor.Singleton<ITopicEventReceiver>(services => services.GetRequiredService<RedisTopics>()));
        return builder;
    }

    /// <summary>Topics over the Redis server at <paramref name="configuration"/>, such as <c>127.0.0.1:6379</c>.</summary>
    public static GraphQLServerBuilder AddRedisSubscriptions(this GraphQLServerBuilder builder, string configuration)
        => builder.AddRedisSubscriptions((_, options) => options.Configuration = configuration);
}
