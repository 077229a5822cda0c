using LuckyGraph.Fusion.Composition;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Tests.Execution;
using LuckyGraph.Fusion.Tests.Planning;

namespace LuckyGraph.Fusion.Tests.Federation;

/// <summary>Operations over people's own Federation servers, and over the supergraphs that Apollo's composition makes of them.</summary>
public sealed class FederatedExecutionTests
{
    private static readonly Dictionary<string, string[]> s_subgraphs = new()
    {
        ["shop"] = ["accounts", "inventory", "products", "reviews"],
        ["keys"] = ["catalog", "bridge", "titles", "isbns", "shelves", "rooms"],
        ["requirements"] = ["goods", "people", "shipping", "chain", "chained"],
        ["abstract"] = ["library", "titles"],
        ["standin"] = ["actors", "handles"],
        ["version1"] = ["accounts", "reviews"],
        ["moves"] = ["old", "fresh"],
        ["hidden"] = ["shelf", "titles"],
        ["garden"] = ["beds", "colours", "plants", "tools", "visits"],
    };

    public static TheoryData<string, string, string> Operations => new()
    {
        { "shop", "{ me { name reviews { body author { username } product { upc name } } } }", "{'data':{'me':{'name':'Uri Goldshtein','reviews':[{'body':'Love it!','author':{'username':'urigo'},'product':{'upc':'1','name':'Table'}},{'body':'Too expensive.','author':{'username':'urigo'},'product':{'upc':'2','name':'Couch'}}]}}}" },
        { "shop", "{ topProducts(first: 3) { name shippingEstimate inStock } }", "{'data':{'topProducts':[{'name':'Table','shippingEstimate':50,'inStock':true},{'name':'Couch','shippingEstimate':0,'inStock':false},{'name':'Glass','shippingEstimate':10,'inStock':false}]}}" },
        { "shop", "{ topProducts(first: 1) { shippingEstimate reviews { author { name numberOfReviews } } } }", "{'data':{'topProducts':[{'shippingEstimate':50,'reviews':[{'author':{'name':'Uri Goldshtein','numberOfReviews':2}},{'author':{'name':'Dotan Simha','numberOfReviews':2}}]}]}}" },
        { "keys", "{ books { upc shelfMark label } }", "{'data':{'books':[{'upc':'b1','shelfMark':'mark b1','label':'x-1'},{'upc':'b2','shelfMark':'mark b2','label':null},{'upc':'b3','shelfMark':'mark b3','label':null},{'upc':'b4','shelfMark':'mark b4','label':null}]},'errors':[{'message':'book 4 is broken','path':['books',3],'extensions':{'code':'SUBGRAPH_ERROR','service':'bridge'}}]}" },
        { "keys", "{ shelf { height light } }", "{'data':{'shelf':{'height':20,'light':'2.1'}}}" },
        { "requirements", "{ items { inEuro inDollar } }", "{'data':{'items':[{'inEuro':'€20','inDollar':'$10'},{'inEuro':'€40','inDollar':'$20'}]}}" },
        { "requirements", "{ items { volume grams } }", "{'data':{'items':[{'volume':6,'grams':3},{'volume':0,'grams':0}]}}" },
        { "requirements", "{ items { medium } }", "{'data':{'items':[{'medium':'Photo p 7'},{'medium':'Film f 9'}]}}" },
        { "requirements", "{ items { medium media { url __typename } price(currency: \"EUR\") usd: price(currency: \"USD\") inDollar } }", "{'data':{'items':[{'medium':'Photo p 7','media':{'url':'p','__typename':'Photo'},'price':20,'usd':10,'inDollar':'$10'},{'medium':'Film f 9','media':{'url':'f','__typename':'Film'},'price':40,'usd':20,'inDollar':'$20'}]}}" },
        { "requirements", "{ items { ageClass } }", "{'data':{'items':[{'ageClass':11},{'ageClass':21}]}}" },
        { "requirements", "{ items { third first } }", "{'data':{'items':[{'third':104,'first':2},{'third':106,'first':3}]}}" },
        { "abstract", "{ feed { id ... on Book { title } ... on Movie { title } animals { name } } }", "{'data':{'feed':[{'id':'m1','title':'Book 1','animals':[{'name':'Rex'},{'name':'Tom'}]},{'id':'m2','title':'Movie 2','animals':[]}]}}" },
        { "abstract", "{ provided { ... on Book { title } animals { name } } }", "{'data':{'provided':[{'title':'Book 1','animals':[{'name':'Rex'},{'name':'Tom'}]},{'animals':[]}]}}" },
        { "abstract", "{ search { ... on Book { title } ... on Song { text } } found { __typename ... on Song { text } ... on Movie { animals { id } } } }", "{'data':{'search':[{'title':'Book 1'},{}],'found':[{'__typename':'Book'},{'__typename':'Movie','animals':[]},{'__typename':'Song','text':'La'}]}}" },
        { "abstract", "{ status other sort(by: PRICE, filter: { name: \"x\" }) sorted(by: PRICE) }", "{'data':{'status':'OPEN','other':'LOST','sort':'PRICE {\\'name\\':\\'x\\'}','sorted':'PRICE undefined'}}" },
        { "standin", "{ actors { id handle posts ... on User { age } } }", "{'data':{'actors':[{'id':'u1','handle':'@ada','posts':2,'age':36},{'id':'b1','handle':'@hal','posts':2}]}}" },
        { "standin", "{ recent { id posts } }", "{'data':{'recent':[{'id':'b1','posts':2},{'id':'u1','posts':2}]}}" },
        { "standin", "{ recent { __typename handle name ... on Bot { model } } }", "{'data':{'recent':[{'__typename':'Bot','handle':'@hal','name':'Hal','model':'9000'},{'__typename':'User','handle':'@ada','name':'Ada'}]}}" },
        { "version1", "{ me { name reviews { body } contact address { city } } shop { city } }", "{'data':{'me':{'name':'Ada','reviews':[{'body':'by 1'}],'contact':'mail ada@example.com','address':{'city':'Paris'}},'shop':{'city':'Rome'}}}" },
        { "version1", "{ reviews { author { name email } } }", "{'data':{'reviews':[{'author':{'name':'Bob','email':'bob@example.com'}}]}}" },
        { "moves", "{ posts { id moved gone shared flagged } }", "{'data':{'posts':[{'id':'1','moved':'fresh','gone':'fresh','shared':'old','flagged':'old'}]}}" },
        { "hidden", "{ things { __typename ... on Book { title } ... on Movie { title } } }", "{'data':{'things':[{'__typename':'Book','title':'Book at hand'},{'__typename':'Movie','title':'Movie at hand'},null]},'errors':[{'message':'The subgraph \\'shelf\\' answered an object of a type that cannot stand here.','path':['things',2],'extensions':{'code':'SUBGRAPH_INVALID_RESPONSE','service':'shelf'}}]}" },
        { "hidden", "{ plain { __typename ... on Book { title } ... on Movie { title label } } }", "{'data':{'plain':[{'__typename':'Book','title':'Book t1'},{'__typename':'Movie','title':'Movie t2','label':'label c2'}]}}" },
        { "hidden", "{ greeting internal }", "{'errors':[{'message':'Cannot query field \\'internal\\' on type \\'Query\\'.','locations':[{'line':1,'column':12}],'extensions':{'code':'GRAPHQL_VALIDATION_FAILED'}}]}" },
        { "hidden", "{ greeting(mood: GOOD) }", "{'errors':[{'message':'Unknown argument \\'mood\\' on field \\'Query.greeting\\'.','locations':[{'line':1,'column':12}],'extensions':{'code':'GRAPHQL_VALIDATION_FAILED'}}]}" },
        { "hidden", "{ things { ... on Draft { id } ... on Movie { code } } }", "{'errors':[{'message':'Unknown type \\'Draft\\'.','locations':[{'line':1,'column':19}],'extensions':{'code':'GRAPHQL_VALIDATION_FAILED'}},{'message':'Cannot query field \\'code\\' on type \\'Movie\\'.','locations':[{'line':1,'column':47}],'extensions':{'code':'GRAPHQL_VALIDATION_FAILED'}}]}" },
        { "garden", "{ growing { ... on Flower { id colour } ... on Herb { id } } }", "{'data':{'growing':[{'id':'f1','colour':'red'},{'id':'h1'}]}}" },
        { "garden", "{ visitors { id busy } }", "{'data':{'visitors':[{'id':'v1','busy':false},{'id':'v2','busy':false}]}}" },
        { "garden", "{ visitors { __typename ... on Bee { busy } } }", "{'data':{'visitors':[{'__typename':'Bee','busy':true},{'__typename':'Wasp'}]}}" },
        { "garden", "{ ghost { id mood } }", "{'data':{'ghost':{'id':'g1','mood':'grey'}}}" },
        { "garden", "{ node(id: \"b1\") { id ... on Bed { area } ... on Pond { depth } } }", "{'data':{'node':{'id':'b1','area':12}}}" },
        { "garden", "{ node(id: \"b1\") { ... on Bed { tool } } }", "{'data':{'node':{'tool':'fork for bark 5'}}}" },
        { "garden", "{ node(id: \"b1\") { ... on Bed { cover { kind } tool } } }", "{'data':{'node':{'cover':null,'tool':'fork for bark 5'}},'errors':[{'message':'The subgraph \\'beds\\' answered an object of a type that cannot stand here.','path':['node','cover'],'extensions':{'code':'SUBGRAPH_INVALID_RESPONSE','service':'beds'}}]}" },
        { "garden", "mutation { sharpen(tool: \"rake\") }", "{'data':{'sharpen':4}}" },
    };

