using System.Collections.Immutable;
using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Generator.Sample;

/// <summary>Shapes that are rare but allowed.</summary>
public sealed class Corner
{
    public IReadOnlyList<IReadOnlyList<int?>> Matrix { get; init; } = [[1, null], []];

    public ImmutableArray<string?> Words { get; init; } = ["a", null];

    /// <summary>Its type promises what it does not keep.</summary>
    public IReadOnlyList<string> Broken { get; init; } = ["a", null!];

    public string Missing { get; init; } = null!;

    public string Failing => throw new InvalidOperationException("A getter's secret.");

    public DateTime Unspecified { get; init; } = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified);

    public JsonElement Json { get; init; } = JsonDocument.Parse("""{"a":[1,2]}""").RootElement;

    [GraphQLType("URL!")]
    public string Link { get; init; } = "https://corner.example/x";

    public Alias Alias { get; init; } = Alias.Second;

    [ID]
    public int Number { get; init; } = 7;

    [ID]
    public long[] Numbers { get; init; } = [1, 2];

    [ID("Corner")]
    public IReadOnlyList<Guid>? Ids { get; init; } = [Library.Book1];

    public int @class => 1;

    public Corner? Inner { get; init; }

    public IReadOnlyList<Corner?>? Inners { get; init; }

    public float Single { get; init; } = 0.5f;
}

public enum Alias
{
    First,
    Second,
    AlsoSecond = Second,
}

/// <summary>An interface with fields of its own.</summary>
[InterfaceType(Name = "Measurable")]
public interface IMeasured
{
    int Width { get; }
}

public sealed record Plank(int Width) : IMeasured;

public sealed class Rope : IMeasured
{
    public int Width => 3;
}

[InterfaceType<IMeasured>]
public static partial class MeasuredFields
{
    public static int DoubleWidth([Parent] IMeasured measured) => measured.Width * 2;

    public static Task<string> DescribeAsync([Parent] IMeasured measured, Library library) => Task.FromResult($"{measured.Width} of {library.Books.Count}");
}

/// <summary>Known to clients by another name.</summary>
public sealed record InternalName(string Text);

[ObjectType<InternalName>(Name = "PublicName")]
[Shareable]
public static partial class InternalNameNode
{
    public static int Length([Parent] InternalName name) => name.Text.Length;
}

[GraphQLName("{0}Pile")]
public sealed record Heap<T>(IReadOnlyList<T> Items);

[InputObjectType(Name = "CornerData")]
public sealed class CornerArguments
{
    public required string Text { get; init; }
    public Alias Alias { get; set; } = Alias.Second;
    public bool Loud { get; set; } = true;
    [GraphQLName("limit")]
    public int Maximum { get; set; } = 5;
    public HashSet<int> Set { get; init; } = [];
    public ImmutableArray<int> Array { get; init; } = [];
    public CornerArguments? Nested { get; init; }
    public Optional<decimal> Amount { get; init; }
    [ID<Book>]
    public IReadOnlyList<Guid>? Books { get; init; }
    [Inaccessible]
    public string? Hidden { get; init; }
    public int Derived => Text.Length;
}

public readonly record struct Range(int From, int To = 10);

[QueryType]
[Internal]
public static partial class InternalQueries
{
    public static int Hidden => 3;

    [Lookup]
    public static Shelf? ShelfByKey([Is("{ name } | { owner: place.id }")] ShelfKey? key) => key?.Name is { } name ? new Shelf(name) : null;

    [Lookup]
    public static Shelf? ShelfByNames([Is("name")] string first, [Is("place.city")] string second) => first == second ? new Shelf(first) : null;
}

[OneOf]
public sealed record ShelfKey(string? Name, string? Owner);

[Authorize]
[QueryType]
public static partial class GuardedQueries
{
    public static string Guarded() => "guarded";

    [AllowAnonymous]
    public static string Open() => "open";
}

[QueryType]
public static partial class CornerQueries
{
    public static Corner GetCorner() => new() { Inner = new(), Inners = [new(), null] };

    public static IReadOnlyList<IMeasured> GetMeasured() => [new Plank(5), new Rope()];

    public static InternalName GetRenamed() => new("four");

    public static Heap<InternalName> GetHeap() => new([new("a")]);

    public static string Take(CornerArguments data) => string.Join(" ",
        data.Text, data.Alias, data.Loud, data.Maximum, string.Join(",", data.Set.Order()), string.Join(",", data.Array), data.Nested?.Text,
        data.Amount.HasValue ? data.Amount.Value : "omitted", string.Join(",", data.Books ?? []));

    public static int Span(Range range, Guid id = default) => range.To - range.From + (id == default ? 0 : 1);

    public static string Anything(JsonElement any, Uri link, DateOnly day, DateTime at, short small, [ID] int number, Guid uuid, decimal amount, long big, double ratio)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{any.GetRawText()} {link} {day:yyyy-MM-dd} {at:O} {small} {number} {uuid} {amount} {big} {ratio}");

    public static Task<IReadOnlyList<Alias?>?> AliasesAsync(IReadOnlyList<Alias?>? aliases) => Task.FromResult<IReadOnlyList<Alias?>?>(aliases);

    public static LuckyGraph.Data.PageConnection<Place> GetPlaces(LuckyGraph.Data.PagingArguments paging) => LuckyGraph.Data.PageConnection<Place>.Empty;

    public static IEnumerable<int> Lazily()
    {
        yield return 1;
        yield return 2;
    }
}
