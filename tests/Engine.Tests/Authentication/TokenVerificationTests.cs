using System.Security.Claims;
using LuckyGraph.AspNetCore.Authentication;

namespace LuckyGraph.Engine.Tests.Authentication;

public sealed class TokenVerificationTests
{
    private readonly TokenIssuer _issuer = new();
    private readonly ManualClock _clock = new();
    private readonly EcdsaTokenVerifier _verifier;

    public TokenVerificationTests()
    {
        var keys = new JwksClient(new HttpClient(_issuer), new Uri("http://issuer/.well-known/jwks.json"), _clock);
        _verifier = new EcdsaTokenVerifier(keys, new TokenRules { Issuer = "lucky", Audience = "lucky" }, _clock);
    }

    [Fact]
    public async Task A_valid_token_yields_the_caller()
    {
        var verification = await VerifyAsync(_issuer.Sign(Claims()));

        Assert.Null(verification.Failure);
        Assert.Equal("0197b0f0-0000-7000-8000-000000000001", verification.Principal!.Identity!.Name);
        Assert.True(verification.Principal.IsInRole("CUSTOMER"));
        Assert.False(verification.Principal.IsInRole("ADMIN"));
    }

    [Fact]
    public async Task A_token_is_refused_once_it_expires_even_when_it_was_seen_before()
    {
        var token = _issuer.Sign(Claims());
        Assert.Null((await VerifyAsync(token)).Failure);

        _clock.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(31));

        Assert.Equal("The token has expired.", (await VerifyAsync(token)).Failure);
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("none")]
    [InlineData("ES384")]
    [InlineData("es256")]
    public async Task Other_algorithms_are_refused(string algorithm)
    {
        var verification = await VerifyAsync(_issuer.Sign(Claims(), algorithm));

        Assert.Null(verification.Principal);
        Assert.NotNull(verification.Failure);
        Assert.Equal(0, _issuer.Fetches);
    }

    [Theory]
    [InlineData("iss", "other")]
    [InlineData("aud", "other")]
    [InlineData("sub", "")]
    [InlineData("exp", "soon")]
    [InlineData("nbf", 4102444800L)]
    public async Task Wrong_claims_are_refused(string claim, object value)
    {
        var claims = Claims();
        claims[claim] = value;

        Assert.NotNull((await VerifyAsync(_issuer.Sign(claims))).Failure);
    }

    [Fact]
    public async Task The_audience_may_be_one_of_a_list()
    {
        var claims = Claims();
        claims["aud"] = new[] { "other", "lucky" };

        Assert.Null((await VerifyAsync(_issuer.Sign(claims))).Failure);
    }

    [Fact]
    public async Task A_changed_payload_breaks_the_signature()
    {
        var claims = Claims();
        var token = _issuer.Sign(claims);
        claims["role"] = "ADMIN";
        var forged = _issuer.Sign(claims);
        var spliced = string.Join('.', token.Split('.')[0], forged.Split('.')[1], token.Split('.')[2]);

        Assert.Equal("The token's signature does not match.", (await VerifyAsync(spliced)).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.e30")]
    [InlineData("....")]
    public async Task Text_that_is_no_token_is_refused(string token) => Assert.NotNull((await VerifyAsync(token)).Failure);

    [Fact]
    public async Task Keys_are_fetched_once_and_again_when_a_new_key_appears()
    {
        await VerifyAsync(_issuer.Sign(Claims()));
        await VerifyAsync(_issuer.Sign(Claims()));
        Assert.Equal(1, _issuer.Fetches);

        _issuer.Rotate("k2");
        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Null((await VerifyAsync(_issuer.Sign(Claims()))).Failure);
        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task Made_up_key_ids_cause_one_fetch_per_cooldown()
    {
        await VerifyAsync(_issuer.Sign(Claims()));
        _clock.Advance(TimeSpan.FromSeconds(31));

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("The token is signed with an unknown key.", (await VerifyAsync(_issuer.Sign(Claims(), keyId: $"made-up-{i}"))).Failure);
        }

        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task Known_keys_outlive_an_issuer_that_is_down()
    {
        var token = _issuer.Sign(Claims());
        await VerifyAsync(token);
        _issuer.IsDown = true;
        _clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Null((await VerifyAsync(token)).Failure);
        Assert.Null((await VerifyAsync(_issuer.Sign(Claims()))).Failure);
    }

    [Fact]
    public async Task Without_any_keys_verification_is_unavailable_rather_than_negative()
    {
        _issuer.IsDown = true;
        await Assert.ThrowsAsync<SigningKeysUnavailableException>(() => VerifyAsync(_issuer.Sign(Claims())));

        _issuer.IsDown = false;
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null((await VerifyAsync(_issuer.Sign(Claims()))).Failure);
    }

    [Fact]
    public async Task A_withdrawn_key_ends_its_tokens()
    {
        var token = _issuer.Sign(Claims());
        await VerifyAsync(token);

        _issuer.Rotate("k2");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await VerifyAsync(_issuer.Sign(Claims()));

        Assert.Equal("The token is signed with an unknown key.", (await VerifyAsync(token)).Failure);
    }

    private Dictionary<string, object> Claims() => TokenIssuer.Claims(_clock.GetUtcNow().AddMinutes(15));

    private Task<TokenVerification> VerifyAsync(string token) => _verifier.VerifyAsync(token, CancellationToken.None).AsTask();
}
