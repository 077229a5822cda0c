using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;
using Npgsql;

namespace LuckyGraph.Subgraphs.Tests.Shop;

/// <summary>Catalog, orders and the payment sandbox as processes of their own, on a real PostgreSQL and a real Redis.</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lucky-shop-").FullName;
    private readonly int catalogPort = FreePort.Next();
    private readonly int ordersPort = FreePort.Next();
    private readonly int sandboxPort = FreePort.Next();
    private readonly int accountsPort = FreePort.Next();
    private readonly int smtpPort = FreePort.Next();
    private TokenIssuer issuer = null!;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 400 }) { Timeout = TimeSpan.FromSeconds(100) };

    public PrivatePostgres Postgres { get; private set; } = null!;

    public PrivateRedis Redis { get; private set; } = null!;

    public string CatalogUrl => $"http://127.0.0.1:{catalogPort}";

    public string OrdersUrl => $"http://127.0.0.1:{ordersPort}";

    public string SandboxUrl => $"http://127.0.0.1:{sandboxPort}";

    public Caller Anonymous => new(this, Guid.Empty, null);

    public async Task InitializeAsync()
    {
        Postgres = await PrivatePostgres.StartTemporaryAsync();
        Redis = await PrivateRedis.StartTemporaryAsync();
        issuer = await TokenIssuer.StartAsync(accountsPort);
        await StartAsync("sandbox", sandboxPort, $"{SandboxUrl}/pay");
        await StartAsync("catalog", catalogPort);
        await StartAsync("orders", ordersPort);
    }

    public async Task DisposeAsync()
    {
        foreach (var host in new[] { "orders", "catalog", "sandbox" })
        {
            await new HostProcess(host, folder).StopAsync();
        }

        await issuer.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        Http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public Caller Customer(Guid? id = null) => Sign(id ?? Guid.CreateVersion7(), "CUSTOMER", null);

    public Caller Seller(Guid? sellerId = null) => Sign(Guid.CreateVersion7(), "SELLER", sellerId ?? Guid.CreateVersion7());

    public Caller Admin() => Sign(Guid.CreateVersion7(), "ADMIN", null);

    /// <summary>Ends orders as a power cut would.</summary>
    public void KillOrders() => new HostProcess("orders", folder).Kill();

    public Task StartOrdersAsync() => StartAsync("orders", ordersPort);

    public async Task AdvanceOrdersClockAsync(TimeSpan by)
    {
        using var response = await Http.PostAsJsonAsync($"{OrdersUrl}/dev/clock", new { advanceSeconds = (long)by.TotalSeconds });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>One value from the database of orders.</summary>
    public async Task<T> OrdersSqlAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Postgres.ConnectionTo("lucky_orders")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The customer's side of a payment at the provider. Returns the token for paymentConfirm.</summary>
    public async Task<string> AuthenticateAsync(JsonElement payment, string behaviour = "approve")
    {
        using var response = await Http.PostAsJsonAsync($"{SandboxUrl}/api/payments", new
        {
            orderId = payment.Text("providerOrderId"),
            orderName = "Test order",
            amount = payment.At("amount", "amount").GetDecimal(),
            currency = payment.Text("amount", "currencyCode"),
            behaviour,
        });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).Text("paymentKey");
    }

    /// <summary>What the provider knows of a payment.</summary>
    public Task<JsonElement> ProviderPaymentAsync(string paymentKey) => AsMerchantAsync(HttpMethod.Get, $"/v1/payments/{paymentKey}", null);

    /// <summary>Has the provider take the money without orders asking for it.</summary>
    public Task CaptureAtProviderAsync(JsonElement payment, string paymentKey) => AsMerchantAsync(HttpMethod.Post, "/v1/payments/confirm", new
    {
        paymentKey,
        orderId = payment.Text("providerOrderId"),
        amount = payment.At("amount", "amount").GetDecimal(),
    });

    private async Task<JsonElement> AsMerchantAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, SandboxUrl + path);
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("test_sk_lucky:"u8));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        using var response = await Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits until a condition holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Waited {seconds} s for this: {what}\n{new HostProcess("orders", folder).LogTail(20)}");
            await Task.Delay(50);
        }
    }

    private Caller Sign(Guid id, string role, Guid? sellerId) => new(this, id, issuer.Issue(id, role, sellerId), sellerId);

    private async Task StartAsync(string name, int port, string? probe = null)
    {
        var process = new HostProcess(name, folder);
        await process.StartAsync(PlatformLayout.Default()[name].Program, new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["LUCKY_POSTGRES"] = Postgres.ConnectionString,
            ["LUCKY_REDIS"] = Redis.ConnectionString,
            ["LUCKY_ACCOUNTS_URL"] = issuer.Url,
            ["LUCKY_CATALOG_URL"] = CatalogUrl,
            ["LUCKY_ORDERS_URL"] = OrdersUrl,
            ["LUCKY_SANDBOX_URL"] = SandboxUrl,
            ["LUCKY_SMTP"] = $"127.0.0.1:{smtpPort}",
            ["LUCKY_SANDBOX_DATA"] = Path.Combine(folder, "sandbox"),
            ["LUCKY_TOSS_SECRET_KEY"] = "test_sk_lucky",
            ["LUCKY_KEYS"] = Path.Combine(folder, "keys"),
        }, CancellationToken.None);
        probe ??= $"http://127.0.0.1:{port}/health/ready";
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            Assert.True(DateTime.UtcNow < deadline, $"{name} does not start:\n{process.LogTail(30)}");
            try
            {
                using var response = await Http.GetAsync(probe);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                Assert.True(process.Pid is not null, $"{name} ended:\n{process.LogTail(30)}");
            }

            await Task.Delay(50);
        }
    }
}

[CollectionDefinition("Shop")]
public sealed class ShopCollection : ICollectionFixture<ShopFixture>;
