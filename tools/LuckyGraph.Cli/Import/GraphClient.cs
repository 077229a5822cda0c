using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;

namespace LuckyGraph.Cli.Import;

/// <summary>Asks the gateway over HTTP. Errors of the request become <see cref="LuckyException"/>s that name their code.</summary>
public sealed class GraphClient(string gatewayUrl) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Signs in; later requests carry the token.</summary>
    public async Task SignInAsync(string email, string password, CancellationToken cancellationToken)
    {
        var data = await AskAsync(
            """
            mutation SignIn($input: SessionCreateInput!) {
              sessionCreate(input: $input) { session { accessToken } errors { ... on UserError { code message } } }
            }
            """,
            new { input = new { email, password } }, cancellationToken);
        var payload = data.GetProperty("sessionCreate");
        ThrowOnErrors(payload, $"Signing in as {email}");
        UseToken(payload.GetProperty("session").GetProperty("accessToken").GetString()!);
    }

    /// <summary>Later requests carry this token.</summary>
    public void UseToken(string token) => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    /// <summary>Runs an operation and returns its data.</summary>
    /// <exception cref="LuckyException">The gateway does not answer, or answers with errors.</exception>
    public async Task<JsonElement> AskAsync(string query, object? variables, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.PostAsJsonAsync($"{gatewayUrl}/graphql", new { query, variables }, JsonSerializerOptions.Web, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            if (answer.TryGetProperty("errors", out var errors))
            {
                throw new LuckyException($"The gateway answered: {string.Join("; ", errors.EnumerateArray().Select(Describe))}");
            }

            return answer.GetProperty("data");
        }
        catch (HttpRequestException)
        {
            throw new LuckyException($"The gateway does not answer at {gatewayUrl}. Start the platform: ./lucky up");
        }
        catch (JsonException)
        {
            throw new LuckyException($"What answers at {gatewayUrl} is no GraphQL server.");
        }
    }

    /// <summary>Fails when a mutation's payload holds errors.</summary>
    public static void ThrowOnErrors(JsonElement payload, string what)
    {
        if (payload.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            throw new LuckyException($"{what} failed: {string.Join("; ", errors.EnumerateArray().Select(Describe))}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    private static string Describe(JsonElement error)
    {
        var code = error.TryGetProperty("code", out var c) ? c.GetString()
            : error.TryGetProperty("extensions", out var e) && e.TryGetProperty("code", out c) ? c.GetString() : null;
        return code is null ? error.GetProperty("message").GetString()! : $"{error.GetProperty("message").GetString()} ({code})";
    }
}
