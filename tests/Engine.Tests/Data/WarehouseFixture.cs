using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Subscriptions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LuckyGraph.Engine.Tests.Data;

/// <summary>A private PostgreSQL with a few wares and a server over it that remembers its statements.</summary>
public sealed class WarehouseFixture : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _statements = new();
    private PrivatePostgres _postgres = null!;
    private ServiceProvider _services = null!;

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Guid Id(int number) => new($"00000000-0000-7000-8000-{number:d12}");

    public static string GlobalIdOf(int number) => GlobalId.Encode("Ware", Id(number));

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartTemporaryAsync();
        var services = new ServiceCollection();
        services.AddDbContext<WarehouseContext>(o => o
            .UseNpgsql(_postgres.ConnectionTo("warehouse"))
            .LogTo((id, _) => id == RelationalEventId.CommandExecuting, e => _statements.Enqueue(((CommandEventData)e).Command.CommandText)));
        services.AddSingleton<Generator.Sample.Library>();
        services.AddGraphQL().AddSample().AddInMemorySubscriptions();
        _services = services.BuildServiceProvider();

        await using var scope = _services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WarehouseContext>().Database.EnsureCreatedAsync();
        await ResetAsync();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await _postgres.DisposeAsync();
    }

    /// <summary>Six wares: two share a name, two have no note, two have no shelf.</summary>
    public async Task ResetAsync()
    {
        await using var scope = _services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WarehouseContext>();
        await db.Wares.ExecuteDeleteAsync();
        await db.Growers.ExecuteDeleteAsync();
        db.AddRange(
            Ware(1, "Apple", 5, 1.5m, note: "50% sour", shelf: 2),
            Ware(2, "Banana", 0, 2m, note: null, shelf: null),
            Ware(3, "Cherry", 7, 9.99m, note: "red_ripe", shelf: 1),
            Ware(4, "Cherry", 3, 8m, note: "dried", shelf: 1),
            Ware(5, "Date", 9, 4m, note: null, shelf: null),
            Ware(6, "Elder", 1, 3m, note: "blossom", shelf: 3));
        await db.SaveChangesAsync();

        // Apples and cherries are grown by Ann, dates by Ben, who learned from her; apples were inspected twice, bananas once.
        var (ann, ben) = (Id(201), Id(202));
        db.AddRange(new Grower { Id = ann, Name = "Ann" }, new Grower { Id = ben, Name = "Ben", MentorId = ann });
        db.AddRange(
            new Inspection { Id = Id(301), WareId = Id(1), Grade = 1 },
            new Inspection { Id = Id(302), WareId = Id(1), Grade = 3 },
            new Inspection { Id = Id(303), WareId = Id(2), Grade = 3 });
        await db.SaveChangesAsync();
        Guid[] anns = [Id(1), Id(3), Id(4)];
        await db.Wares.Where(w => anns.Contains(w.Id)).ExecuteUpdateAsync(w => w.SetProperty(x => x.GrowerId, ann));
        await db.Wares.Where(w => w.Id == Id(5)).ExecuteUpdateAsync(w => w.SetProperty(x => x.GrowerId, ben));
        _statements.Clear();
    }

    public async Task AddAsync(int number, string name, int? grower = null)
    {
        await using var scope = _services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WarehouseContext>();
        db.Add(Ware(number, name, 1, 1m, null, null));
        await db.SaveChangesAsync();
        if (grower is { } by)
        {
            await db.Wares.Where(w => w.Id == Id(number)).ExecuteUpdateAsync(w => w.SetProperty(x => x.GrowerId, Id(by)));
        }

        _statements.Clear();
    }

    /// <summary>The response, and the statements in between.</summary>
    public async Task<(JsonElement Response, string[] Statements)> ExecuteAsync(string document, object? variables = null)
    {
        _statements.Clear();
        var request = new OperationRequest
        {
            Document = Encoding.UTF8.GetBytes(document),
            Variables = JsonSerializer.SerializeToElement(variables ?? new { }),
        };
        await using var result = await _services.GetRequiredService<IRequestExecutor>().ExecuteAsync(request, CancellationToken.None);
        using var json = JsonDocument.Parse(((SingleResult)result).Json);
        return (json.RootElement.Clone(), [.. _statements]);
    }

    /// <summary>The data of a request that succeeds.</summary>
    public async Task<(JsonElement Data, string[] Statements)> DataAsync(string document, object? variables = null)
    {
        var (response, statements) = await ExecuteAsync(document, variables);
        Assert.False(response.TryGetProperty("errors", out var errors), errors.ToString());
        return (response.GetProperty("data"), statements);
    }

    /// <summary>Code and message of the only error of a request.</summary>
    public async Task<string> ErrorAsync(string document, object? variables = null)
    {
        var (response, _) = await ExecuteAsync(document, variables);
        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        return $"{error.GetProperty("extensions").GetProperty("code").GetString()}: {error.GetProperty("message").GetString()}";
    }

    private static Ware Ware(int number, string name, int stock, decimal price, string? note, int? shelf) => new()
    {
        Id = Id(number),
        Name = name,
        Stock = stock,
        Price = price,
        Added = Start.AddHours(number),
        Note = note,
        Shelf = shelf,
        State = number % 2 == 0 ? WareState.Draft : WareState.OnSale,
        Cost = price / 2,
        MakerId = Id(100),
    };
}

[CollectionDefinition("Warehouse")]
public sealed class WarehouseTests : ICollectionFixture<WarehouseFixture>;
