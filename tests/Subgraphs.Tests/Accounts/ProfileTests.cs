using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Subgraphs.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Subgraphs.Tests.Accounts;

[Collection("Accounts")]
public sealed class ProfileTests(AccountsFixture accounts)
{
    [Fact]
    public async Task What_is_omitted_stays_and_null_removes()
    {
        var token = await SignUpAsync();
        await accounts.MutateAsync("profileUpdate", new { phone = "+82 10-1111-2222", avatarUrl = "https://example.com/a.png" }, "viewer { id }", token);

        var changed = await accounts.MutateAsync("profileUpdate", new { nickname = "Jiwoo", avatarUrl = (string?)null }, "viewer { phone version user { nickname avatarUrl } }", token);

        var viewer = changed.GetProperty("viewer");
        Assert.Equal("+821011112222", viewer.Text("phone"));
        Assert.Equal("Jiwoo", viewer.GetProperty("user").Text("nickname"));
        Assert.Equal(JsonValueKind.Null, viewer.GetProperty("user").GetProperty("avatarUrl").ValueKind);

        var stale = await accounts.MutateAsync("profileUpdate", new { nickname = "Late", expectedVersion = 1 }, "viewer { id }", token, "... on ConflictError { currentVersion }");
        Assert.Equal("ConflictError", stale.ErrorType());
        Assert.Equal(viewer.GetProperty("version").GetInt32(), stale.Error().GetProperty("currentVersion").GetInt32());
    }

    [Fact]
    public async Task An_account_with_addresses_has_exactly_one_default()
    {
        var token = await SignUpAsync();
        var first = await CreateAddressAsync(token, "First", isDefault: false);
        var second = await CreateAddressAsync(token, "Second", isDefault: true);
        await Task.WhenAll(Enumerable.Range(3, 4).Select(i => CreateAddressAsync(token, $"Address {i}", isDefault: true)));
        Assert.Single(await AddressesAsync(token), a => a.GetProperty("isDefault").GetBoolean());

        await accounts.MutateAsync("addressSetDefault", new { addressId = first }, "address { isDefault }", token);
        Assert.Equal("First", (await AddressesAsync(token))[0].Text("recipient"));

        await accounts.MutateAsync("addressDelete", new { addressId = first }, "success", token);
        var left = await AddressesAsync(token);
        Assert.Equal(5, left.Count);
        Assert.Single(left, a => a.GetProperty("isDefault").GetBoolean());

        var updated = await accounts.MutateAsync("addressUpdate", new { addressId = second, roadAddress = "New-ro 9" }, "address { recipient roadAddress version }", token);
        Assert.Equal(("Second", "New-ro 9"), (updated.GetProperty("address").Text("recipient"), updated.GetProperty("address").Text("roadAddress")));
    }

