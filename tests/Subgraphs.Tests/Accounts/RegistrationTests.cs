using System.Text;

namespace LuckyGraph.Subgraphs.Tests.Accounts;

[Collection("Accounts")]
public sealed class RegistrationTests(AccountsFixture accounts)
{
    [Fact]
    public async Task A_person_registers_reads_the_code_verifies_and_signs_in()
    {
        var (email, _, session) = await accounts.SignUpAsync();

        var data = await accounts.DataAsync("{ viewer { id email role emailVerifiedAt user { nickname } } }", token: session.Text("accessToken"));

        Assert.Equal(email, data.GetProperty("viewer").Text("email"));
        Assert.Equal("CUSTOMER", data.GetProperty("viewer").Text("role"));
        Assert.Equal("Minji", data.GetProperty("viewer").GetProperty("user").Text("nickname"));
        Assert.NotNull(data.GetProperty("viewer").GetProperty("emailVerifiedAt").GetString());
    }

    [Fact]
    public async Task Signing_in_needs_a_verified_address()
    {
        var email = AccountsFixture.NewEmail();
        await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(email, "correct horse 1"), "user { id }");

        var unverified = await accounts.MutateAsync("sessionCreate", new { email, password = "correct horse 1" }, AccountsFixture.Session);
        var wrong = await accounts.MutateAsync("sessionCreate", new { email, password = "wrong horse 1" }, AccountsFixture.Session);

        Assert.Equal("EmailNotVerifiedError", unverified.ErrorType());
        Assert.Equal("InvalidCredentialsError", wrong.ErrorType());
    }

    [Fact]
    public async Task An_address_registers_once_whatever_its_case()
    {
        var email = AccountsFixture.NewEmail();
        await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(email, "correct horse 1"), "user { id }");

        var again = await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(email.ToUpperInvariant(), "correct horse 1"), "user { id }");

        Assert.Equal("EmailTakenError", again.ErrorType());
        Assert.Equal(["input", "email"], again.Error().GetProperty("path").EnumerateArray().Select(p => p.GetString()!));
    }

    [Theory]
    [InlineData("not-an-address", "correct horse 1", "Minji", "email")]
    [InlineData("a@b", "correct horse 1", "Minji", "email")]
    [InlineData("ok@example.com", "short1", "Minji", "password")]
    [InlineData("ok@example.com", "onlyletters", "Minji", "password")]
    [InlineData("ok@example.com", "correct horse 1", "M", "nickname")]
    public async Task Invalid_input_is_refused_with_the_field_s_path(string email, string password, string nickname, string field)
    {
        var payload = await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(email, password, nickname), "user { id }");

        Assert.Equal("ValidationError", payload.ErrorType());
        Assert.Equal(["input", field], payload.Error().GetProperty("path").EnumerateArray().Select(p => p.GetString()!));
    }

    [Fact]
    public async Task Consent_is_needed()
    {
        var payload = await accounts.MutateAsync(
            "accountRegister",
            new { email = AccountsFixture.NewEmail(), password = "correct horse 1", nickname = "Minji", consents = new { terms = true, privacy = false } },
            "user { id }");

        Assert.Equal(["input", "consents", "privacy"], payload.Error().GetProperty("path").EnumerateArray().Select(p => p.GetString()!));
    }

    [Fact]
    public async Task A_code_has_five_attempts()
    {
        var email = AccountsFixture.NewEmail();
        await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(email, "correct horse 1"), "user { id }");
        var code = await accounts.CodeAsync(email);
        var wrong = code == "000000" ? "111111" : "000000";

        for (var left = 4; left >= 0; left--)
        {
            var refused = await accounts.MutateAsync("emailVerify", new { email, code = wrong }, "user { id }", errors: "... on InvalidCodeError { attemptsLeft }");
            Assert.Equal(left, refused.Error().GetProperty("attemptsLeft").GetInt32());
        }

        var late = await accounts.MutateAsync("emailVerify", new { email, code }, "user { id }");
        Assert.Equal("CODE_EXPIRED", late.Error().Text("code"));
    }

    [Fact]
    public async Task A_code_ends_after_ten_minutes_and_a_new_one_can_be_asked_for()
    {
        var email = AccountsFixture.NewEmail();
        await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(email, "correct horse 1"), "user { id }");
        var old = await accounts.CodeAsync(email);

        await accounts.AdvanceClockAsync(601);
        Assert.Equal("CODE_EXPIRED", (await accounts.MutateAsync("emailVerify", new { email, code = old }, "user { id }")).Error().Text("code"));

        await accounts.MutateAsync("emailVerificationResend", new { email }, "success");
        var fresh = await accounts.CodeAsync(email, mails: 2);
        Assert.Null((await accounts.MutateAsync("emailVerify", new { email, code = fresh }, "user { id }")).ErrorType());
    }

    [Fact]
    public async Task Asking_for_codes_tells_nothing_about_an_address()
    {
        var unknown = await accounts.MutateAsync("emailVerificationResend", new { email = AccountsFixture.NewEmail() }, "success");
        var reset = await accounts.MutateAsync("passwordResetRequest", new { email = AccountsFixture.NewEmail() }, "success");

        Assert.True(unknown.GetProperty("success").GetBoolean());
        Assert.True(reset.GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Personal_data_is_not_readable_in_the_database()
    {
        var (email, _, session) = await accounts.SignUpAsync();
        await accounts.MutateAsync("profileUpdate", new { phone = "010-9876-5432" }, "viewer { phone }", session.Text("accessToken"));
        await accounts.MutateAsync(
            "addressCreate",
            new { recipient = "Kim Secretive", phone = "010-9876-5432", postalCode = "04524", roadAddress = "Hidden-ro 1" },
            "address { id }", session.Text("accessToken"));

        foreach (var table in new[] { "account", "address", "queued_mail", "one_time_code", "outbox_message" })
        {
            var rows = await accounts.SqlAsync<string>($"select coalesce(string_agg(t::text, ' '), '') from {table} t");
            foreach (var secret in new[] { email, "01098765432", "Secretive", "Hidden-ro" })
            {
                Assert.DoesNotContain(secret, rows, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)), rows, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public async Task A_registration_is_told_to_other_subgraphs()
    {
        var payload = await accounts.MutateAsync("accountRegister", AccountsFixture.Registration(AccountsFixture.NewEmail(), "correct horse 1"), "user { id }");
        var id = LuckyGraph.Engine.Execution.GlobalId.DecodeGuid("User", payload.GetProperty("user").Text("id"));

        Assert.Equal("UserRegistered", await accounts.SqlAsync<string>($"select type from outbox_message where aggregate_id = '{id}'"));
    }
}
