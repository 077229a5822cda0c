using System.Security.Claims;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Engine.Tests.Execution;

public sealed class ExecutorTests
{
    private readonly ScriptedBinding _binding = new();

    private static ValueTask<object?> Value(object? value) => new(value);

    private TestServer QueryServer(Action<ComplexTypeBuilder, SchemaBuilder> define, Action<GraphQLServerBuilder>? configure = null, Action<IServiceCollection>? services = null)
        => new(
            graphql =>
            {
                graphql.ConfigureSchema(schema => define(schema.Object("Query"), schema));
                configure?.Invoke(graphql);
            },
            services);

    private static ClaimsPrincipal User(params string[] roles)
        => new(new ClaimsIdentity(roles.Select(r => new Claim("role", r)), "test"));

    [Fact]
    public async Task Mutations_run_one_after_another_and_each_is_written_before_the_next_starts()
    {
        var counter = new int[1];
        await using var server = new TestServer(graphql => graphql.ConfigureSchema(schema =>
        {
            _binding.Effect(schema.Object("Query"), "x", "Int", _ => Value(1));
            _binding.Effect(schema.Object("Mutation"), "next", "Counter!", async _ =>
            {
                await Task.Yield();
                counter[0]++;
                return counter;
            });
            // Read while the response is written: a late write would show.
            _binding.Leaf<int[]>(schema.Object("Counter"), "value", "Int!", c => c[0]);
            _binding.Effect(schema.Object("Counter"), "later", "Int!", async c =>
            {
                await Task.Yield();
                return ((int[])c.Parent!)[0];
            });
        }));

        Assert.Equal(
            """{"data":{"a":{"value":1,"later":1},"b":{"later":2,"value":2},"c":{"value":3}}}""",
            await server.ExecuteTextAsync("mutation { a: next { value later } b: next { later value } c: next { value } }"));
    }

    [Fact]
    public async Task Resolver_calls_of_queries_have_their_own_services_and_mutations_share_theirs()
    {
        var disposals = new DisposalCounter();
        var seen = new List<ScopedService>();
        ValueTask<object?> Remember(ResolverContext context)
        {
            seen.Add(context.Service<ScopedService>());
            return Value(1);
        }

        await using var server = new TestServer(
            graphql => graphql.ConfigureSchema(schema =>
            {
                _binding.Effect(schema.Object("Query"), "x", "Int", Remember);
                _binding.Effect(schema.Object("Mutation"), "x", "Int", Remember);
            }),
            services => services.AddSingleton(disposals).AddScoped<ScopedService>());

        await server.ExecuteAsync("{ a: x b: x }");
        Assert.Equal((2, 2), (seen.Distinct().Count(), disposals.Count));

        seen.Clear();
        await server.ExecuteAsync("mutation { a: x b: x }");
        Assert.Equal((1, 3), (seen.Distinct().Count(), disposals.Count));
    }