    [Fact]
    public async Task Nobody_reads_or_changes_another_account()
    {
        var owner = await SignUpAsync();
        var stranger = await SignUpAsync();
        var address = await CreateAddressAsync(owner, "Owner", isDefault: true);
        var viewer = (await accounts.DataAsync("{ viewer { id } }", token: owner)).GetProperty("viewer").Text("id");
        const string lookup = "query($viewer: ID!, $address: ID!) { viewerById(id: $viewer) { email } addressById(id: $address) { recipient } }";

        foreach (var token in new[] { stranger, null })
        {
            var seen = await accounts.DataAsync(lookup, new { viewer, address }, token);
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("viewerById").ValueKind);
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("addressById").ValueKind);
        }

        Assert.Equal("NotFoundError", (await accounts.MutateAsync("addressDelete", new { addressId = address }, "success", stranger)).ErrorType());
        var own = await accounts.DataAsync(lookup, new { viewer, address }, owner);
        Assert.Equal("Owner", own.GetProperty("addressById").Text("recipient"));

        var anonymous = await accounts.SendAsync("mutation { sessionRevokeAll { revokedCount } }");
        Assert.Equal("AUTH_NOT_AUTHENTICATED", anonymous.GetProperty("errors")[0].GetProperty("extensions").Text("code"));
        Assert.Equal(JsonValueKind.Null, (await accounts.DataAsync("{ viewer { id } }")).GetProperty("viewer").ValueKind);
    }

    [Fact]
    public async Task Many_users_cost_one_statement()
    {
        var ids = new List<object>();
        for (var i = 0; i < 3; i++)
        {
            var payload = await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(AccountsFixture.NewEmail(), "correct horse 1", $"User {i}"), "user { id }");
            ids.Add(new { id = payload.GetProperty("user").Text("id") });
        }

        using var response = await accounts.Http.PostAsJsonAsync("/graphql", new { query = "query($id: ID!) { user(id: $id) { nickname } }", variables = ids });
        var answers = await response.Content.ReadFromJsonAsync<List<JsonElement>>();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["User 0", "User 1", "User 2"], answers!.OrderBy(a => a.GetProperty("variableIndex").GetInt32()).Select(a => a.GetProperty("data").GetProperty("user").Text("nickname")));
        Assert.Equal("1", response.Headers.GetValues("X-Sql-Statements").Single());
    }

    [Fact]
    public async Task A_paid_order_becomes_a_notification_and_a_mail_once()
    {
        var (email, _, session) = await accounts.SignUpAsync();
        var token = session.Text("accessToken");
        var buyer = GlobalId.DecodeGuid("Viewer", session.GetProperty("viewer").Text("id"));
        var paid = Envelope(new OrderPaid(Guid.CreateVersion7(), "LG-1001", buyer, [], 129_900, CurrencyCode.Krw));
        var cancelled = Envelope(new OrderCancelled(Guid.CreateVersion7(), "LG-1002", buyer, "UNPAID_TIMEOUT"));
        await accounts.Services.GetRequiredService<IEventBus>().PublishAsync("test", [(1, paid), (2, paid), (3, cancelled)], CancellationToken.None);

        await Eventually.HoldsAsync(async () => (await UnreadAsync(token)) == 2, "both notifications arrive");
        var page = await accounts.DataAsync("{ viewer { notifications(first: 1) { totalCount nodes { id type title deepLink readAt } pageInfo { hasNextPage } } } }", token: token);
        var notifications = page.GetProperty("viewer").GetProperty("notifications");
        Assert.Equal(2, notifications.GetProperty("totalCount").GetInt32());
        Assert.True(notifications.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        Assert.Equal(("ORDER_CANCELLED", "/orders/LG-1002"), (notifications.GetProperty("nodes")[0].Text("type"), notifications.GetProperty("nodes")[0].Text("deepLink")));
        await accounts.MailAsync(email, "Order LG-1001 is paid");

        var marked = await accounts.MutateAsync("notificationMarkRead", new { ids = new[] { notifications.GetProperty("nodes")[0].Text("id") } }, "markedCount", token);
        Assert.Equal(1, marked.GetProperty("markedCount").GetInt32());
        Assert.Equal(1, await UnreadAsync(token));
    }

    [Fact]
    public async Task A_closed_account_is_emptied_and_signed_out_and_told_to_others()
    {
        var (email, password, session) = await accounts.SignUpAsync();
        var token = session.Text("accessToken");
        var id = GlobalId.DecodeGuid("Viewer", session.GetProperty("viewer").Text("id"));
        await CreateAddressAsync(token, "Leaver", isDefault: true);
        Assert.Equal("InvalidCredentialsError", (await accounts.MutateAsync("accountWithdraw", new { password = "wrong horse 1" }, "success", token)).ErrorType());

        Assert.Null((await accounts.MutateAsync("accountWithdraw", new { password }, "success", token)).ErrorType());

        Assert.Equal("InvalidRefreshTokenError", (await accounts.MutateAsync("sessionRefresh", new { refreshToken = session.Text("refreshToken") }, AccountsFixture.Session)).ErrorType());
        Assert.Equal("InvalidCredentialsError", (await accounts.MutateAsync("sessionCreate", new { email, password }, AccountsFixture.Session)).ErrorType());
        Assert.True((await accounts.SendAsync("{ viewer { id } }", token: token)).TryGetProperty("errors", out _));
        Assert.Equal(0, await accounts.SqlAsync<long>($"select count(*) from address where account_id = '{id}'"));
        Assert.Equal("UserRegistered UserWithdrawn", await accounts.SqlAsync<string>($"select string_agg(type, ' ' order by id) from outbox_message where aggregate_id = '{id}'"));
        var user = await accounts.DataAsync("query($id: ID!) { user(id: $id) { nickname } }", new { id = GlobalId.Encode("User", id) });
        Assert.Equal("former member", user.GetProperty("user").Text("nickname"));
    }

    [Fact]
    public async Task Seeding_twice_makes_the_demo_accounts_once()
    {
        using var first = await accounts.Http.PostAsync("/dev/seed", null);
        using var second = await accounts.Http.PostAsync("/dev/seed", null);
        var demos = (await second.Content.ReadFromJsonAsync<List<JsonElement>>())!;

        Assert.Equal(["CUSTOMER", "SELLER", "ADMIN"], demos.Select(d => d.Text("role")));
        Assert.Equal(1, await accounts.SqlAsync<long>("select count(*) from seller"));
        foreach (var demo in demos)
        {
            var session = await accounts.MutateAsync("sessionCreate", new { email = demo.Text("email"), password = demo.Text("password") }, "session { viewer { role seller { id name } } }");
            Assert.Equal(demo.Text("role"), session.GetProperty("session").GetProperty("viewer").Text("role"));
        }
    }

    private async Task<string> SignUpAsync() => (await accounts.SignUpAsync()).Session.Text("accessToken");

    private async Task<string> CreateAddressAsync(string token, string recipient, bool isDefault)
    {
        var payload = await accounts.MutateAsync(
            "addressCreate", new { recipient, phone = "010-1234-5678", postalCode = "04524", roadAddress = "Sejong-daero 110", isDefault }, "address { id }", token);
        Assert.Null(payload.ErrorType());
        return payload.GetProperty("address").Text("id");
    }

    private async Task<List<JsonElement>> AddressesAsync(string token)
        => [.. (await accounts.DataAsync("{ viewer { addresses { id recipient isDefault } } }", token: token)).GetProperty("viewer").GetProperty("addresses").EnumerateArray()];

    private async Task<int> UnreadAsync(string token)
        => (await accounts.DataAsync("{ viewer { unreadNotificationCount } }", token: token)).GetProperty("viewer").GetProperty("unreadNotificationCount").GetInt32();

    private static EventEnvelope Envelope<T>(T @event) where T : IEvent
        => new(Guid.CreateVersion7(), typeof(T).Name, 1, DateTimeOffset.UtcNow, @event.AggregateId, null, JsonSerializer.SerializeToElement(@event, EventEnvelope.Json));
}
