using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace LuckyGraph.Gateway.Schema;

/// <summary>
/// Asks a subgraph for its SDL: by <c>_service</c>, which keeps the directives of federation, else by introspection, which does
/// not know of applied directives, so that a subgraph without <c>_service</c> shares no entities.
/// </summary>
internal static class SubgraphSdl
{
    private const string Service = "{ _service { sdl } }";

    private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 64 * 1024 * 1024,
    };

    /// <summary>The SDL.</summary>
    /// <exception cref="SchemaSourceException">The subgraph cannot be reached, or tells neither.</exception>
    public static async Task<string> FetchAsync(string name, Uri url, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            using (var service = await AskAsync(url, Service, timeout.Token))
            {
                if (Data(service) is { } data && data.TryGetProperty("_service", out var found) && found.ValueKind == JsonValueKind.Object
                    && found.TryGetProperty("sdl", out var sdl) && sdl.ValueKind == JsonValueKind.String)
                {
                    return sdl.GetString()!;
                }
            }

            using var introspection = await AskAsync(url, IntrospectedSdl.Query, timeout.Token);
            return Data(introspection) is { } schema && schema.TryGetProperty("__schema", out var described)
                ? IntrospectedSdl.Write(described)
                : throw new SchemaSourceException(
                    $"The subgraph \"{name}\" at {url} tells its schema neither by _service nor by introspection. Give its SDL: \"file\": \"{name}.graphql\".");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SchemaSourceException($"The subgraph \"{name}\" at {url} did not tell its schema within {limit.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException e)
        {
            throw new SchemaSourceException($"The subgraph \"{name}\" cannot be reached at {url}: {e.Message} Start it, or give its SDL: \"file\": \"{name}.graphql\".", e);
        }
        catch (JsonException e)
        {
            throw new SchemaSourceException($"The subgraph \"{name}\" at {url} does not answer with JSON. Is this the address of its GraphQL endpoint?", e);
        }
    }

    private static JsonElement? Data(JsonDocument? answer)
        => answer is not null && answer.RootElement.ValueKind == JsonValueKind.Object
            && answer.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : null;

    private static async Task<JsonDocument> AskAsync(Uri url, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { query }), Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/graphql-response+json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        using var response = await s_http.SendAsync(request, cancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
