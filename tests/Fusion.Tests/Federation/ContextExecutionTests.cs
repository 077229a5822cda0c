namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>Arguments that take values of enclosing objects (<c>@context</c>, <c>@fromContext</c>), over people's own Federation servers.</summary>
public sealed class ContextExecutionTests
{
    private static readonly string[] s_subgraphs = ["shop", "rates", "catalog", "ids"];

    public static TheoryData<string, string> Operations => new()
    {
        { "{ regions(count: 1) { best { price } } }", "{'data':{'regions':[{'best':{'price':'20 EUR'}}]}}" },
        // One entity in several contexts, twice in one, and in one whose value is null.
        { "{ regions { products { id price } } }", "{'data':{'regions':[{'products':[{'id':'p1','price':'10 EUR'},{'id':'p2','price':'20 EUR'}]},{'products':[{'id':'p1','price':'10 USD'},{'id':'p1','price':'10 USD'}]},{'products':[{'id':'p2','price':'20 null'}]},{'products':[{'id':'p2','price':'20 EUR'}]}]}}" },
        // The nearest object that sets the context wins, also with null.
        { "{ regions { currency shops { products { price } } products { price } } }", "{'data':{'regions':[{'currency':'EUR','shops':[{'products':[{'price':'10 GBP'}]}],'products':[{'price':'10 EUR'},{'price':'20 EUR'}]},{'currency':'USD','shops':[{'products':[{'price':'20 null'},{'price':'10 null'}]}],'products':[{'price':'10 USD'},{'price':'10 USD'}]},{'currency':null,'shops':[],'products':[{'price':'20 null'}]},{'currency':'EUR','shops':[{'products':[{'price':'10 GBP'}]},{'products':[{'price':'20 null'},{'price':'10 null'}]}],'products':[{'price':'20 EUR'}]}]}}" },
        // The value comes from another schema.
        { "{ regions { products { taxed } shops { products { taxed } } } }", "{'data':{'regions':[{'products':[{'taxed':'10 + 5% EUR'},{'taxed':'20 + 5% EUR'}],'shops':[{'products':[{'taxed':'10 + 1% GBP'}]}]},{'products':[{'taxed':'10 + 10% USD'},{'taxed':'10 + 10% USD'}],'shops':[{'products':[{'taxed':'20 + 1% null'},{'taxed':'10 + 1% null'}]}]},{'products':[{'taxed':'20 + null% null'}],'shops':[]},{'products':[{'taxed':'20 + 20% EUR'}],'shops':[{'products':[{'taxed':'10 + 1% GBP'}]},{'products':[{'taxed':'20 + 1% null'},{'taxed':'10 + 1% null'}]}]}]}}" },
        // The entity comes from another schema, its key from a third.
        { "{ regions { featured { title price cost } } }", "{'data':{'regions':[{'featured':[{'title':'Title s2','price':'20 EUR','cost':20},{'title':'Title s1','price':'10 EUR','cost':10}]},{'featured':[]},{'featured':[{'title':'Title s2','price':'20 null','cost':20},{'title':'Title s1','price':'10 null','cost':10}]},{'featured':[{'title':'Title s2','price':'20 EUR','cost':20},{'title':'Title s1','price':'10 EUR','cost':10}]}]}}" },
        // The client's own arguments, under aliases, beside the context's.
        { "query($d: Int!) { regions(count: 2) { best { plain: price exact: price(digits: $d) one: price(digits: 1) } } }", "{'data':{'regions':[{'best':{'plain':'20 EUR','exact':'20.00 EUR','one':'20.0 EUR'}},{'best':{'plain':'10 USD','exact':'10.00 USD','one':'10.0 USD'}}]}}" },
        // A union sets the context, and its types have different fields.
        { "{ found { __typename ... on Person { works { by } } ... on Company { work { id by } } } }", "{'data':{'found':[{'__typename':'Person','works':[{'by':'w1 by Ada'},{'by':'w2 by Ada'}]},{'__typename':'Company','work':{'id':'w1','by':'w1 by Acme'}},{'__typename':'Company','work':{'id':'w2','by':'w2 by null'}}]}}" },
        // An interface sets the context; one of the values is a list.
        { "{ places { stop { at } } }", "{'data':{'places':[{'stop':{'at':'s1 at Rome of [\\'Leo\\',null]'}},{'stop':{'at':'s1 at Orta of []'}},{'stop':{'at':'s2 at null of null'}}]}}" },
        { "query($p: Boolean!) { regions(count: 2) { best { id price @include(if: $p) } products @skip(if: $p) { price } } }", "{'data':{'regions':[{'best':{'id':'p2','price':'20 EUR'}},{'best':{'id':'p1','price':'10 USD'}}]}}" },
    };

