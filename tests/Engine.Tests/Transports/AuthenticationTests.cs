using System.Net;
using System.Net.Http.Headers;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Tests.Authentication;

namespace LuckyGraph.Engine.Tests.Transports;

public sealed class AuthenticationTests
{
    private readonly ScriptedExecutor _executor = new();
    private readonly TokenIssuer _issuer = new();

    [Fact]
    public async Task A_valid_token_names_the_user_and_is_handed_on()
    {
        await using var host = await TestHost.StartAsync(_executor, services: services => WebSocketTests.AddBearer(services, _issuer));
        var token = _issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5)));
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }"}""");
        var data = await HttpTransportTests.DataAsync(response);

        Assert.Equal("0197b0f0-0000-7000-8000-000000000001", data.GetProperty("user").GetString());
        Assert.Equal("Bearer " + token, data.GetProperty("authorization").GetString());
    }

    [Fact]
    public async Task Without_a_token_the_request_is_anonymous()
    {
        await using var host = await TestHost.StartAsync(_executor, services: services => WebSocketTests.AddBearer(services, _issuer));

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }"}""");
        var data = await HttpTransportTests.DataAsync(response);

        Assert.Equal(System.Text.Json.JsonValueKind.Null, data.GetProperty("user").ValueKind);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, data.GetProperty("authorization").ValueKind);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/graphql-response+json")]
    public async Task An_expired_token_is_answered_401_with_a_code(string accept)
    {
        await using var host = await TestHost.StartAsync(_executor, services: services => WebSocketTests.AddBearer(services, _issuer));
        var token = _issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(-5)));
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }"}""", accept);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(ErrorCodes.NotAuthenticated, await HttpTransportTests.CodeAsync(response));
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        Assert.Empty(_executor.Requests);
    }

    [Fact]
    public async Task While_the_issuer_is_down_a_token_is_answered_503()
    {
        _issuer.IsDown = true;
        await using var host = await TestHost.StartAsync(_executor, services: services => WebSocketTests.AddBearer(services, _issuer));
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _issuer.Sign(TokenIssuer.Claims(DateTimeOffset.UtcNow.AddMinutes(5))));

        using var response = await HttpTransportTests.PostAsync(host, """{"query":"{ a }"}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }
}
