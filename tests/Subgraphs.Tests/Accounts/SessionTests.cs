using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Subgraphs.Tests.Hosting;
using Microsoft.AspNetCore.Builder;

namespace LuckyGraph.Subgraphs.Tests.Accounts;

[Collection("Accounts")]
public sealed class SessionTests(AccountsFixture accounts)
{
    [Fact]
    public async Task A_password_is_replaced_only_when_the_sessions_can_be_ended()
    {
        var (email, password, _) = await accounts.SignUpAsync();
        await accounts.MutateAsync("passwordResetRequest", new { email }, "success");
        var code = await accounts.CodeAsync(email, "Your code for a new password");

        await accounts.Redis.StopAsync();
        var refused = await accounts.SendAsync(
            "mutation($input: PasswordResetCompleteInput!) { passwordResetComplete(input: $input) { success } }",
            new { input = new { email, code, newPassword = "better horse 2" } });
        await accounts.Redis.StartAgainAsync();

        Assert.Equal("SESSIONS_UNAVAILABLE", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        JsonElement signedIn = default;
        await Eventually.HoldsAsync(async () =>
        {
            var answer = await accounts.SendAsync(
                $"mutation($input: SessionCreateInput!) {{ sessionCreate(input: $input) {{ {AccountsFixture.Session} errors {{ __typename }} }} }}",
                new { input = new { email, password } });
            return !answer.TryGetProperty("errors", out _) && (signedIn = answer.GetProperty("data").GetProperty("sessionCreate")).ValueKind == JsonValueKind.Object;
        }, "sessions can be reached again");
        Assert.Null(signedIn.ErrorType());
    }

    [Fact]
    public async Task A_refresh_token_buys_the_next_tokens_once_and_ends_its_session_when_shown_again()
    {
        var (_, _, session) = await accounts.SignUpAsync();
        var first = session.Text("refreshToken");

        var second = (await RefreshAsync(first)).GetProperty("session");
        Assert.NotEqual(first, second.Text("refreshToken"));
        Assert.NotNull((await ViewerAsync(second.Text("accessToken"))).GetString());

        Assert.Equal("RefreshTokenReusedError", (await RefreshAsync(first)).ErrorType());
        Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(second.Text("refreshToken"))).ErrorType());
    }

    [Fact]
    public async Task One_of_two_refreshes_at_the_same_moment_wins()
    {
        var (_, _, session) = await accounts.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RefreshAsync(session.Text("refreshToken"))));

        Assert.Single(answers, a => a.ErrorType() is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_made_up_refresh_token_opens_nothing(string token)
        => Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(token)).ErrorType());

    [Fact]
    public async Task A_session_ends_after_thirty_days_without_refresh()
    {
        var (_, _, session) = await accounts.SignUpAsync();
        await accounts.AdvanceClockAsync(30 * 86_400 + 1);

        Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(session.Text("refreshToken"))).ErrorType());
    }

    [Fact]
    public async Task Signing_out_ends_one_session_and_signing_out_everywhere_ends_all()
    {
        var (email, password, first) = await accounts.SignUpAsync();
        var second = (await SignInAsync(email, password)).GetProperty("session");
        var third = (await SignInAsync(email, password)).GetProperty("session");

        await accounts.DataAsync("mutation { sessionRevoke { success } }", token: first.Text("accessToken"));
        Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(first.Text("refreshToken"))).ErrorType());

        var all = await accounts.DataAsync("mutation { sessionRevokeAll { revokedCount } }", token: second.Text("accessToken"));
        Assert.Equal(2, all.GetProperty("sessionRevokeAll").GetProperty("revokedCount").GetInt32());
        Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(second.Text("refreshToken"))).ErrorType());
        Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(third.Text("refreshToken"))).ErrorType());
        Assert.True(await RefusesAsync(first));
        Assert.True(await RefusesAsync(second));
        Assert.True(await RefusesAsync(third));
    }

    [Fact]
    public async Task The_access_token_of_an_ended_session_is_refused_by_every_host()
    {
        var (email, password, session) = await accounts.SignUpAsync();
        var other = (await SignInAsync(email, password)).GetProperty("session");
        await using var neighbour = await accounts.StartHostAsync();
        Assert.False(await RefusesAsync(session, neighbour));

        await accounts.DataAsync("mutation { sessionRevoke { success } }", token: session.Text("accessToken"));

        await Eventually.HoldsAsync(() => RefusesAsync(session, neighbour), "the neighbour has heard of the end");
        Assert.False(await RefusesAsync(other, neighbour));
        await using var later = await accounts.StartHostAsync();
        await Eventually.HoldsAsync(() => RefusesAsync(session, later), "a host that started later has read of the end");
    }

    [Fact]
    public async Task Showing_a_used_refresh_token_ends_the_access_tokens_of_its_session_too()
    {
        var (_, _, session) = await accounts.SignUpAsync();
        var next = (await RefreshAsync(session.Text("refreshToken"))).GetProperty("session");

        Assert.Equal("RefreshTokenReusedError", (await RefreshAsync(session.Text("refreshToken"))).ErrorType());

        Assert.True(await RefusesAsync(next));
    }

    private async Task<bool> RefusesAsync(JsonElement session, WebApplication? host = null)
    {
        var answer = await accounts.SendAsync("{ viewer { id } }", token: session.Text("accessToken"), host: host);
        return answer.TryGetProperty("errors", out var errors)
            && errors[0].GetProperty("extensions").GetProperty("code").GetString() == "AUTH_NOT_AUTHENTICATED";
    }

    [Fact]
    public async Task Guessing_passwords_is_limited_and_the_limit_ends()
    {
        var (email, password, _) = await accounts.SignUpAsync();
        JsonElement last = default;
        for (var attempt = 0; attempt < 11; attempt++)
        {
            last = await SignInAsync(email, "wrong horse 1");
        }

        Assert.Equal("RateLimitedError", last.ErrorType());
        Assert.InRange(last.Error().GetProperty("retryAfter").GetInt32(), 1, 900);
        Assert.Equal("RateLimitedError", (await SignInAsync(email, password)).ErrorType());

        await accounts.AdvanceClockAsync(900);
        Assert.Null((await SignInAsync(email, password)).ErrorType());
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_get_the_same_answer()
    {
        var (email, _, _) = await accounts.SignUpAsync();

        var wrong = await SignInAsync(email, "wrong horse 1");
        var unknown = await SignInAsync(AccountsFixture.NewEmail(), "wrong horse 1");

        Assert.Equal(wrong.Error().ToString(), unknown.Error().ToString());
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_with_a_mailed_code_and_all_sessions_end()
    {
        var (email, password, session) = await accounts.SignUpAsync();
        await accounts.MutateAsync("passwordResetRequest", new { email }, "success");
        var code = await accounts.CodeAsync(email, "Your code for a new password");

        Assert.Null((await accounts.MutateAsync("passwordResetComplete", new { email, code, newPassword = "better horse 2" }, "success")).ErrorType());

        Assert.Equal("InvalidCodeError", (await accounts.MutateAsync("passwordResetComplete", new { email, code, newPassword = "third horse 3" }, "success")).ErrorType());
        Assert.Equal("InvalidRefreshTokenError", (await RefreshAsync(session.Text("refreshToken"))).ErrorType());
        Assert.Equal("InvalidCredentialsError", (await SignInAsync(email, password)).ErrorType());
        Assert.Null((await SignInAsync(email, "better horse 2")).ErrorType());
    }

    [Fact]
    public async Task The_key_set_holds_one_public_P256_key()
    {
        var keys = (await accounts.Http.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json")).GetProperty("keys");

        var key = Assert.Single(keys.EnumerateArray());
        Assert.Equal(("EC", "P-256", "ES256"), (key.Text("kty"), key.Text("crv"), key.Text("alg")));
        Assert.False(key.TryGetProperty("d", out _));
    }

    [Fact]
    public async Task A_changed_token_is_refused()
    {
        var (_, _, session) = await accounts.SignUpAsync();
        var parts = session.Text("accessToken").Split('.');
        var claims = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).Replace("CUSTOMER", "ADMIN", StringComparison.Ordinal);
        var forged = $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims))}.{parts[2]}";

        var answer = await accounts.SendAsync("{ viewer { email } }", token: forged);

        Assert.Equal("AUTH_NOT_AUTHENTICATED", answer.GetProperty("errors")[0].GetProperty("extensions").Text("code"));
    }

    private Task<JsonElement> SignInAsync(string email, string password)
        => accounts.MutateAsync("sessionCreate", new { email, password }, AccountsFixture.Session, errors: "... on RateLimitedError { retryAfter }");

    private Task<JsonElement> RefreshAsync(string refreshToken) => accounts.MutateAsync("sessionRefresh", new { refreshToken }, AccountsFixture.Session);

    private async Task<JsonElement> ViewerAsync(string token)
        => (await accounts.DataAsync("{ viewer { id } }", token: token)).GetProperty("viewer").GetProperty("id");
}