    [Theory, MemberData(nameof(Operations))]
    public async Task Arguments_take_values_of_enclosing_objects(string operation, string expected)
    {
        using var gateway = await FederatedGateway.OverAsync("context", s_subgraphs);
        Assert.Equal(expected, await gateway.RunAsync(operation, Variables));
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task Over_the_supergraph_of_Apollo_s_composition_they_do_too(string operation, string expected)
    {
        using var gateway = await FederatedGateway.OverSupergraphAsync("context", s_subgraphs);
        Assert.Equal(expected, await gateway.RunAsync(operation, Variables));
    }

    [Fact]
    public async Task Entities_in_equal_contexts_share_a_list_and_further_contexts_an_operation()
    {
        using var gateway = await FederatedGateway.OverAsync("context", s_subgraphs);
        await NodeSubgraphs.RequestsAsync("context");
        await gateway.RunAsync("{ regions { products { price } } }");
        var body = (await NodeSubgraphs.RequestsAsync("context")).Single(r => r.Body.GetProperty("query").GetString()!.Contains("_entities", StringComparison.Ordinal)).Body;
        Assert.StartsWith(
            "query($representations_0:[_Any!]!,$r_price_in_0:String,$representations_1:[_Any!]!,$r_price_in_1:String,$representations_2:[_Any!]!,", body.GetProperty("query").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            """{"representations_0":[{"__typename":"Product","id":"p1"},{"__typename":"Product","id":"p2"}],"r_price_in_0":"EUR","representations_1":[{"__typename":"Product","id":"p1"}],"r_price_in_1":"USD","representations_2":[{"__typename":"Product","id":"p2"}],"r_price_in_2":null,"representations_3":[],"r_price_in_3":null,"if_3":false}""",
            body.GetProperty("variables").GetRawText());
    }

    [Fact]
    public async Task One_context_needs_no_aliases()
    {
        using var gateway = await FederatedGateway.OverAsync("context", s_subgraphs);
        await NodeSubgraphs.RequestsAsync("context");
        await gateway.RunAsync("{ regions(count: 1) { products { price } best { price } } }");
        var body = (await NodeSubgraphs.RequestsAsync("context")).Single(r => r.Body.GetProperty("query").GetString()!.Contains("_entities", StringComparison.Ordinal)).Body;
        Assert.Equal(
            "query($r_price_in:String,$representations:[_Any!]!){_entities(representations:$representations){... on Product{price(in:$r_price_in)}}}", body.GetProperty("query").GetString());
        Assert.Equal("""{"representations":[{"__typename":"Product","id":"p1"},{"__typename":"Product","id":"p2"}],"r_price_in":"EUR"}""", body.GetProperty("variables").GetRawText());
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public async Task More_contexts_than_a_request_may_have_fields_make_further_requests(int maxAliasedFields, int expected)
    {
        using var gateway = FederatedGateway.Over(await NodeSubgraphs.LoadAsync("context", s_subgraphs), null, maxAliasedFields);
        await NodeSubgraphs.RequestsAsync("context");
        Assert.Equal(
            "{'data':{'regions':[{'best':{'price':'20 EUR'}},{'best':{'price':'10 USD'}},{'best':{'price':'20 null'}}]}}", await gateway.RunAsync("{ regions(count: 3) { best { price } } }"));
        Assert.Equal(expected, (await NodeSubgraphs.RequestsAsync("context")).Count(r => r.Body.GetProperty("query").GetString()!.Contains("_entities", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_error_is_reported_where_its_entity_is()
    {
        using var gateway = await FederatedGateway.OverAsync("context", s_subgraphs);
        Assert.Equal(
            "{'data':{'regions':[{'best':{'price':'20 EUR'}}],'broken':{'best':{'id':'p1','price':null},'shops':[],'products':[{'price':null}]}},'errors':[{'message':'no such currency','path':['broken','best','price'],'extensions':{'code':'SUBGRAPH_ERROR','service':'shop'}},{'message':'no such currency','path':['broken','products',0,'price'],'extensions':{'code':'SUBGRAPH_ERROR','service':'shop'}}]}",
            await gateway.RunAsync("{ regions(count: 1) { best { price } } broken { best { id price } shops { id } products { price } } }"));
    }

    [Fact]
    public async Task Clients_do_not_see_the_arguments()
    {
        using var gateway = await FederatedGateway.OverAsync("context", s_subgraphs);
        var answer = await gateway.RunAsync("{ regions { best { price(in: null) } } }");
        Assert.Contains("GRAPHQL_VALIDATION_FAILED", answer, StringComparison.Ordinal);
        Assert.Contains("Product.price", answer, StringComparison.Ordinal);
    }

    private const string Variables = """{"d":2,"p":true}""";
}
