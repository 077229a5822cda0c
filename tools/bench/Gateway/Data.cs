using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace LuckyGraph.Bench.Gateway;

/// <summary>Six users, nine products, 24 reviews, made by formulas that <c>peers/subgraphs.mjs</c> repeats.</summary>
internal static class Data
{
    public const int Users = 6;
    public const int Products = 9;
    public const int Reviews = 24;
    private static string? s_heavy;

    public static Dictionary<string, object?> User(int id) => new() { ["id"] = Text(id), ["name"] = $"Name of user {id}", ["username"] = $"user{id}", ["birthday"] = 1980 + id };

    public static Dictionary<string, object?> Product(int upc) => new()
    {
        ["upc"] = Text(upc),
        ["name"] = $"Product number {upc}",
        ["price"] = upc * 299,
        ["weight"] = upc * 100,
        ["inStock"] = upc % 3 != 0,
    };

    public static int? Shipping(int price, int weight) => price > 1000 ? 0 : weight / 2;

    public static Dictionary<string, object?> Review(int id) => new()
    {
        ["id"] = Text(id),
        ["body"] = $"Review {id}: it arrived in time, does what it promises, and would be bought again.",
        ["author"] = User(Author(id)),
        ["product"] = Product(ProductOf(id)),
    };

    public static int Author(int review) => ((review - 1) % Users) + 1;

    public static int ProductOf(int review) => ((review * 4) % Products) + 1;

    public static IEnumerable<int> ReviewsOfUser(int user) => Enumerable.Range(1, Reviews).Where(r => Author(r) == user);

    public static IEnumerable<int> ReviewsOfProduct(int product) => Enumerable.Range(1, Reviews).Where(r => ProductOf(r) == product);

    /// <summary>The <c>data</c> of the operation with one fetch.</summary>
    public static string Single() => JsonSerializer.Serialize(new { users = Enumerable.Range(1, Users).Select(id => new { id = Text(id), username = User(id)["username"], name = User(id)["name"] }) });

    /// <summary>The <c>data</c> of the operation with two fetches.</summary>
    public static string Two() => JsonSerializer.Serialize(new
    {
        topProducts = Enumerable.Range(1, 5).Select(upc => new
        {
            upc = Text(upc),
            name = Product(upc)["name"],
            price = Product(upc)["price"],
            reviews = ReviewsOfProduct(upc).Select(r => new { id = Text(r), body = Review(r)["body"] }),
        }),
    });

    /// <summary>The <c>data</c> of the heavy operation.</summary>
    public static string Heavy()
    {
        if (s_heavy is not null)
        {
            return s_heavy;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("users");
        for (var user = 1; user <= Users; user++)
        {
            json.WriteStartObject();
            WriteUser(json, user);
            WriteReviews(json, ReviewsOfUser(user), review =>
            {
                json.WriteStartObject("product");
                WriteProduct(json, ProductOf(review));
                WriteAuthored(json, ProductOf(review));
                json.WriteEndObject();
            });
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("topProducts");
        for (var product = 1; product <= 5; product++)
        {
            json.WriteStartObject();
            WriteProduct(json, product);
            WriteAuthored(json, product);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return s_heavy = System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteAuthored(Utf8JsonWriter json, int product) => WriteReviews(json, ReviewsOfProduct(product), review =>
    {
        json.WriteStartObject("author");
        WriteUser(json, Author(review));
        WriteReviews(json, ReviewsOfUser(Author(review)), inner =>
        {
            json.WriteStartObject("product");
            WriteProduct(json, ProductOf(inner));
            json.WriteEndObject();
        });
        json.WriteEndObject();
    });

    private static void WriteReviews(Utf8JsonWriter json, IEnumerable<int> reviews, Action<int> below)
    {
        json.WriteStartArray("reviews");
        foreach (var review in reviews)
        {
            json.WriteStartObject();
            json.WriteString("id", Text(review));
            json.WriteString("body", (string)Review(review)["body"]!);
            below(review);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteUser(Utf8JsonWriter json, int id)
    {
        var user = User(id);
        json.WriteString("id", (string)user["id"]!);
        json.WriteString("username", (string)user["username"]!);
        json.WriteString("name", (string)user["name"]!);
    }

    private static void WriteProduct(Utf8JsonWriter json, int upc)
    {
        var product = Product(upc);
        json.WriteBoolean("inStock", (bool)product["inStock"]!);
        json.WriteString("name", (string)product["name"]!);
        json.WriteNumber("price", (int)product["price"]!);
        json.WriteNumber("shippingEstimate", Shipping((int)product["price"]!, (int)product["weight"]!)!.Value);
        json.WriteString("upc", (string)product["upc"]!);
        json.WriteNumber("weight", (int)product["weight"]!);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
