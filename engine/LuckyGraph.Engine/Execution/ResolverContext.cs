using System.Security.Claims;
using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>What a resolver may know and use. One instance serves one resolver call and is not kept after it.</summary>
public abstract class ResolverContext
{
    /// <summary>The schema.</summary>
    public abstract Schema Schema { get; }
    /// <summary>The field.</summary>
    public abstract FieldDefinition Field { get; }
    /// <summary>The parent object; null at the root.</summary>
    public abstract object? Parent { get; }
    /// <summary>What <see cref="FieldBinding.BindArguments"/> made of the arguments.</summary>
    public abstract object? Arguments { get; }
    /// <summary>The event of a subscription.</summary>
    public abstract object? EventMessage { get; }
    /// <summary>The caller; an identity without authentication when anonymous.</summary>
    public abstract ClaimsPrincipal User { get; }
    /// <summary>Ends when the client goes away or the request runs out of time.</summary>
    public abstract CancellationToken CancellationToken { get; }
    /// <summary>
    /// The services of this call. Queries get a scope of their own per resolver call (so that two resolvers never share a
    /// <c>DbContext</c>), mutations share the request's scope.
    /// </summary>
    public abstract IServiceProvider Services { get; }
    /// <summary>Values shared by all resolvers of the request.</summary>
    public abstract IDictionary<string, object?> GlobalState { get; }
    /// <summary>Values of this call alone, shared by its middleware and its resolver.</summary>
    public virtual IDictionary<string, object?> LocalState => throw new NotSupportedException("This call has no local state.");
    /// <summary>A value that this field, or the nearest one above it, set with <see cref="SetScopedState"/>.</summary>
    public virtual bool TryGetScopedState(string key, out object? value) => throw new NotSupportedException("This call has no scoped state.");
    /// <summary>Sets a value that this field's resolver and all fields below it see, and no others.</summary>
    public virtual void SetScopedState(string key, object? value) => throw new NotSupportedException("This call has no scoped state.");
    /// <summary>The response path of the field: names (string) and indices (int).</summary>
    public abstract ResponsePath Path { get; }
    /// <summary>The request's instance of a DataLoader.</summary>
    public abstract T DataLoader<T>() where T : class, IDataLoader;
    /// <summary>Whether the caller selects a field below this one; dots separate levels (<c>items.price</c>).</summary>
    public abstract bool IsSelected(string path);
    /// <summary>
    /// Adds the names of the fields that the caller selects below this one, or below the field that the path leads to (empty: below
    /// this one; dots separate levels). Meta fields are left out.
    /// </summary>
    public abstract void SelectedFields(string path, ISet<string> names);
    /// <summary>Adds an error at this field's path without failing the field.</summary>
    public abstract void ReportError(GraphQLError error);

    /// <summary>
    /// Answers with what a task returns, converted. The executor waits for the task itself, without a state machine between;
    /// to be called at most once per resolver call, as its last act.
    /// </summary>
    public virtual async ValueTask<object?> Return<T>(Task<T> task, Func<T, object?> convert) => convert(await task.ConfigureAwait(false));

    /// <summary>As above for int, long, double and bool, which are not boxed on their way into the response. For generated code.</summary>
    /// <param name="task">The task.</param>
    public virtual async ValueTask<object?> Return<T>(Task<T> task) where T : struct => await task.ConfigureAwait(false);

    /// <summary>The result of a call, as the executor takes it, for int, long, double and bool. For generated code.</summary>
    /// <param name="value">The result; only the last one of a call counts.</param>
    public virtual object Leaf<T>(T value) where T : struct => value;

    /// <summary>A required service.</summary>
    public T Service<T>() where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(Services);
    /// <summary>A required keyed service.</summary>
    public T Service<T>(object key) where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions.GetRequiredKeyedService<T>(Services, key);
}

/// <summary>The call of a batch resolver: all parents of one level, and a result for each.</summary>
public abstract class BatchResolverContext : ResolverContext
{
    /// <summary>The parents in response order; their results go to the same index.</summary>
    public abstract IReadOnlyList<object> Parents { get; }
    /// <summary>Sets the result of one parent.</summary>
    public abstract void SetResult(int index, object? value);

    /// <summary>Sets the results of all parents, of int, long, double or bool, which are not boxed. For generated code.</summary>
    /// <param name="values">The results; those beyond the parents are only counted.</param>
    /// <returns>How many results there are.</returns>
    public virtual int SetLeaves<T>(IEnumerable<T> values) where T : struct
    {
        var count = 0;
        foreach (var value in values)
        {
            if (count < Parents.Count)
            {
                SetResult(count, value);
            }

            count++;
        }

        return count;
    }

    /// <summary>Fails the field for one parent.</summary>
    public abstract void SetError(int index, GraphQLError error);
}

/// <summary>A response path as a linked list from the leaf to the root (7.1.2). Root is null.</summary>
public sealed class ResponsePath
{
    private ResponsePath(ResponsePath? parent, string? name, int index)
    {
        Parent = parent;
        Name = name;
        Index = index;
    }

    /// <summary>The path of the containing object or list.</summary>
    public ResponsePath? Parent { get; }
    /// <summary>The response name, or null when this segment is an index.</summary>
    public string? Name { get; }
    /// <summary>The list index; meaningless for names.</summary>
    public int Index { get; }

    /// <summary>Appends a response name.</summary>
    public static ResponsePath Append(ResponsePath? parent, string name) => new(parent, name, -1);
    /// <summary>Appends a list index.</summary>
    public static ResponsePath Append(ResponsePath? parent, int index) => new(parent, null, index);
}