    [Theory, MemberData(nameof(Operations))]
    public async Task Subgraphs_answer_together(string scenario, string operation, string expected)
    {
        using var gateway = await FederatedGateway.OverAsync(scenario, s_subgraphs[scenario]);
        Assert.Equal(expected, await gateway.RunAsync(operation));
    }

    [Theory, MemberData(nameof(Operations))]
    public async Task A_supergraph_of_Apollo_s_composition_answers_the_same(string scenario, string operation, string expected)
    {
        using var gateway = await FederatedGateway.OverSupergraphAsync(scenario, s_subgraphs[scenario]);
        Assert.Equal(expected, await gateway.RunAsync(operation));
    }

    [Fact]
    public async Task Equal_entities_are_asked_for_once_in_one_request()
    {
        using var gateway = await FederatedGateway.OverAsync("shop", s_subgraphs["shop"]);
        await NodeSubgraphs.RequestsAsync("shop");
        await gateway.RunAsync("{ users { reviews { product { name } } } }");
        var requests = await NodeSubgraphs.RequestsAsync("shop");
        var products = requests.Single(r => r.Subgraph == "products" && r.Body.GetProperty("query").GetString()!.Contains("_entities", StringComparison.Ordinal)).Body;
        Assert.Equal(
            """[{"__typename":"Product","upc":"1"},{"__typename":"Product","upc":"2"},{"__typename":"Product","upc":"3"}]""",
            products.GetProperty("variables").GetProperty("representations").GetRawText());
    }

