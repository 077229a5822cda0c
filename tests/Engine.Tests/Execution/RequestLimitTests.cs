using System.Text.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Validation;

namespace LuckyGraph.Engine.Tests.Execution;

/// <summary>The limits of a server: their defaults, and that each refuses what exceeds it.</summary>
public sealed class RequestLimitTests
{
    private const string Sdl = "type Query { a: Query name: String list: [String!] f(in: [Int]): Int }";

    [Fact]
    public void The_defaults_are_the_documented_ones()
    {
        var request = new GraphQLRequestOptions();
        var validation = ValidationOptions.Default;
        var cost = CostOptions.Default;
        var endpoint = new GraphQLEndpointOptions();

        Assert.Equal((200, 20_000, 20_000, 1_024), (request.MaxDepth, request.MaxTokens, request.MaxSelections, request.MaxBatchSize));
        Assert.Equal((100_000, 64 * 1024 * 1024, 1_000, 2_000), (request.MaxListSize, request.MaxResponseBytes, request.MaxErrors, request.DocumentCacheSize));
        Assert.Equal(TimeSpan.FromSeconds(30), request.ExecutionTimeout);
        Assert.Equal((64, 2_048, 4, 1_000), (validation.MaxDepth, validation.MaxFields, validation.MaxDirectivesPerLocation, validation.MaxListLiteral));
        Assert.Equal((100_000, 100_000, 3, 100), (validation.MaxMergeComparisons, validation.MaxFragmentVisits, validation.MaxIntrospectionDepth, validation.MaxErrors));
        Assert.Equal((true, 1_000d, 1_000d, 10d, 1d, 0d, 1), (cost.Enforce, cost.MaxFieldCost, cost.MaxTypeCost, cost.ResolverWeight, cost.CompositeWeight, cost.ScalarWeight, cost.DefaultListSize));
        Assert.Equal((1024 * 1024, 1_024, 100), (endpoint.MaxRequestBytes, endpoint.MaxBatchSize, endpoint.MaxOperationsPerSocket));
        Assert.Equal(TimeSpan.FromSeconds(10), endpoint.ConnectionInitTimeout);
    }

    public static TheoryData<string, string, string> Limits() => new()
    {
        { "MaxTokens", "{ a { name } }", "{ a { a { name } } }" },
        { "MaxDepth", "{ a { name } }", "{ a { a { name } } }" },
        { "MaxSelections", "{ a { name } }", "{ a { x: name y: name z: name } }" },
        { "MaxFields", "{ a { name } }", "{ a { x: name y: name z: name } }" },
        { "Validation.MaxDepth", "{ a { name } }", "{ a { a { name } } }" },
        { "MaxListLiteral", "{ f(in: [1, 2]) }", "{ f(in: [1, 2, 3]) }" },
        { "MaxListSize", "{ name }", "{ list }" },
        { "MaxResponseBytes", "{ __typename }", "{ name list b: name c: name }" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task What_exceeds_a_limit_is_refused_and_what_does_not_is_served(string limit, string within, string beyond)
    {
        await using var server = new TestServer(g => g.AddSdl(Sdl).ModifyRequestOptions(o => Set(o, limit)));
        var root = JsonSerializer.Deserialize<JsonElement>("""{"name":"abcdefghijklmnopqrstuvwxyz","list":["a","b","c"],"a":{"name":"n","a":{"name":"m"}}}""");

        var served = await server.ExecuteAsync(within, root: root);
        Assert.False(served.TryGetProperty("errors", out _), served.GetRawText());
        var refused = await server.ExecuteAsync(beyond, root: root);
        Assert.True(refused.TryGetProperty("errors", out var errors), refused.GetRawText());
        Assert.Equal("LIMIT_EXCEEDED", errors[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    private static void Set(GraphQLRequestOptions options, string limit)
    {
        switch (limit)
        {
            case "MaxTokens": options.MaxTokens = 8; break;
            case "MaxDepth": options.MaxDepth = 2; break;
            case "MaxSelections": options.MaxSelections = 3; break;
            case "MaxFields": options.Validation = options.Validation with { MaxFields = 3 }; break;
            case "Validation.MaxDepth": options.Validation = options.Validation with { MaxDepth = 2 }; break;
            case "MaxListLiteral": options.Validation = options.Validation with { MaxListLiteral = 2 }; break;
            case "MaxListSize": options.MaxListSize = 2; break;
            case "MaxResponseBytes": options.MaxResponseBytes = 80; break;
            default: throw new ArgumentOutOfRangeException(nameof(limit), limit, null);
        }
    }
}
