using System.Buffers;
using System.Text.Json;

namespace LuckyGraph.Bench.Server;

/// <summary>
/// The answers of W1 to W3 written by hand: what every server must answer, and, served without any GraphQL, the ceiling.
/// </summary>
public static class Ceiling
{
    /// <summary>Writes a workload's response.</summary>
    public static void Write(string workload, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartObject("data"u8);
        switch (workload)
        {
            case "W1":
                json.WriteString("hello"u8, "world"u8);
                break;
            case "W2":
                json.WriteStartArray("products"u8);
                foreach (var product in Catalog.Products.AsSpan(0, 100))
                {
                    WriteScalars(json, product);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStartArray("products"u8);
                foreach (var product in Catalog.Products.AsSpan(0, 50))
                {
                    WriteTree(json, product);
                }

                json.WriteEndArray();
                break;
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteScalars(Utf8JsonWriter json, Product product)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, product.Id);
        json.WriteString("sku"u8, product.Sku);
        json.WriteString("name"u8, product.Name);
        json.WriteNumber("price"u8, product.Price);
        json.WriteString("currency"u8, product.Currency);
        json.WriteNumber("weight"u8, product.Weight);
        json.WriteBoolean("inStock"u8, product.InStock);
        json.WriteString("createdAt"u8, product.CreatedAt);
        json.WriteNumber("rating"u8, product.Rating);
        json.WriteString("description"u8, product.Description);
        json.WriteEndObject();
    }

    private static void WriteTree(Utf8JsonWriter json, Product product)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, product.Id);
        json.WriteString("name"u8, product.Name);
        var brand = Catalog.BrandOf(product.Number);
        json.WriteStartObject("brand"u8);
        json.WriteString("id"u8, brand.Id);
        json.WriteString("name"u8, brand.Name);
        json.WriteString("country"u8, brand.Country);
        json.WriteEndObject();
        json.WriteStartArray("reviews"u8);
        foreach (var review in Catalog.Reviews[product.Number - 1])
        {
            json.WriteStartObject();
            json.WriteString("id"u8, review.Id);
            json.WriteNumber("rating"u8, review.Rating);
            json.WriteString("body"u8, review.Body);
            json.WriteStartObject("author"u8);
            json.WriteString("id"u8, Catalog.Users[review.AuthorNumber - 1].Id);
            json.WriteString("name"u8, Catalog.Users[review.AuthorNumber - 1].Name);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
