using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Thrown when a subgraph does not tell its schema; the message names the subgraph and says why.</summary>
public sealed class SubgraphIntrospectionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Asks running subgraphs for their schemas.</summary>
public static class SubgraphIntrospection
{
    private const string Introspection = """
        query { __schema { queryType { name } mutationType { name } subscriptionType { name }
        types { kind name description fields(includeDeprecated: true) { name description args { ...I } type { ...T } isDeprecated deprecationReason }
        inputFields { ...I } interfaces { ...T } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...T } }
        directives { name description locations args { ...I } } } }
        fragment I on __InputValue { name description type { ...T } defaultValue }
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
        """;

    /// <summary>
    /// Reads the schema of the subgraph at a URL: by Apollo Federation's <c>{ _service { sdl } }</c>, and else by introspection,
    /// which does not tell directives, so that the schema has no lookups.
    /// </summary>
    /// <param name="client">Sends the requests; its settings bound their time and size.</param>
    /// <param name="name">The name of the source schema.</param>
    /// <param name="url">Where the subgraph answers GraphQL requests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SubgraphIntrospectionException">It cannot be reached, or answers neither question.</exception>
    public static async Task<SourceSchemaInput> LoadAsync(HttpClient client, string name, Uri url, CancellationToken cancellationToken = default)
    {
        using (var service = await AskAsync(client, name, url, "query { _service { sdl } }", cancellationToken).ConfigureAwait(false))
        {
            if (Data(service) is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("_service", out var found)
                && found.ValueKind == JsonValueKind.Object && found.TryGetProperty("sdl", out var sdl) && sdl.ValueKind == JsonValueKind.String)
            {
                return new SourceSchemaInput(name, sdl.GetString()!) { Url = url.ToString(), Kind = SourceSchemaKind.Apollo };
            }
        }

        using var introspection = await AskAsync(client, name, url, Introspection, cancellationToken).ConfigureAwait(false);
        try
        {
            var document = SchemaFromIntrospection.ToDocument(Data(introspection));
            var own = document.Definitions.RemoveAll(d => d is DirectiveDefinitionNode { Name.Value: "skip" or "include" or "deprecated" or "specifiedBy" or "oneOf" or "defer" or "stream" });
            return new SourceSchemaInput(name, Printer.Print(new DocumentNode { Definitions = own })) { Url = url.ToString(), Kind = SourceSchemaKind.Composite };
        }
        catch (SchemaException e)
        {
            throw new SubgraphIntrospectionException(
                $"The subgraph \"{name}\" at {url} does not tell its schema: it answers neither {{ _service {{ sdl }} }} nor introspection. Allow one of them, or give the schema as a file.", e);
        }
    }

    private static JsonElement Data(JsonDocument answer)
        => answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("data", out var data) ? data : default;

    private static async Task<JsonDocument> AskAsync(HttpClient client, string name, Uri url, string query, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new Dictionary<string, string> { ["query"] = query }) };
            request.Headers.Accept.ParseAdd("application/graphql-response+json, application/json");
            using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new SubgraphIntrospectionException($"The subgraph \"{name}\" at {url} cannot be reached: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new SubgraphIntrospectionException($"The subgraph \"{name}\" at {url} does not answer with JSON: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SubgraphIntrospectionException($"The subgraph \"{name}\" at {url} does not answer in time.", e);
        }
    }
}