    [Fact]
    public async Task Unexpected_exceptions_are_masked_and_known_ones_pass_with_code_path_and_place()
    {
        await using var server = QueryServer((query, _) =>
        {
            _binding.Effect(query, "secret", "Int", _ => throw new InvalidOperationException("password=1234"));
            _binding.Effect(query, "known", "Int", async _ =>
            {
                await Task.Yield();
                throw new GraphQLException("Out of stock.", "OUT_OF_STOCK");
            });
        });

        var response = await server.ExecuteAsync("{ secret\n  k: known }");

        Assert.DoesNotContain("1234", response.GetRawText());
        Assert.Equal("INTERNAL_SERVER_ERROR", response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(
            """{"message":"Out of stock.","locations":[{"line":2,"column":3}],"path":["k"],"extensions":{"code":"OUT_OF_STOCK"}}""",
            response.GetProperty("errors")[1].GetRawText());
        Assert.Equal("""{"secret":null,"k":null}""", response.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Error_filters_rewrite_errors_in_order()
    {
        await using var server = QueryServer(
            (query, _) => _binding.Effect(query, "x", "Int", _ => throw new ArgumentException("too small")),
            graphql => graphql
                .AddErrorFilter(error => error.Exception is ArgumentException e ? error with { Message = e.Message, Code = "ARGUMENT" } : error)
                .AddErrorFilter(error => error with { Message = error.Message + "!" }));

        var error = (await server.ExecuteAsync("{ x }")).GetProperty("errors")[0];

        Assert.Equal(("too small!", "ARGUMENT"), (error.GetProperty("message").GetString(), error.GetProperty("extensions").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_request_that_runs_out_of_time_is_answered_although_its_resolver_never_ends()
    {
        await using var server = QueryServer(
            (query, _) => _binding.Effect(query, "x", "Int", async _ =>
            {
                await new TaskCompletionSource().Task;
                return 1;
            }),
            graphql => graphql.ModifyRequestOptions(o => o.ExecutionTimeout = TimeSpan.FromMilliseconds(50)));

        await using var result = (SingleResult)await server.Executor.ExecuteAsync(TestServer.Request("{ x }"), default).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(RequestErrorKind.Timeout, result.RequestError);
        Assert.Equal("REQUEST_TIMEOUT", TestServer.Parse(result).GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_request_whose_resolvers_give_up_in_time_is_a_timeout_too()
    {
        await using var server = QueryServer(
            (query, _) => _binding.Effect(query, "x", "Int", async c =>
            {
                await Task.Delay(Timeout.Infinite, c.CancellationToken);
                return 1;
            }),
            graphql => graphql.ModifyRequestOptions(o => o.ExecutionTimeout = TimeSpan.FromMilliseconds(30)));

        for (var round = 0; round < 10; round++)
        {
            await using var result = (SingleResult)await server.Executor.ExecuteAsync(TestServer.Request("{ a: x b: x }"), default);
            Assert.Equal(RequestErrorKind.Timeout, result.RequestError);
        }
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_request()
    {
        using var client = new CancellationTokenSource();
        await using var server = QueryServer((query, _) => _binding.Effect(query, "x", "Int", async c =>
        {
            client.Cancel();
            await Task.Delay(Timeout.Infinite, c.CancellationToken);
            return 1;
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await server.Executor.ExecuteAsync(TestServer.Request("{ x }"), client.Token));
    }

    [Fact]
    public async Task Lists_and_responses_are_limited()
    {
        await using var server = QueryServer(
            (query, schema) =>
            {
                _binding.Composite<object>(query, "items", "[Item]", _ => Enumerable.Range(0, 1_000_000).Select(i => (object)i));
                _binding.Effect(query, "text", "String", _ => Value(new string('x', 5_000)));
                _binding.Leaf<int>(schema.Object("Item"), "id", "Int", i => i);
            },
            graphql => graphql.ModifyRequestOptions(o => (o.MaxListSize, o.MaxResponseBytes) = (1_000, 4_000)));

        Assert.Equal("LIMIT_EXCEEDED", (await server.ExecuteAsync("{ items { id } }")).GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        var large = await server.ExecuteAsync("{ text }");
        Assert.False(large.TryGetProperty("data", out _));
        Assert.Equal("LIMIT_EXCEEDED", large.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(ErrorMode.Propagate, """{"a":1,"item":null}""")]
    [InlineData(ErrorMode.Null, """{"a":1,"item":{"id":7,"name":null,"after":7}}""")]
    [InlineData(ErrorMode.Halt, "null")]
    public async Task The_error_mode_decides_what_a_failed_field_takes_with_it(ErrorMode mode, string expected)
    {
        await using var server = QueryServer((query, schema) =>
        {
            _binding.Leaf<object>(query, "a", "Int!", _ => 1);
            _binding.Composite<object>(query, "item", "Item", _ => 7);
            var item = schema.Object("Item");
            _binding.Leaf<int>(item, "id", "Int!", i => i);
            _binding.Leaf<int>(item, "name", "String!", _ => null);
            _binding.Leaf<int>(item, "after", "Int!", i => i);
        });

        var response = await server.ExecuteAsync(TestServer.Request("{ a item { id name after } }") with { OnError = mode });

        Assert.Equal(expected, response.GetProperty("data").GetRawText());
        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal("""["item","name"]""", error.GetProperty("path").GetRawText());
    }

    [Fact]
    public async Task A_pure_getter_that_throws_fails_its_field_alone()
    {
        await using var server = QueryServer((query, _) =>
        {
            _binding.Leaf<object>(query, "a", "Int", _ => 1);
            _binding.Leaf<object>(query, "b", "Int", _ => throw new GraphQLException("no b"));
            _binding.Leaf<object>(query, "c", "Int", _ => null);
            _binding.Leaf<object>(query, "d", "Int", _ => 4);
        });

        var response = await server.ExecuteAsync("{ a b c d }");

        Assert.Equal("""{"a":1,"b":null,"c":null,"d":4}""", response.GetProperty("data").GetRawText());
        Assert.Single(response.GetProperty("errors").EnumerateArray());
    }

    [Fact]
    public async Task Authorization_comes_before_resolving_and_covers_pure_fields()
    {
        var resolved = 0;
        await using var server = QueryServer((query, _) =>
        {
            _binding.Effect(query, "orders", "Int", _ => Value(++resolved)).Authorize([], null);
            _binding.Leaf<object>(query, "revenue", "Int", _ => 42).Authorize(["ADMIN", "SELLER"], null);
            _binding.Leaf<object>(query, "open", "Int", _ => 1);
        });
        async Task<JsonElement> Ask(ClaimsPrincipal? user) => await server.ExecuteAsync(TestServer.Request("{ orders revenue open }") with { User = user });

        var anonymous = await Ask(null);
        Assert.Equal("""{"orders":null,"revenue":null,"open":1}""", anonymous.GetProperty("data").GetRawText());
        Assert.Equal(
            [("AUTH_NOT_AUTHENTICATED", """["orders"]"""), ("AUTH_NOT_AUTHENTICATED", """["revenue"]""")],
            anonymous.GetProperty("errors").EnumerateArray().Select(e => (e.GetProperty("extensions").GetProperty("code").GetString(), e.GetProperty("path").GetRawText())));
        Assert.Equal(0, resolved);

        var customer = await Ask(User("CUSTOMER"));
        Assert.Equal("""{"orders":1,"revenue":null,"open":1}""", customer.GetProperty("data").GetRawText());
        Assert.Equal("AUTH_NOT_AUTHORIZED", customer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());

        Assert.Equal("""{"data":{"orders":2,"revenue":42,"open":1}}""", (await Ask(User("SELLER"))).GetRawText());
    }

    [Fact]
    public async Task Policies_are_asked_of_the_hosts_authorization_service()
    {
        await using var server = QueryServer(
            (query, _) => _binding.Effect(query, "x", "Int", _ => Value(1)).Authorize([], "Adult"),
            services: s => s.AddLogging().AddAuthorization(o => o.AddPolicy("Adult", p => p.RequireClaim("adult"))));

        Assert.Equal(
            "AUTH_NOT_AUTHORIZED",
            (await server.ExecuteAsync(TestServer.Request("{ x }") with { User = User() })).GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        var adult = new ClaimsPrincipal(new ClaimsIdentity([new Claim("adult", "yes")], "test"));
        Assert.Equal("""{"data":{"x":1}}""", (await server.ExecuteAsync(TestServer.Request("{ x }") with { User = adult })).GetRawText());
    }

    [Fact]
    public async Task More_conditions_than_a_word_has_bits_are_kept_apart()
    {
        await using var server = QueryServer((query, _) => _binding.Leaf<object>(query, "x", "Int", _ => 1));
        var names = Enumerable.Range(0, 100).ToList();
        var document = $"query ({string.Join(" ", names.Select(i => $"$v{i}: Boolean!"))}) {{ {string.Join(" ", names.Select(i => $"f{i}: x @include(if: $v{i})"))} }}";

        for (var round = 0; round < 40; round++)
        {
            var random = new Random(round);
            var variables = names.ToDictionary(i => $"v{i}", _ => random.Next(2) == 0);
            var response = await server.ExecuteAsync(document, variables);
            Assert.Equal(names.Where(i => variables[$"v{i}"]).Select(i => $"f{i}"), response.GetProperty("data").EnumerateObject().Select(m => m.Name));
        }
    }

    [Fact]
    public async Task Fields_come_in_the_order_of_their_first_included_occurrence()
    {
        await using var server = QueryServer((query, _) =>
        {
            _binding.Leaf<object>(query, "a", "Int", _ => 1);
            _binding.Leaf<object>(query, "b", "Int", _ => 2);
        });
        const string Document = "query ($x: Boolean!) { a @include(if: $x) b a }";

        Assert.Equal("""{"data":{"a":1,"b":2}}""", await server.ExecuteTextAsync(Document, new { x = true }));
        Assert.Equal("""{"data":{"b":2,"a":1}}""", await server.ExecuteTextAsync(Document, new { x = false }));
    }

    [Fact]
    public async Task Fragments_that_multiply_are_refused()
    {
        await using var server = QueryServer(
            (query, _) =>
            {
                _binding.Composite<object>(query, "self", "Query", q => q);
                _binding.Leaf<object>(query, "x", "Int", _ => 1);
            },
            graphql => graphql.ModifyRequestOptions(o => o.Validation = o.Validation with { MaxFields = int.MaxValue }));
        var fragments = string.Concat(Enumerable.Range(0, 25).Select(i => $"fragment F{i} on Query {{ a: self {{ ...F{i + 1} }} b: self {{ ...F{i + 1} }} }} "));

        var response = await server.ExecuteAsync($"{{ ...F0 }} {fragments} fragment F25 on Query {{ x }}").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.False(response.TryGetProperty("data", out _));
        Assert.NotEqual("INTERNAL_SERVER_ERROR", response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Resolvers_know_what_is_selected_below_and_may_report_beside_their_result()
    {
        var seen = new List<bool>();
        await using var server = QueryServer((query, schema) =>
        {
            _binding.Effect(query, "item", "Item", c =>
            {
                seen.AddRange([c.IsSelected("id"), c.IsSelected("item.id"), c.IsSelected("item.name"), c.IsSelected("name")]);
                c.ReportError(new GraphQLError("stale") { Code = "STALE" });
                return Value(3);
            });
            var item = schema.Object("Item");
            _binding.Leaf<int>(item, "id", "Int", i => i);
            _binding.Leaf<int>(item, "name", "Int", i => i);
            _binding.Composite<int>(item, "item", "Item", i => i);
        });

        var response = await server.ExecuteAsync("query ($no: Boolean!) { item { item { ...F name @include(if: $no) } } } fragment F on Item { id }", new { no = false });

        Assert.Equal([false, true, false, false], seen);
        Assert.Equal("""{"item":{"item":{"id":3}}}""", response.GetProperty("data").GetRawText());
        Assert.Equal("STALE", response.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Batch_resolvers_get_all_parents_of_a_level_at_once()
    {
        var calls = new List<int>();
        await using var server = QueryServer((query, schema) =>
        {
            _binding.Composite<object>(query, "items", "[Item!]!", _ => new object[] { 1, 2, 3 });
            var item = schema.Object("Item");
            _binding.Batch(item, "double", "Int!", async c =>
            {
                await Task.Yield();
                calls.Add(c.Parents.Count);
                for (var i = 0; i < c.Parents.Count; i++)
                {
                    if ((int)c.Parents[i] == 2)
                    {
                        c.SetError(i, new GraphQLError("two is broken"));
                    }
                    else
                    {
                        c.SetResult(i, (int)c.Parents[i] * 2);
                    }
                }
            });
            _binding.Composite<int>(item, "same", "Item", i => i);
        });

        var response = await server.ExecuteAsync("{ items { same { double } } }");

        Assert.Equal([3], calls);
        Assert.Equal("""{"items":[{"same":{"double":2}},{"same":null},{"same":{"double":6}}]}""", response.GetProperty("data").GetRawText());
        Assert.Equal("""["items",1,"same","double"]""", Assert.Single(response.GetProperty("errors").EnumerateArray()).GetProperty("path").GetRawText());
    }

    [Fact]
    public async Task Values_of_derived_classes_have_the_type_of_their_base()
    {
        await using var server = QueryServer((query, schema) =>
        {
            schema.Interface("Node").Field("id", "Int");
            _binding.Composite<object>(query, "nodes", "[Node]", _ => new object[] { new Person(), new Proxy(), "no node" });
            _binding.Leaf<Person>(schema.Object("Person", typeof(Person)).Implements("Node"), "id", "Int", _ => 1);
        });

        var response = await server.ExecuteAsync("{ nodes { __typename id } }");

        Assert.Equal("""[{"__typename":"Person","id":1},{"__typename":"Person","id":1},null]""", response.GetProperty("data").GetProperty("nodes").GetRawText());
        Assert.Single(response.GetProperty("errors").EnumerateArray());
    }

    [Fact]
    public async Task Requests_that_cannot_run_say_why()
    {
        await using var server = new TestServer(graphql => graphql.ConfigureSchema(schema =>
        {
            _binding.Leaf<object>(schema.Object("Query"), "x", "Int", _ => 1);
            _binding.Effect(schema.Object("Mutation"), "y", "Int", _ => Value(1));
        }));
        async Task<(RequestErrorKind, string?)> Ask(OperationRequest request)
        {
            await using var result = (SingleResult)await server.Executor.ExecuteAsync(request, default);
            return (result.RequestError, TestServer.Parse(result).GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        }

        Assert.Equal((RequestErrorKind.Syntax, "GRAPHQL_PARSE_FAILED"), await Ask(TestServer.Request("{ x")));
        Assert.Equal((RequestErrorKind.Validation, "GRAPHQL_VALIDATION_FAILED"), await Ask(TestServer.Request("{ z }")));
        Assert.Equal((RequestErrorKind.Validation, "OPERATION_RESOLUTION_FAILURE"), await Ask(TestServer.Request("query A { x } query B { x }")));
        Assert.Equal((RequestErrorKind.Validation, "OPERATION_RESOLUTION_FAILURE"), await Ask(TestServer.Request("query A { x }") with { OperationName = "C" }));
        Assert.Equal((RequestErrorKind.Validation, "BAD_USER_INPUT"), await Ask(TestServer.Request("query ($b: Boolean!) { x @skip(if: $b) }")));
        Assert.Equal((RequestErrorKind.MethodNotAllowed, "BAD_REQUEST"), await Ask(TestServer.Request("mutation { y }") with { ReadOnly = true }));
        Assert.Equal((RequestErrorKind.BadRequest, "PERSISTED_QUERY_NOT_FOUND"), await Ask(new OperationRequest { DocumentId = "abc" }));
    }

    [Fact]
    public async Task Many_requests_at_once_compile_a_document_once_and_all_get_their_answer()
    {
        var compiled = 0;
        var cache = new DocumentCache(100, source =>
        {
            Interlocked.Increment(ref compiled);
            return CompiledDocument.Create(new SchemaBuilder().AddSdl("type Query { x: Int }").Build(), new GraphQLRequestOptions(), source);
        });

        var documents = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => cache.Get("{ x }"u8.ToArray()))));

        Assert.Equal(1, compiled);
        Assert.Single(documents.Distinct());
    }

    [Fact]
    public void The_document_cache_forgets_what_is_not_used()
    {
        var schema = new SchemaBuilder().AddSdl("type Query { x: Int }").Build();
        var compiled = new List<string>();
        var cache = new DocumentCache(10, source =>
        {
            compiled.Add(System.Text.Encoding.UTF8.GetString(source.Span));
            return CompiledDocument.Create(schema, new GraphQLRequestOptions(), source);
        });

        for (var i = 0; i < 100; i++)
        {
            cache.Get(System.Text.Encoding.UTF8.GetBytes($"{{ a{i}: x }}"));
            cache.Get("{ x }"u8.ToArray());
        }

        Assert.Equal(1, compiled.Count(c => c == "{ x }"));
        cache.Get("{ a0: x }"u8.ToArray());
        Assert.Equal(2, compiled.Count(c => c == "{ a0: x }"));
    }

    private class Person;

    private sealed class Proxy : Person;
}
