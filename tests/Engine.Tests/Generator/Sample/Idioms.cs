using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Generator.Sample;

/// <summary>What ran, in order.</summary>
public sealed class Journal
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void Write(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}

[Node]
public sealed record Reader([property: ID] Guid Id, string Name)
{
    [NodeResolver]
    public static Task<Reader?> FindAsync(Guid id, IReaderByIdDataLoader readers, CancellationToken ct) => readers.LoadAsync(id, ct);
}

public sealed record Branch([property: ID] Guid Id, string City)
{
    /// <summary>A property may have middleware too.</summary>
    [Shout(Times = 2)]
    public string Motto => "read";
}

/// <summary>Of no field: it is in the schema because it says so.</summary>
[EnumType]
public enum Season { Spring, LateSummer }

[ObjectType<Branch>]
public static partial class BranchNode
{
    /// <summary>What readers of the code see.</summary>
    [GraphQLDescription("What readers of the schema see.")]
    public static int Floors() => 2;

    [NodeResolver]
    internal static Branch? Find(Journal journal, Guid id)
    {
        journal.Write($"branch {id.ToByteArray()[0]}");
        return id == IdiomQueries.BranchId ? new Branch(id, "Busan")
            : id == Guid.Empty ? throw new GraphQLException("No branch has that id.", "NO_BRANCH")
            : null;
    }

    public static string Opened([Parent] Branch branch, [ScopedState("year")] int year) => $"{branch.City} {year}";

    public static IReadOnlyList<Shelving> Shelves([Parent] Branch branch, ResolverContext context)
    {
        context.SetScopedState("city", branch.City);
        return [new Shelving(1), new Shelving(2)];
    }

    internal static void Configure(ComplexTypeBuilder type) => type.Field("city").Description("Described by Configure.");
}

public sealed record Shelving(int Number);

[ObjectType<Shelving>]
public static partial class ShelvingNode
{
    public static string Place([Parent] Shelving shelf, [ScopedState] string? city, [ScopedState] string? nowhere) => $"{city}{nowhere} {shelf.Number}";
}

/// <summary>Notes when it is entered and left; a service of its own reaches it.</summary>
public sealed class NoteMiddleware(Journal journal) : IFieldMiddleware
{
    public async ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next)
    {
        journal.Write("note in");
        context.LocalState["mark"] = "!";
        var result = await next(context);
        journal.Write("note out");
        return result;
    }
}

public sealed class RefuseMiddleware : IFieldMiddleware
{
    public ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next) => throw new RefusedException();
}

public sealed class RefusedException() : Exception("Refused by middleware.");

public sealed class ShoutAttribute(string suffix = "") : FieldMiddlewareAttribute
{
    public int Times { get; set; } = 1;

    public override async ValueTask<object?> InvokeAsync(ResolverContext context, FieldDelegate next)
    {
        context.Services.GetRequiredService<Journal>().Write("shout in");
        var text = (string?)await next(context);
        context.Services.GetRequiredService<Journal>().Write("shout out");
        return string.Concat(Enumerable.Repeat(text?.ToUpperInvariant() + suffix, Times));
    }
}

[QueryType]
public static partial class IdiomQueries
{
    public static readonly Guid BranchId = new("01890000-0000-7000-8000-0000000000b1");

    public static Branch GetBranch(ResolverContext context)
    {
        context.SetScopedState("year", 1999);
        return new Branch(BranchId, "Busan");
    }

    public static Branch? GetUnscopedBranch(ResolverContext context) => new(BranchId, context.Field.Name);

    [UseMiddleware<NoteMiddleware>]
    [Shout("?", Times = 2)]
    public static async Task<string> GreetAsync(string name, [LocalState] string? mark, Journal journal)
    {
        await Task.Yield();
        journal.Write("resolver");
        return name + mark;
    }

    [UseMiddleware<RefuseMiddleware>]
    public static string? Refused() => "never";

    public static string Keyed([Service("loud")] Func<string, string> loud, [Service("absent")] Func<string, string>? absent) => loud("keyed") + (absent is null ? "" : "?");

    public static string States([GlobalState] string tenant, [GlobalState("missing")] int? missing, [LocalState("none")] string? none) => $"{tenant} {missing} {none}";

    [Cost(2.5)]
    [ListSize(AssumedSize = 20, SlicingArguments = ["first"], RequireOneSlicingArgument = false)]
    public static IReadOnlyList<int> Priced([Cost(1)] int first = 3) => [.. Enumerable.Range(1, first)];
}

/// <summary>No root class: single methods are root fields.</summary>
internal static class Counters
{
    private static int s_count;

    [Query]
    public static int Counter() => Volatile.Read(ref s_count);

    [Query]
    [NodeResolver]
    public static Task<Ticket?> TicketByIdAsync(Guid id) => Task.FromResult<Ticket?>(new Ticket(id));

    [Mutation]
    [UseMiddleware<RefuseMiddleware>]
    [Error<RefusedException>]
    public static int CounterReset(int to) => Interlocked.Exchange(ref s_count, to);

    [Mutation]
    public static int CounterAdd(int by) => Interlocked.Add(ref s_count, by);

    [Subscription]
    [Subscribe, Topic("counter")]
    public static int OnCounter([EventMessage] int value) => value;

    internal static string NameOf(Reader reader) => reader.Name;

    /// <summary>Knows every reader that another loader loaded.</summary>
    [DataLoader(Lookups = [nameof(NameOf)])]
    public static Task<Dictionary<string, Reader>> GetReaderByNameAsync(IReadOnlyList<string> names, Journal journal)
    {
        journal.Write($"names {string.Join(",", names)}");
        return Task.FromResult(names.ToDictionary(n => n, n => new Reader(Guid.Empty, n)));
    }

    [Query]
    public static async Task<IReadOnlyList<Reader?>> ReadersAsync(Guid id, IReaderByIdDataLoader byId, IReaderByNameDataLoader byName)
    {
        await byId.LoadAsync(id);
        return await byName.LoadAsync(["Reader 1", "Reader 2"]);
    }

    [DataLoader(ServiceScope = DataLoaderServiceScope.Request)]
    public static Task<Dictionary<Guid, Reader>> GetReaderByIdAsync(IReadOnlyList<Guid> ids, Journal journal, IServiceProvider services)
    {
        journal.Write($"readers {ids.Count}");
        journal.Write(ReferenceEquals(services.GetRequiredService<ScopeMark>(), services.GetRequiredService<ScopeMark>()) ? services.GetRequiredService<ScopeMark>().Name : "");
        return Task.FromResult(ids.Where(i => i != Guid.Empty).ToDictionary(i => i, i => new Reader(i, $"Reader {i.ToByteArray()[15]}")));
    }
}

/// <summary>Tells scopes apart: the host names its own.</summary>
public sealed class ScopeMark
{
    public string Name { get; set; } = "another scope";
}

[Cost(4)]
public sealed record Ticket([property: ID] Guid Id);
