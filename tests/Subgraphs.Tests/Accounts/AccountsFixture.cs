using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LuckyGraph.Accounts;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Subgraphs.Tests.Hosting;
using LuckyGraph.Subgraphs.Tests.Sandbox;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace LuckyGraph.Subgraphs.Tests.Accounts;

/// <summary>Accounts on a real PostgreSQL and a real Redis, with the sandbox's mailbox.</summary>
public sealed partial class AccountsFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lucky-accounts-").FullName;
    private readonly SandboxFixture sandbox = new();
    private WebApplication app = null!;

    public PrivatePostgres Postgres { get; private set; } = null!;

    public PrivateRedis Redis { get; private set; } = null!;

    public IServiceProvider Services => app.Services;

    public HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Postgres = await PrivatePostgres.StartTemporaryAsync();
        Redis = await PrivateRedis.StartTemporaryAsync();
        await sandbox.InitializeAsync();
        app = await StartHostAsync();
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await Eventually.HoldsAsync(async () =>
        {
            using var response = await Http.GetAsync("/health/ready");
            return response.IsSuccessStatusCode;
        }, "accounts is ready");
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await sandbox.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One more host of accounts on the same databases.</summary>
    public async Task<WebApplication> StartHostAsync()
    {
        var host = AccountsSubgraph.CreateBuilder(
        [
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--LUCKY_POSTGRES={Postgres.ConnectionString}",
            $"--LUCKY_REDIS={Redis.ConnectionString}",
            $"--LUCKY_SMTP=127.0.0.1:{sandbox.SmtpPort}",
            $"--LUCKY_KEYS={folder}",
        ]).Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Sends a GraphQL request.</summary>
    public async Task<JsonElement> SendAsync(string query, object? variables = null, string? token = null, WebApplication? host = null)
    {
        var url = new Uri(new Uri((host ?? app).Urls.First()), "/graphql");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await Http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Data of a request that must have no errors.</summary>
    public async Task<JsonElement> DataAsync(string query, object? variables = null, string? token = null)
    {
        var response = await SendAsync(query, variables, token);
        Assert.False(response.TryGetProperty("errors", out _), response.ToString());
        return response.GetProperty("data");
    }

    /// <summary>The payload of a mutation.</summary>
    public async Task<JsonElement> MutateAsync(string name, object input, string selection, string? token = null, string errors = "")
    {
        var type = char.ToUpperInvariant(name[0]) + name[1..] + "Input";
        var data = await DataAsync(
            $"mutation($input: {type}!) {{ {name}(input: $input) {{ {selection} errors {{ __typename ... on UserError {{ code message path }} {errors} }} }} }}",
            new { input }, token);
        return data.GetProperty(name);
    }

    /// <summary>The newest code that was mailed to an address.</summary>
    public async Task<string> CodeAsync(string email, string subject = "Your verification code", int mails = 1)
    {
        return SixDigits().Match(await MailAsync(email, subject, mails)).Value;
    }

    /// <summary>The text of the newest mail with a subject, once there are that many.</summary>
    public async Task<string> MailAsync(string email, string subject, int mails = 1)
    {
        var found = new List<JsonElement>();
        await Eventually.HoldsAsync(async () =>
        {
            found = (await sandbox.Customer.GetFromJsonAsync<List<JsonElement>>($"/api/mail?to={Uri.EscapeDataString(email)}"))!
                .Where(m => m.GetProperty("subject").GetString() == subject).ToList();
            return found.Count >= mails;
        }, $"mail \"{subject}\" arrives");
        return found[0].GetProperty("body").GetString()!;
    }

    /// <summary>Registers, verifies and signs in somebody new.</summary>
    public async Task<(string Email, string Password, JsonElement Session)> SignUpAsync()
    {
        var email = NewEmail();
        const string password = "correct horse 1";
        var registered = await MutateAsync("accountRegister", Registration(email, password), "user { id nickname }");
        Assert.Null(registered.ErrorType());
        Assert.Null((await MutateAsync("emailVerify", new { email, code = await CodeAsync(email) }, "user { id }")).ErrorType());
        var session = await MutateAsync("sessionCreate", new { email, password }, Session);
        Assert.Null(session.ErrorType());
        return (email, password, session.GetProperty("session"));
    }

    public const string Session = "session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt viewer { id email } }";

    public static string NewEmail() => $"user-{Guid.CreateVersion7():N}@example.com";

    public static object Registration(string email, string password, string nickname = "Minji")
        => new { email, password, nickname, consents = new { terms = true, privacy = true } };

    public async Task AdvanceClockAsync(int seconds)
    {
        using var response = await Http.PostAsJsonAsync("/dev/clock", new { advanceSeconds = seconds });
        response.EnsureSuccessStatusCode();
    }

    public async Task<T> SqlAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Postgres.ConnectionTo("lucky_accounts")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    [GeneratedRegex(@"(?<!\d)\d{6}(?!\d)")]
    private static partial Regex SixDigits();
}

[CollectionDefinition("Accounts")]
public sealed class AccountsCollection : ICollectionFixture<AccountsFixture>;

internal static class PayloadReading
{
    /// <summary>The type of a payload's first business error; null without errors.</summary>
    public static string? ErrorType(this JsonElement payload)
        => payload.GetProperty("errors") is { ValueKind: JsonValueKind.Array } errors ? errors[0].GetProperty("__typename").GetString() : null;

    public static JsonElement Error(this JsonElement payload) => payload.GetProperty("errors")[0];

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
