using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>Access rules hold for every operation of a batch, in whichever form it is sent and answered.</summary>
public sealed class BatchAccessTests
{
    private const string Query = "query($x: Boolean!) { users { name email @include(if: $x) region salary } open }";

    public static readonly TheoryData<string> Forms = ["application/json", "application/jsonl", "text/event-stream", "multipart/mixed"];

    private static async Task<GatewayOver> StartAsync() => await GatewayOver.StartAsync(await GuardedServers.StartAsync(), ("LUCKY_GATEWAY_BATCHING", "true"));

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_set_of_variables_shows_a_caller_only_its_own(string form)
    {
        await using var gateway = await StartAsync();
        var batch = new { query = Query, variables = new[] { new { x = true }, new { x = false } } };

        var anonymous = await SendAsync(gateway, batch, form);
        var asked = string.Join('\n', gateway["users"].Bodies);
        var signedIn = await SendAsync(gateway, batch, form, gateway.Token());
        var askedByUser = string.Join('\n', gateway["users"].Bodies)[asked.Length..];
        var scoped = await SendAsync(gateway, batch, form, gateway.Token(claims: [("scope", "users:read email"), ("policies", new[] { "ceo" })]));
        var again = await SendAsync(gateway, batch, form);

        Assert.Equal(
            [User("\"email\":null,\"region\":null,\"salary\":null"), User("\"region\":null,\"salary\":null")], anonymous.Select(Data));
        Assert.Equal(
            ["users.0.email users.0.region users.0.salary users.1.email users.1.region users.1.salary", "users.0.region users.0.salary users.1.region users.1.salary"],
            anonymous.Select(HiddenPaths));
        Assert.All((string[])["email", "region", "salary"], field => Assert.DoesNotContain(field, asked, StringComparison.Ordinal));
        Assert.Equal([User("\"email\":null,\"region\":\"EU\",\"salary\":null"), User("\"region\":\"EU\",\"salary\":null")], signedIn.Select(Data));
        Assert.All((string[])["email", "salary"], field => Assert.DoesNotContain(field, askedByUser, StringComparison.Ordinal));
        Assert.Equal([User("\"email\":\"ada@example.com\",\"region\":\"EU\",\"salary\":100"), User("\"region\":\"EU\",\"salary\":100")], scoped.Select(Data));
        Assert.All(scoped, static response => Assert.Equal("", HiddenPaths(response)));
        Assert.Equal(anonymous.Select(static r => r.GetRawText()), again.Select(static r => r.GetRawText()));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_request_of_a_list_shows_a_caller_only_its_own(string form)
    {
        await using var gateway = await StartAsync();
        object[] batch =
        [
            new { query = "{ open }" },
            new { query = "{ me { name } open }" },
            new { query = "{ users { points } audit { entry } }" },
            new { query = "query($x: Boolean!) { users { email @include(if: $x) id @skip(if: $x) } }", variables = new[] { new { x = true }, new { x = false } } },
            new { query = "{ must }" },
        ];

        var anonymous = await SendAsync(gateway, batch, form);

        Assert.Equal(
            [
                """{"open":"o"}""", """{"me":null,"open":"o"}""", """{"users":[{"points":null},{"points":null}],"audit":null}""",
                """{"users":[{"email":null},{"email":null}]}""", """{"users":[{"id":"1"},{"id":"1"}]}""", "null",
            ],
            anonymous.Select(Data));
        Assert.Equal(["", "me", "audit users.0.points users.1.points", "users.0.email users.1.email", "", "must"], anonymous.Select(HiddenPaths));
        var asked = string.Join('\n', gateway["users"].Bodies);
        Assert.All((string[])["{me", " me ", "audit", "email", "must"], field => Assert.DoesNotContain(field, asked, StringComparison.Ordinal));
        Assert.Empty(gateway["shipping"].Bodies);

        var signedIn = await SendAsync(gateway, batch, form, gateway.Token());

        Assert.Equal(
            [
                """{"open":"o"}""", """{"me":{"name":"Ada"},"open":"o"}""", """{"users":[{"points":7},{"points":7}],"audit":{"entry":"e"}}""",
                """{"users":[{"email":null},{"email":null}]}""", """{"users":[{"id":"1"},{"id":"1"}]}""", """{"must":"m"}""",
            ],
            signedIn.Select(Data));
        Assert.DoesNotContain("email", string.Join('\n', gateway["users"].Bodies), StringComparison.Ordinal);

        var scoped = await SendAsync(gateway, batch, form, gateway.Token(claims: ("scope", "admin")));

        Assert.Equal("""{"users":[{"email":"ada@example.com"},{"email":"ada@example.com"}]}""", Data(scoped[3]));
        Assert.All(scoped, static response => Assert.Equal("", HiddenPaths(response)));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Hidden_mutations_of_a_batch_do_not_run(string form)
    {
        await using var gateway = await StartAsync();
        const string Rename = "mutation($n: String!) { touch rename(name: $n) }";
        object sets = new { query = Rename, variables = new[] { new { n = "a" }, new { n = "b" } } };
        object[] list = [new { query = Rename, variables = new { n = "a" } }, sets, new { query = "mutation { touch }" }];
        var reader = gateway.Token(claims: ("scope", "users:read"));

        foreach (var authorization in (string?[])[null, reader])
        {
            Assert.Equal(["""{"touch":1,"rename":null}""", """{"touch":1,"rename":null}"""], (await SendAsync(gateway, sets, form, authorization)).Select(Data));
            var mixed = await SendAsync(gateway, list, form, authorization);
            Assert.Equal(["""{"touch":1,"rename":null}""", """{"touch":1,"rename":null}""", """{"touch":1,"rename":null}""", """{"touch":1}"""], mixed.Select(Data));
            Assert.Equal(["rename", "rename", "rename", ""], mixed.Select(HiddenPaths));
        }

        Assert.DoesNotContain("rename", string.Join('\n', gateway["users"].Bodies), StringComparison.Ordinal);

        var writer = gateway.Token(claims: ("scope", "users:write"));
        Assert.Equal(["""{"touch":1,"rename":"a"}""", """{"touch":1,"rename":"b"}"""], (await SendAsync(gateway, sets, form, writer)).Select(Data));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_batch_of_only_hidden_fields_reaches_no_subgraph(string form)
    {
        await using var gateway = await StartAsync();
        object sets = new { query = "query($x: Boolean!) { me @include(if: $x) { id } audit { entry } }", variables = new[] { new { x = true }, new { x = false } } };
        object[] list = [new { query = "{ me { id } }" }, sets, new { query = "mutation { rename(name: \"n\") }" }, new { query = "{ me { ... @defer { name } } }" }];

        Assert.Equal(["""{"me":null,"audit":null}""", """{"audit":null}"""], (await SendAsync(gateway, sets, form)).Select(Data));
        Assert.Equal(
            ["""{"me":null}""", """{"me":null,"audit":null}""", """{"audit":null}""", """{"rename":null}""", """{"me":null}"""],
            (await SendAsync(gateway, list, form)).Select(Data));

        Assert.Empty(gateway["users"].Bodies);
        Assert.Empty(gateway["shipping"].Bodies);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_batch_with_a_token_that_is_not_valid_reaches_no_subgraph(string form)
    {
        await using var gateway = await StartAsync();
        using var response = await RequestAsync(gateway, new { query = "query($x: Boolean) { open }", variables = new[] { new { x = true } } }, form, "Bearer nonsense");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(gateway["users"].Bodies);
    }

    [Fact]
    public async Task Stored_responses_of_batches_show_nobody_what_another_may_see()
    {
        await using var gateway = await GatewayOver.StartAsync(await GuardedServers.StartAsync(), ("LUCKY_GATEWAY_BATCHING", "true"), ("LUCKY_GATEWAY_CACHE", "memory"));
        var batch = new { query = Query, variables = new[] { new { x = true } } };
        foreach (var (authorization, email) in new (string?, string)[]
            { (gateway.Token(claims: ("scope", "admin")), "\"ada@example.com\""), (null, "null"), (gateway.Token(), "null"), (null, "null") })
        {
            Assert.Contains("\"email\":" + email, Data((await SendAsync(gateway, batch, "application/jsonl", authorization))[0]), StringComparison.Ordinal);
        }
    }

    private static string User(string hidden) => $$"""{"users":[{"name":"Ada",{{hidden}}},{"name":"Ada",{{hidden}}}],"open":"o"}""";

    private static string Data(JsonElement response) => response.GetProperty("data").GetRawText();

    /// <summary>The paths of a response's errors, all of which say that a field is hidden.</summary>
    private static string HiddenPaths(JsonElement response)
    {
        if (!response.TryGetProperty("errors", out var errors))
        {
            return "";
        }

        Assert.All(errors.EnumerateArray(), static e => Assert.Equal(GatewayErrorCodes.Unauthorized, e.GetProperty("extensions").GetProperty("code").GetString()));
        return string.Join(' ', errors.EnumerateArray().Select(static e => string.Join('.', e.GetProperty("path").EnumerateArray())).Order(StringComparer.Ordinal));
    }

    private static Task<HttpResponseMessage> RequestAsync(GatewayOver gateway, object body, string form, string? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", form);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return gateway.Http.SendAsync(request);
    }

    /// <summary>The responses of a batch in the order of its requests and sets, whatever order they came in.</summary>
    private static async Task<JsonElement[]> SendAsync(GatewayOver gateway, object body, string form, string? authorization = null)
    {
        using var response = await RequestAsync(gateway, body, form, authorization);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(form, response.Content.Headers.ContentType!.MediaType);
        if (form == "application/json")
        {
            return [.. JsonDocument.Parse(text).RootElement.EnumerateArray()];
        }

        return
        [
            .. text.Split('\n')
                .Select(static line => line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..].Trim() : line.Trim())
                .Where(static line => line.StartsWith('{'))
                .Select(static line => JsonDocument.Parse(line).RootElement)
                .OrderBy(static r => Index(r, "requestIndex")).ThenBy(static r => Index(r, "variableIndex")),
        ];

        static int Index(JsonElement response, string name)
            => response.TryGetProperty(name, out var index) ? int.Parse(index.GetRawText(), CultureInfo.InvariantCulture) : 0;
    }
}
