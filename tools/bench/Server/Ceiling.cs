using System.Text.Encodings.Web;
using System.Text.Json;

namespace LuckyGraph.Bench.Server;

/// <summary>
/// The answers of W1 to W3 written by hand: what every server must answer, and, served without any GraphQL, the ceiling.
/// </summary>
public static class Ceiling
{
    // Encoded once: the writer copies them without looking for characters to escape.
    private static readonly JsonEncodedText s_data = Name("data"), s_hello = Name("hello"), s_products = Name("products"), s_id = Name("id"), s_sku = Name("sku"),
        s_name = Name("name"), s_price = Name("price"), s_currency = Name("currency"), s_weight = Name("weight"), s_inStock = Name("inStock"),
        s_createdAt = Name("createdAt"), s_rating = Name("rating"), s_description = Name("description"), s_brand = Name("brand"), s_country = Name("country"),
        s_reviews = Name("reviews"), s_body = Name("body"), s_author = Name("author");

    /// <summary>How the answers are written.</summary>
    public static JsonWriterOptions Options { get; } = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What W3 reads beside its products, by their numbers.</summary>
    internal sealed record Related(Dictionary<int, Brand> Brands, Dictionary<int, Review[]> Reviews, Dictionary<int, User> Users);

    /// <summary>The products of W3.</summary>
    public static ReadOnlySpan<Product> TreeProducts => Catalog.Products.AsSpan(0, 50);

    /// <summary>Writes <c>{ hello }</c>.</summary>
    public static void WriteHello(Utf8JsonWriter json)
    {
        Begin(json);
        json.WriteString(s_hello, "world"u8);
        End(json);
    }

    /// <summary>Writes 100 products with ten scalars each.</summary>
    public static void WriteFlat(Utf8JsonWriter json)
    {
        Begin(json);
        json.WriteStartArray(s_products);
        foreach (var product in Catalog.Products.AsSpan(0, 100))
        {
            json.WriteStartObject();
            json.WriteString(s_id, product.Id);
            json.WriteString(s_sku, product.Sku);
            json.WriteString(s_name, product.Name);
            json.WriteNumber(s_price, product.Price);
            json.WriteString(s_currency, product.Currency);
            json.WriteNumber(s_weight, product.Weight);
            json.WriteBoolean(s_inStock, product.InStock);
            json.WriteString(s_createdAt, product.CreatedAt);
            json.WriteNumber(s_rating, product.Rating);
            json.WriteString(s_description, product.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        End(json);
    }

    /// <summary>Writes 50 products with their brands, their reviews and the reviews' authors.</summary>
    internal static void WriteTree(Utf8JsonWriter json, Related related)
    {
        Begin(json);
        json.WriteStartArray(s_products);
        foreach (var product in TreeProducts)
        {
            json.WriteStartObject();
            json.WriteString(s_id, product.Id);
            json.WriteString(s_name, product.Name);
            var brand = related.Brands[Catalog.BrandIdOf(product.Number)];
            json.WriteStartObject(s_brand);
            json.WriteString(s_id, brand.Id);
            json.WriteString(s_name, brand.Name);
            json.WriteString(s_country, brand.Country);
            json.WriteEndObject();
            json.WriteStartArray(s_reviews);
            foreach (var review in related.Reviews[product.Number])
            {
                json.WriteStartObject();
                json.WriteString(s_id, review.Id);
                json.WriteNumber(s_rating, review.Rating);
                json.WriteString(s_body, review.Body);
                var author = related.Users[review.AuthorNumber];
                json.WriteStartObject(s_author);
                json.WriteString(s_id, author.Id);
                json.WriteString(s_name, author.Name);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        End(json);
    }

    private static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject(s_data);
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);
}
