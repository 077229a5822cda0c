using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting;
using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Subgraphs.Tests.Hosting;

/// <summary>The smallest subgraph: it notes words in a table, tells of each, and takes what others tell.</summary>
public sealed class LedgerContext(DbContextOptions<LedgerContext> options) : SubgraphContext(options)
{
    public DbSet<Word> Words => Set<Word>();
}

public sealed class Word
{
    public required Guid Id { get; init; }
    public required Guid BookId { get; init; }
    public required int Number { get; init; }
    public required string SpelledOut { get; init; }
}

/// <summary>A word was noted.</summary>
public sealed record WordNoted(Guid BookId, int Number, string Text) : IEvent
{
    Guid IEvent.AggregateId => BookId;
}

/// <summary>What takes the events of a test.</summary>
public sealed class WordHandler(LedgerContext db, WordHandler.Script script) : IEventHandler<WordNoted>
{
    public async Task HandleAsync(WordNoted @event, EventEnvelope envelope, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref script.Calls);
        db.Add(new Word { Id = Guid.CreateVersion7(), BookId = @event.BookId, Number = @event.Number, SpelledOut = @event.Text });
        await db.SaveChangesAsync(cancellationToken);
        script.BeforeReturn?.Invoke(@event);
    }

    public sealed class Script
    {
        public int Calls;

        /// <summary>Runs after the handler's work; throwing undoes it.</summary>
        public Action<WordNoted>? BeforeReturn { get; set; }
    }
}

/// <summary>A running host of the smallest subgraph.</summary>
internal sealed class LedgerHost(WebApplication app, string database) : IAsyncDisposable
{
    public const string Table = "create table words (arrival bigint generated always as identity, id uuid primary key, book_id uuid not null, number integer not null, spelled_out text not null)";

    public string Database => database;

    public IServiceProvider Services => app.Services;

    public HttpClient Http { get; } = new() { BaseAddress = new Uri(app.Urls.First()) };

    public WordHandler.Script Script => Services.GetRequiredService<WordHandler.Script>();

    public static Task<LedgerHost> StartAsync(ServersFixture servers, string database, string name, bool listens, PrivateRedis? redis = null)
        => StartAsync(servers.Postgres, redis ?? servers.Redis, database, name, listens);

    public static async Task<LedgerHost> StartAsync(PrivatePostgres postgres, PrivateRedis redis, string database, string name, bool listens)
    {
        var builder = Subgraph.CreateBuilder(
        [
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--LUCKY_POSTGRES_{name.ToUpperInvariant()}={postgres.ConnectionTo(database)}",
            $"--LUCKY_REDIS={redis.ConnectionString}",
        ], name);
        builder.AddDatabase<LedgerContext>();
        builder.Services.AddSingleton<WordHandler.Script>();
        if (listens)
        {
            builder.AddEvents(events => events.Handle<WordNoted, WordHandler>());
        }

        builder.GraphQL.AddSdl("type Query { ping: String }");
        var app = builder.Build();
        await app.StartAsync();
        await app.Services.GetRequiredService<DatabaseStartup>().WaitAsync(CancellationToken.None);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().Database.ExecuteSqlRawAsync(Table.Replace("table", "table if not exists", StringComparison.Ordinal));
        }

        return new LedgerHost(app, database);
    }

    /// <summary>Notes words and tells of them in one transaction.</summary>
    public async Task NoteAsync(Guid bookId, IEnumerable<int> numbers, bool commit = true)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LedgerContext>();
        var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        foreach (var number in numbers)
        {
            db.Add(new Word { Id = Guid.CreateVersion7(), BookId = bookId, Number = number, SpelledOut = $"word {number}" });
            outbox.Add(new WordNoted(bookId, number, $"word {number}"));
        }

        await db.SaveChangesAsync();
        if (commit)
        {
            await transaction.CommitAsync();
        }
    }

    /// <summary>The numbers that arrived of a book, in the order in which they did.</summary>
    public async Task<List<int>> NumbersAsync(Guid bookId)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<LedgerContext>().Database
            .SqlQuery<int>($"""select number as "Value" from words where book_id = {bookId} order by arrival""").ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
