using System.Net.WebSockets;
using System.Threading.Channels;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Tests.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Fusion.Tests.Gateway;

public sealed class AuthorizationTests
{
    [Fact]
    public async Task Hidden_fields_are_null_with_an_error_each_and_no_subgraph_is_asked_for_them()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());

        var answer = await gateway.PostAsync("{ users { name email points } me { name } open }");

        Assert.Equal("""{"users":[{"name":"Ada","email":null,"points":null},{"name":"Ada","email":null,"points":null}],"me":null,"open":"o"}""", answer.Data);
        Assert.All(answer.Codes, static code => Assert.Equal(GatewayErrorCodes.Unauthorized, code));
        Assert.Equal(["me", "users.0.email", "users.0.points", "users.1.email", "users.1.points"], answer.Paths.Order(StringComparer.Ordinal));
        Assert.All(gateway["users"].Bodies, static body => Assert.DoesNotContain("email", body, StringComparison.Ordinal));
        Assert.All(gateway["users"].Bodies, static body => Assert.DoesNotContain("me {", body, StringComparison.Ordinal));
        Assert.Empty(gateway["shipping"].Bodies);
    }

    [Fact]
    public async Task One_document_serves_every_caller_with_what_it_may_see()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());
        const string Query = "{ users { name email region } }";
        Task<GatewayAnswer> As(params (string, object)[] claims) => gateway.PostAsync(Query, ("Authorization", gateway.Token(claims: claims)));

        Assert.Contains("\"email\":null,\"region\":null", (await gateway.PostAsync(Query)).Data, StringComparison.Ordinal);
        Assert.Contains("\"email\":null,\"region\":\"EU\"", (await As()).Data, StringComparison.Ordinal);
        Assert.Contains("\"email\":null,\"region\":\"EU\"", (await As(("scope", "email"))).Data, StringComparison.Ordinal);
        Assert.Contains("\"email\":\"ada@example.com\",\"region\":\"EU\"", (await As(("scope", "email users:read"))).Data, StringComparison.Ordinal);
        Assert.Empty((await As(("scope", new[] { "admin" }))).Errors);
        Assert.Contains("\"email\":null,\"region\":null", (await gateway.PostAsync(Query)).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conditions_and_defers_below_and_beside_hidden_fields_keep_their_meaning()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());
        const string Query = """
            query($x: Boolean!, $y: Boolean!, $z: Boolean!) {
              me { id @include(if: $x) name @include(if: $y) }
              users { name @include(if: $z) id @skip(if: $z) ... @defer { region } }
            }
            """;

        var hidden = await gateway.PostAsync(new { query = Query, variables = new { x = true, y = true, z = false } });
        var shown = await gateway.PostAsync(new { query = Query, variables = new { x = false, y = true, z = true } }, ("Authorization", gateway.Token()));

        Assert.Equal("""{"me":null,"users":[{"id":"1","region":null},{"id":"1","region":null}]}""", hidden.Data);
        Assert.Equal("""{"me":{"name":"Ada"},"users":[{"name":"Ada","region":"EU"},{"name":"Ada","region":"EU"}]}""", shown.Data);
    }

    [Fact]
    public async Task A_null_that_may_not_be_propagates_and_an_open_sibling_is_lost_with_it()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());

        var answer = await gateway.PostAsync("{ open must }");

        Assert.Equal("null", answer.Data);
        Assert.Equal(["must"], answer.Paths);
        Assert.Equal([GatewayErrorCodes.Unauthorized], answer.Codes);
    }

    [Fact]
    public async Task A_hidden_field_still_serves_as_a_requirement()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());

        var answer = await gateway.PostAsync("{ users { cost region } }");

        Assert.Equal("""{"users":[{"cost":5,"region":null},{"cost":5,"region":null}]}""", answer.Data);
        Assert.Equal(["users.0.region", "users.1.region"], answer.Paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rules_of_a_type_and_of_an_interface_hold_however_a_field_is_reached()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());

        var anonymous = await gateway.PostAsync("{ audit { entry } nodes { id label ... on User { name } } users { label } }");
        var signedIn = await gateway.PostAsync("{ audit { entry } nodes { id label } }", ("Authorization", gateway.Token()));

        Assert.Equal(
            """{"audit":null,"nodes":[{"id":"1","label":null,"name":"Ada"},{"id":"2","label":null}],"users":[{"label":null},{"label":null}]}""", anonymous.Data);
        Assert.Equal("""{"audit":{"entry":"e"},"nodes":[{"id":"1","label":"L"},{"id":"2","label":"P"}]}""", signedIn.Data);
        Assert.Empty(signedIn.Errors);
    }

    [Fact]
    public async Task A_hidden_mutation_does_not_run_while_its_neighbours_do()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync());

        var answer = await gateway.PostAsync("mutation { touch rename(name: \"x\") again: touch }", ("Authorization", gateway.Token(claims: ("scope", "users:read"))));
        var granted = await gateway.PostAsync("mutation { rename(name: \"x\") }", ("Authorization", gateway.Token(claims: ("scope", "users:write"))));

        Assert.Equal("""{"touch":1,"rename":null,"again":1}""", answer.Data);
        Assert.Equal(["rename"], answer.Paths);
        Assert.Equal("""{"rename":"x"}""", granted.Data);
        Assert.Single(gateway["users"].Bodies, static body => body.Contains("rename", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hidden_subscription_is_refused_and_an_allowed_one_streams()
    {
        var ticks = Channel.CreateUnbounded<object?>();
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync(ticks));
        var address = new Uri($"ws://{gateway.Http.BaseAddress!.Authority}/graphql");

        using var anonymous = await GatewayHostTests.ConnectAsync(address, "{}");
        await GatewayHostTests.SendAsync(anonymous, """{"id":"s","type":"subscribe","payload":{"query":"subscription { ticks }"}}""");
        Assert.Contains(GatewayErrorCodes.Unauthorized, (await GatewayHostTests.ReceiveAsync(anonymous)).GetRawText(), StringComparison.Ordinal);
        Assert.Empty(gateway["users"].Bodies);

        using var signedIn = await GatewayHostTests.ConnectAsync(address, $$"""{"authorization":"{{gateway.Token()}}"}""");
        await GatewayHostTests.SendAsync(signedIn, """{"id":"s","type":"subscribe","payload":{"query":"subscription { ticks }"}}""");
        await ticks.Writer.WriteAsync(3);
        Assert.Equal(3, (await GatewayHostTests.ReceiveAsync(signedIn)).GetProperty("payload").GetProperty("data").GetProperty("ticks").GetInt32());
    }

    [Fact]
    public async Task Policies_are_what_the_host_says_or_a_claim_of_the_token()
    {
        await using var byClaim = await GatewayOver.StartAsync(await GuardedServers.StartAsync());
        const string Query = "{ users { salary } }";
        Task<GatewayAnswer> As(params string[] policies) => byClaim.PostAsync(Query, ("Authorization", byClaim.Token(claims: ("policies", policies))));

        Assert.Equal(2, (await As("payroll")).Errors.Length);
        Assert.Empty((await As("payroll", "staff")).Errors);
        Assert.Empty((await As("ceo")).Errors);

        PolicyEvaluator host = static (request, policy, _) => ValueTask.FromResult(policy == "ceo" && request.User?.FindFirst("sub")?.Value == "boss");
        await using var byHost = await GatewayOver.StartAsync(await GuardedServers.StartAsync(), services => services.AddSingleton(host));
        Assert.Equal(2, (await byHost.PostAsync(Query, ("Authorization", byHost.Token("clerk")))).Errors.Length);
        Assert.Empty((await byHost.PostAsync(Query, ("Authorization", byHost.Token("boss")))).Errors);
    }
}
