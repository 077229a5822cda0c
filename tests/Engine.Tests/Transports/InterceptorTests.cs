using System.Security.Claims;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Transports;

public sealed class InterceptorTests
{
    /// <summary>Says who asks.</summary>
    private sealed class WhoBinding : FieldBinding
    {
        public override ValueTask<object?> ResolveAsync(int field, ResolverContext context)
            => new($"{context.User.Identity?.Name} of {context.GlobalState["tenant"]}");
    }

    /// <summary>Runs after the first one, and sees what that made.</summary>
    private sealed class NameInterceptor : IHttpRequestInterceptor
    {
        public ValueTask<OperationRequest> OnCreateAsync(HttpContext context, OperationRequest request, CancellationToken cancellationToken)
            => ValueTask.FromResult(request with { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, $"guest {request.State!.Count}")], "test")) });
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(
        services => services.AddGraphQL()
            .ConfigureSchema(schema => schema.Object("Query").Field("who", "String", FieldKind.Effect, new WhoBinding()))
            .AddHttpRequestInterceptor((context, request, _) => context.Request.Headers["Tenant"] is [{ Length: > 0 } tenant]
                ? ValueTask.FromResult(request with { State = new Dictionary<string, object?> { ["tenant"] = tenant } })
                : throw new GraphQLException("Name a tenant.", "NO_TENANT"))
            .AddHttpRequestInterceptor<NameInterceptor>(),
        options => options.AllowBatching = true);

    private static async Task<string> PostAsync(TestHost host, string body, string? tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        if (tenant is not null)
        {
            request.Headers.Add("Tenant", tenant);
        }

        using var response = await host.Http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task Interceptors_change_requests_in_the_order_in_which_they_were_added()
    {
        await using var host = await StartAsync();

        Assert.Equal("""{"data":{"who":"guest 1 of north"}}""", await PostAsync(host, """{"query":"{ who }"}""", "north"));
    }

    [Fact]
    public async Task An_interceptor_refuses_with_an_error()
    {
        await using var host = await StartAsync();

        Assert.Equal("""{"errors":[{"message":"Name a tenant.","extensions":{"code":"NO_TENANT"}}]}""", await PostAsync(host, """{"query":"{ who }"}""", null));
    }

    [Fact]
    public async Task Requests_of_a_batch_are_intercepted_each()
    {
        await using var host = await StartAsync();

        Assert.Equal(
            """[{"data":{"who":"guest 1 of south"}},{"data":{"x":"guest 1 of south"}}]""",
            await PostAsync(host, """[{"query":"{ who }"},{"query":"{ x: who }"}]""", "south"));
    }

    [Theory]
    [InlineData(null, "nothing")]
    [InlineData("acme", "acme")]
    public async Task An_operation_of_which_nothing_is_known_has_no_state(string? tenant, string expected)
    {
        string? seen = null;
        await using var host = await TestHost.StartAsync(
            services => services.AddGraphQL()
                .ConfigureSchema(schema => schema.Object("Query").Field("who", "String", FieldKind.Effect, new WhoBinding()))
                .AddHttpRequestInterceptor((_, request, _) =>
                {
                    seen = request.State is { } state ? (string?)state["tenant"] : "nothing";
                    return ValueTask.FromResult(request);
                }),
            options =>
            {
                options.HasState = static context => context.Request.Headers.ContainsKey("Tenant");
                options.ConfigureState = static (context, state) => state["tenant"] = context.Request.Headers["Tenant"].ToString();
            });

        await PostAsync(host, """{"query":"{ __typename }"}""", tenant);

        Assert.Equal(expected, seen);
    }
}
