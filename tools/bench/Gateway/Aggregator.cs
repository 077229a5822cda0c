using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Bench.Gateway;

/// <summary>
/// What a careful C# developer would write by hand for this one query: eight requests, one per lookup and depth,
/// typed objects by generated JSON code, dictionaries to join. It knows the query in advance and checks nothing.
/// </summary>
internal sealed class Aggregator(string subgraphs)
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });

    private const string Prefix = "{\"query\":\"";
    private const string Tree = "id body author{id username reviews{id body product{upc}}}";

    public async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        var users = RootAsync("accounts", "query TestQuery{users{id username name}}");
        var products = RootAsync("products", "query TestQuery{topProducts(first:5){name price upc weight}}");
        var userTree = UsersAsync(users);
        var productTree = ProductsAsync(products);
        await Task.WhenAll(userTree, productTree);

        var result = new Result { Users = userTree.Result, TopProducts = productTree.Result };
        var (allUsers, allProducts) = (new List<User>(), new List<Product>());
        foreach (var user in result.Users)
        {
            Collect(user, allUsers, allProducts);
        }

        foreach (var product in result.TopProducts)
        {
            Collect(product, allUsers, allProducts);
        }

        await Task.WhenAll(NamesAsync(allUsers), StockAsync(allProducts));
        context.Response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(new Envelope { Data = result }, AggregatorJson.Default.Envelope);
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body);
    }

    private async Task<Result> RootAsync(string service, string query)
        => JsonSerializer.Deserialize(await SendAsync(service, $"{Prefix}{query}\",\"variables\":{{}}}}"), AggregatorJson.Default.Envelope)!.Data;

    private async Task<List<User>> UsersAsync(Task<Result> root)
    {
        var users = (await root).Users!;
        var rows = await RowsAsync("reviews", $"query TestQuery($k_id:ID!){{userById(id:$k_id){{reviews{{id body product{{upc reviews{{{Tree}}}}}}}}}}}", "k_id", users.ConvertAll(u => u.Id!));
        for (var i = 0; i < users.Count; i++)
        {
            users[i].Reviews = rows[i].UserById!.Reviews;
        }

        return users;
    }

    private async Task<List<Product>> ProductsAsync(Task<Result> root)
    {
        var products = (await root).TopProducts!;
        var keys = products.ConvertAll(p => p.Upc!);
        var stock = ShippingAsync(products);
        var rows = await RowsAsync("reviews", $"query TestQuery($k_upc:String!){{productByUpc(upc:$k_upc){{reviews{{{Tree}}}}}}}", "k_upc", keys);
        await stock;
        for (var i = 0; i < products.Count; i++)
        {
            products[i].Reviews = rows[i].ProductByUpc!.Reviews;
        }

        return products;
    }

    private async Task NamesAsync(List<User> users)
    {
        var byId = users.Where(u => u.Name is null).ToLookup(u => u.Id!);
        var keys = byId.Select(g => g.Key).ToList();
        var rows = await RowsAsync("accounts", "query TestQuery($k_id:ID!){userById(id:$k_id){name}}", "k_id", keys);
        for (var i = 0; i < keys.Count; i++)
        {
            foreach (var user in byId[keys[i]])
            {
                user.Name = rows[i].UserById!.Name;
            }
        }
    }

    private async Task StockAsync(List<Product> products)
    {
        var byUpc = products.Where(p => p.Name is null).ToLookup(p => p.Upc!);
        var keys = byUpc.Select(g => g.Key).ToList();
        var rows = await RowsAsync("products", "query TestQuery($k_upc:String!){productByUpc(upc:$k_upc){name price weight}}", "k_upc", keys);
        var distinct = new List<Product>();
        for (var i = 0; i < keys.Count; i++)
        {
            var found = rows[i].ProductByUpc!;
            distinct.Add(new Product { Upc = keys[i], Price = found.Price, Weight = found.Weight });
            foreach (var product in byUpc[keys[i]])
            {
                (product.Name, product.Price, product.Weight) = (found.Name, found.Price, found.Weight);
            }
        }

        await ShippingAsync(distinct);
        foreach (var known in distinct)
        {
            foreach (var product in byUpc[known.Upc!])
            {
                (product.InStock, product.ShippingEstimate) = (known.InStock, known.ShippingEstimate);
            }
        }
    }

    private async Task ShippingAsync(List<Product> products)
    {
        var text = new StringBuilder(Prefix)
            .Append("query TestQuery($k_upc:String!,$p:Int,$w:Int){productByUpc(upc:$k_upc){inStock shippingEstimate(price:$p,weight:$w)}}\",\"variables\":[");
        for (var i = 0; i < products.Count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append($"{{\"k_upc\":\"{products[i].Upc}\",\"p\":{products[i].Price},\"w\":{products[i].Weight}}}");
        }

        var rows = Rows(await SendAsync("inventory", text.Append("]}").ToString()), products.Count);
        for (var i = 0; i < products.Count; i++)
        {
            (products[i].InStock, products[i].ShippingEstimate) = (rows[i].ProductByUpc!.InStock, rows[i].ProductByUpc!.ShippingEstimate);
        }
    }

    private async Task<Data[]> RowsAsync(string service, string query, string variable, List<string> keys)
    {
        var text = new StringBuilder(Prefix).Append(query).Append("\",\"variables\":[");
        for (var i = 0; i < keys.Count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append($"{{\"{variable}\":\"{keys[i]}\"}}");
        }

        return Rows(await SendAsync(service, text.Append("]}").ToString()), keys.Count);
    }

    private static Data[] Rows(byte[] lines, int count)
    {
        var rows = new Data[count];
        var rest = lines.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var row = JsonSerializer.Deserialize(end < 0 ? rest : rest[..end], AggregatorJson.Default.Row)!;
            rows[row.VariableIndex] = row.Data;
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return rows;
    }

    private async Task<byte[]> SendAsync(string service, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{subgraphs}/{service}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", "application/jsonl");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static void Collect(User user, List<User> users, List<Product> products)
    {
        users.Add(user);
        foreach (var review in user.Reviews ?? [])
        {
            if (review.Product is { } product)
            {
                Collect(product, users, products);
            }
        }
    }

    private static void Collect(Product product, List<User> users, List<Product> products)
    {
        products.Add(product);
        foreach (var review in product.Reviews ?? [])
        {
            if (review.Author is { } author)
            {
                Collect(author, users, products);
            }
        }
    }

    internal sealed class Envelope
    {
        public required Result Data { get; set; }
    }

    internal sealed class Result
    {
        public List<User> Users { get; set; } = null!;
        public List<Product> TopProducts { get; set; } = null!;
    }

    internal sealed class Row
    {
        public int VariableIndex { get; set; }
        public required Data Data { get; set; }
    }

    internal sealed class Data
    {
        public User? UserById { get; set; }
        public Product? ProductByUpc { get; set; }
    }

    internal sealed class User
    {
        public string? Id { get; set; }
        public string? Username { get; set; }
        public string? Name { get; set; }
        public List<Review>? Reviews { get; set; }
    }

    internal sealed class Product
    {
        public bool? InStock { get; set; }
        public string? Name { get; set; }
        public int? Price { get; set; }
        public int? ShippingEstimate { get; set; }
        public string? Upc { get; set; }
        public int? Weight { get; set; }
        public List<Review>? Reviews { get; set; }
    }

    internal sealed class Review
    {
        public string? Id { get; set; }
        public string? Body { get; set; }
        public Product? Product { get; set; }
        public User? Author { get; set; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Aggregator.Envelope))]
[JsonSerializable(typeof(Aggregator.Row))]
internal sealed partial class AggregatorJson : JsonSerializerContext;