    [Fact]
    public async Task The_benchmark_query_takes_six_requests()
    {
        using var gateway = await FederatedGateway.OverAsync("shop", s_subgraphs["shop"]);
        await NodeSubgraphs.RequestsAsync("shop");
        Assert.DoesNotContain("errors", await gateway.RunAsync(ExampleSchemas.ShopQuery), StringComparison.Ordinal);
        var requests = await NodeSubgraphs.RequestsAsync("shop");
        Assert.Equal(
            ["accounts", "accounts", "inventory", "products", "products", "reviews"], requests.Select(r => r.Subgraph).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_field_provides_below_a_union_is_not_asked_for_elsewhere()
    {
        using var gateway = await FederatedGateway.OverAsync("hidden", s_subgraphs["hidden"]);
        await NodeSubgraphs.RequestsAsync("hidden");
        await gateway.RunAsync("{ things { ... on Book { title } ... on Movie { title } } }");
        Assert.Equal(["shelf"], (await NodeSubgraphs.RequestsAsync("hidden")).Select(r => r.Subgraph));
    }

    [Theory]
    [InlineData("{ growing { ... on Flower { colour } ... on Herb { id } } }", "plants")]
    [InlineData("{ visitors { id busy } }", "plants,colours")]
    public async Task No_subgraph_is_asked_that_need_not_be(string operation, string expected)
    {
        using var gateway = await FederatedGateway.OverAsync("garden", s_subgraphs["garden"]);
        await NodeSubgraphs.RequestsAsync("garden");
        await gateway.RunAsync(operation);
        Assert.Equal(expected, string.Join(',', (await NodeSubgraphs.RequestsAsync("garden")).Select(r => r.Subgraph)));
    }

    [Fact]
    public async Task Composite_schemas_stand_beside_Federation_ones()
    {
        await using var ratings = await SourceServer.StartAsync(
            "ratings", "type Query { productByUpc(upc: String!): Product @lookup @internal } type Product { upc: String! rating: Int estimated(shipping: Int @require(field: \"shippingEstimate\")): Int }",
            new Dictionary<string, Resolve>
            {
                ["Query.productByUpc"] = static (_, arguments) => new Dictionary<string, object?> { ["upc"] = arguments["upc"] },
                ["Product.rating"] = static (product, _) => product["upc"] is "1" ? 5 : 3,
                ["Product.estimated"] = static (_, arguments) => (int)arguments["shipping"]! + 1,
            });
        SourceSchemaInput[] sources = [.. await NodeSubgraphs.LoadAsync("shop", "products", "inventory"), new("ratings", ratings.Sdl) { Url = ratings.Url.ToString() }];
        using var gateway = FederatedGateway.Over(sources);
        Assert.Equal(
            "{'data':{'topProducts':[{'name':'Table','rating':5,'estimated':51},{'name':'Couch','rating':3,'estimated':1}]}}",
            await gateway.RunAsync("{ topProducts(first: 2) { name rating estimated } }"));
    }

    [Theory]
    [InlineData(false, "old")]
    [InlineData(true, "fresh")]
    public async Task A_label_decides_per_request_which_subgraph_resolves_a_field(bool active, string expected)
    {
        using var gateway = FederatedGateway.Over(await NodeSubgraphs.LoadAsync("moves", s_subgraphs["moves"]), new FusionOptions { OverrideLabel = _ => active });
        Assert.Equal($"{{'data':{{'posts':[{{'flagged':'{expected}','rolling':'{expected}','moved':'fresh'}}]}}}}", await gateway.RunAsync("{ posts { flagged rolling moved } }"));
    }
}
