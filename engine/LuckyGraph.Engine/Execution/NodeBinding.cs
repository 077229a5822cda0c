using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// The fields <c>node</c> and <c>nodes</c> (Relay, Object Identification): an id names its type, and the code that finds objects of
/// that type answers for it.
/// </summary>
internal sealed class NodeBinding : FieldBinding
{
    private readonly Dictionary<string, NodeResolver> _resolvers = new(StringComparer.Ordinal);

    private readonly record struct NodeResolver(FieldBinding Binding, int Index, bool IsConcurrent);

    /// <summary>Defines the interface and both fields.</summary>
    public void Define(SchemaBuilder schema)
    {
        schema.Interface("Node").Description("An object with a global id.").Field("id", "ID!", replace: true).Description("The object's global id.");
        var query = schema.Object("Query");
        query.Field("node", "Node", FieldKind.Effect, this, 0).Description("The object with that global id; null when there is none.")
            .Argument("id", "ID!", description: "The global id.");
        query.Field("nodes", "[Node]!", FieldKind.Effect, this, 1).Description("The objects with those global ids, in their order; null where there is none.")
            .Argument("ids", "[ID!]!", description: "The global ids.");
    }

    /// <summary>Adds the code that finds objects of a type; false when the type has some already.</summary>
    public bool Add(string typeName, FieldBinding binding, int index, bool isConcurrent)
        => _resolvers.TryAdd(typeName, new NodeResolver(binding, index, isConcurrent));

    /// <inheritdoc />
    public override ValueTask<object?> ResolveAsync(int field, ResolverContext context)
    {
        var argument = ((CoercedArguments)context.Arguments!)[0]!;
        if (field == 1)
        {
            return ResolveAllAsync(context, (object?[])argument);
        }

        var resolver = Find((string)argument, out var id);
        return resolver.Binding.ResolveNodeAsync(resolver.Index, context, id);
    }

    private async ValueTask<object?> ResolveOneAsync(ResolverContext context, string text)
    {
        var resolver = Find(text, out var id);
        return await resolver.Binding.ResolveNodeAsync(resolver.Index, context, id).ConfigureAwait(false);
    }

    private async ValueTask<object?> ResolveAllAsync(ResolverContext context, object?[] ids)
    {
        var results = new object?[ids.Length];
        var running = new Task<object?>?[ids.Length];
        List<int>? later = null;
        for (var i = 0; i < ids.Length; i++)
        {
            try
            {
                var resolver = Find((string)ids[i]!, out var id);
                if (resolver.IsConcurrent)
                {
                    running[i] = resolver.Binding.ResolveNodeAsync(resolver.Index, context, id).AsTask();
                }
                else
                {
                    (later ??= []).Add(i);
                }
            }
            catch (Exception exception)
            {
                results[i] = exception;
            }
        }

        foreach (var i in later ?? [])
        {
            results[i] = await OrFailure(ResolveOneAsync(context, (string)ids[i]!)).ConfigureAwait(false);
        }

        for (var i = 0; i < running.Length; i++)
        {
            if (running[i] is { } task)
            {
                results[i] = await OrFailure(new ValueTask<object?>(task)).ConfigureAwait(false);
            }
        }

        return results;
    }

    // An item that is an exception fails at its place.
    private static async ValueTask<object?> OrFailure(ValueTask<object?> task)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private NodeResolver Find(string text, out Guid id)
    {
        if (!GlobalId.TryDecode(text, out var typeName, out var payload) || payload.Length != 16)
        {
            throw new GraphQLException($"\"{text}\" is not a global id.", ErrorCodes.Variables);
        }

        id = new Guid(payload, bigEndian: true);
        return _resolvers.TryGetValue(typeName, out var resolver)
            ? resolver
            : throw new GraphQLException($"\"{text}\" is the id of a {typeName}, which is no node of this server.", ErrorCodes.Variables);
    }
}
