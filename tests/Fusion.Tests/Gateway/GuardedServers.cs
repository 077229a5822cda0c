using System.Threading.Channels;
using LuckyGraph.Fusion.Tests.Execution;

namespace LuckyGraph.Fusion.Tests.Gateway;

/// <summary>Two servers with fields and types that not every caller may see.</summary>
internal static class GuardedServers
{
    /// <summary>The definitions of the directives.</summary>
    public const string Directives = """
        directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        """;

    private const string Users = Directives + "\n" + """
        type Query {
          users: [User]
          me: User @authenticated
          must: String! @authenticated
          nodes: [Node]
          audit: Audit
          open: String
        }
        type Mutation { rename(name: String!): String @requiresScopes(scopes: [["users:write"], ["admin"]]) touch: Int }
        type Subscription { ticks: Int @authenticated }
        interface Node { id: ID! label: String @authenticated }
        type User implements Node @key(fields: "id") {
          id: ID!
          label: String
          name: String
          email: String @requiresScopes(scopes: [["users:read", "email"], ["admin"]])
          salary: Int @policy(policies: [["payroll", "staff"], ["ceo"]])
          region: String @authenticated
        }
        type Plain implements Node { id: ID! label: String }
        type Audit @authenticated { entry: String }
        """;

    private const string Shipping = Directives + "\n" + """
        type Query { userById(id: ID!): User @lookup @internal }
        type User @key(fields: "id") { id: ID! cost(region: String @require(field: "region")): Int points: Int @authenticated }
        """;

    public static async Task<SourceServer[]> StartAsync(Channel<object?>? ticks = null)
    {
        var user = ShopServers.Map(
            ("__typename", "User"), ("id", "1"), ("label", "L"), ("name", "Ada"), ("email", "ada@example.com"), ("salary", 100), ("region", "EU"));
        return
        [
            await SourceServer.StartAsync("users", Users, new()
            {
                ["Query.users"] = (_, _) => new[] { user, user }, ["Query.me"] = (_, _) => user, ["Query.must"] = static (_, _) => "m",
                ["Query.nodes"] = (_, _) => new[] { user, ShopServers.Map(("__typename", "Plain"), ("id", "2"), ("label", "P")) },
                ["Query.audit"] = static (_, _) => ShopServers.Map(("entry", "e")), ["Query.open"] = static (_, _) => "o",
                ["Mutation.rename"] = static (_, a) => a["name"], ["Mutation.touch"] = static (_, _) => 1,
            }, ticks is null ? null : new() { ["Subscription.ticks"] = ticks }),
            await SourceServer.StartAsync("shipping", Shipping, new()
            {
                ["Query.userById"] = static (_, a) => ShopServers.Map(("id", a["id"]), ("points", 7)),
                ["User.cost"] = static (_, a) => (string?)a.GetValueOrDefault("region") == "EU" ? 5 : null,
            }),
        ];
    }
}
