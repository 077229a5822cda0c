using System.Security.Cryptography;
using System.Text;

namespace LuckyGraph.Gateway.Security;

/// <summary>What operators and their programs show to be let at <c>/admin</c>: <c>LUCKY_GATEWAY_ADMIN_SECRET</c>.</summary>
internal sealed class AdminSecret(string secret)
{
    private const string Header = "X-Admin-Secret";

    private readonly byte[] _expected = Digest(secret);

    /// <summary>The answer to a request without it.</summary>
    public static IResult Refusal => Results.Json(new { error = $"The header {Header} is missing or wrong." }, statusCode: StatusCodes.Status403Forbidden);

    /// <summary>Whether a request shows it.</summary>
    // Digests have one length, so that the time of the comparison says nothing.
    public bool IsShownBy(HttpRequest request) => CryptographicOperations.FixedTimeEquals(_expected, Digest(request.Headers[Header].ToString()));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
