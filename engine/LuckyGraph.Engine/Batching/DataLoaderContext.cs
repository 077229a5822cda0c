using System.Security.Claims;

namespace LuckyGraph.Engine.Batching;

/// <summary>What a DataLoader's batch may use. One instance serves one batch and is not kept after it.</summary>
public abstract class DataLoaderContext
{
    /// <summary>The services of this batch: a scope of its own, disposed when the batch ends.</summary>
    public abstract IServiceProvider Services { get; }
    /// <summary>The services that the whole request shares; batches of one request run side by side with them.</summary>
    public virtual IServiceProvider RequestServices => Services;
    /// <summary>The caller; an identity without authentication when anonymous.</summary>
    public abstract ClaimsPrincipal User { get; }
    /// <summary>Ends when the client goes away or the request runs out of time.</summary>
    public abstract CancellationToken CancellationToken { get; }
    /// <summary>Values shared by all resolvers of the request.</summary>
    public abstract IDictionary<string, object?> GlobalState { get; }
    /// <summary>The request's instance of another DataLoader; batches that wait for it are part of the deterministic order.</summary>
    public abstract T DataLoader<T>() where T : class, IDataLoader;

    /// <summary>A required service.</summary>
    public T Service<T>() where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(Services);
    /// <summary>A required keyed service.</summary>
    public T Service<T>(object key) where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions.GetRequiredKeyedService<T>(Services, key);
}
