using LuckyGraph.Engine.Batching;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>A binding whose fields are lambdas, defined together with their GraphQL fields.</summary>
internal sealed class ScriptedBinding : FieldBinding
{
    private readonly List<Func<object, object?>> _reads = [];
    private readonly List<Func<object, ResponseWriter, bool>> _writes = [];
    private readonly List<Func<ResolverContext, ValueTask<object?>>> _effects = [];
    private readonly List<Func<BatchResolverContext, ValueTask>> _batches = [];
    private readonly List<Func<ResolverContext, ValueTask<IAsyncEnumerable<object?>>>> _sources = [];

    /// <summary>A pure leaf.</summary>
    public FieldBuilder Leaf<TParent>(ComplexTypeBuilder type, string name, string graphType, Func<TParent, object?> get)
    {
        _writes.Add((parent, writer) =>
        {
            switch (get((TParent)parent))
            {
                case null: return false;
                case string text: writer.Write(text); return true;
                case int number: writer.Write(number); return true;
                case double number: writer.Write(number); return true;
                case var other: throw new InvalidOperationException(other.GetType().Name);
            }
        });
        return type.Field(name, graphType, FieldKind.Pure, this, _writes.Count - 1);
    }

    /// <summary>A pure object or list of objects.</summary>
    public FieldBuilder Composite<TParent>(ComplexTypeBuilder type, string name, string graphType, Func<TParent, object?> get)
    {
        _reads.Add(parent => get((TParent)parent));
        return type.Field(name, graphType, FieldKind.Pure, this, _reads.Count - 1);
    }

    public FieldBuilder Effect(ComplexTypeBuilder type, string name, string graphType, Func<ResolverContext, ValueTask<object?>> resolve)
    {
        _effects.Add(resolve);
        return type.Field(name, graphType, FieldKind.Effect, this, _effects.Count - 1);
    }

    public FieldBuilder Batch(ComplexTypeBuilder type, string name, string graphType, Func<BatchResolverContext, ValueTask> resolve)
    {
        _batches.Add(resolve);
        return type.Field(name, graphType, FieldKind.Batch, this, _batches.Count - 1);
    }

    public FieldBuilder Subscription(
        ComplexTypeBuilder type, string name, string graphType, Func<ResolverContext, ValueTask<IAsyncEnumerable<object?>>> source, Func<ResolverContext, ValueTask<object?>> resolve)
    {
        while (_sources.Count < _effects.Count)
        {
            _sources.Add(null!);
        }

        _sources.Add(source);
        _effects.Add(resolve);
        return type.Field(name, graphType, FieldKind.Subscription, this, _effects.Count - 1);
    }

    public override bool Write(int field, object parent, object? arguments, ResponseWriter writer) => _writes[field](parent, writer);

    public override object? Read(int field, object parent, object? arguments) => _reads[field](parent);

    public override ValueTask<object?> ResolveAsync(int field, ResolverContext context) => _effects[field](context);

    public override ValueTask ResolveBatchAsync(int field, BatchResolverContext context) => _batches[field](context);

    public override ValueTask<IAsyncEnumerable<object?>> SubscribeAsync(int field, ResolverContext context) => _sources[field](context);
}

/// <summary>A loader that records its batches.</summary>
internal interface ILoader : IDataLoader<int, string>;

internal interface IOtherLoader : IDataLoader<int, string>;

internal interface IThirdLoader : IDataLoader<int, string>;

/// <summary>Loads with a lambda and keeps the keys of every batch.</summary>
internal sealed class ScriptedLoader(
    BatchScheduler scheduler, List<int[]> batches, Func<IReadOnlyList<int>, DataLoaderContext, ValueTask<Dictionary<int, string>>> load, int maxBatchSize = 1000)
    : BatchDataLoader<int, string>(scheduler, maxBatchSize), ILoader, IOtherLoader, IThirdLoader
{
    protected override async ValueTask<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, DataLoaderContext context)
    {
        lock (batches)
        {
            batches.Add([.. keys]);
        }

        return await load(keys, context);
    }
}
