using System.Text.Json;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>
/// Takes a bearer token from a <c>connection_init</c> payload: a member <c>authorization</c> (in any case, with or without
/// <c>Bearer</c>), <c>token</c> or <c>authToken</c>. A token that fails verification refuses the connection; no token leaves it
/// as its handshake was.
/// </summary>
public sealed class BearerConnectionInitHandler(EcdsaTokenVerifier verifier) : IConnectionInitHandler
{
    /// <inheritdoc />
    public async ValueTask<ConnectionInitResult> HandleAsync(ConnectionInit init, CancellationToken cancellationToken)
    {
        if (TokenOf(init.Payload) is not { } token)
        {
            return ConnectionInitResult.Accept();
        }

        try
        {
            var verification = await verifier.VerifyAsync(token, cancellationToken);
            return verification.Principal is { } user
                ? ConnectionInitResult.Accept(user, "Bearer " + token)
                : ConnectionInitResult.Refuse(verification.Failure!);
        }
        catch (SigningKeysUnavailableException)
        {
            return ConnectionInitResult.Refuse("The credentials cannot be checked now.");
        }
    }

    private static string? TokenOf(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in payload.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } value)
            {
                if (member.Name.Equals("authorization", StringComparison.OrdinalIgnoreCase))
                {
                    return BearerToken.Of(value) ?? value;
                }

                if (member.Name is "token" or "authToken")
                {
                    return value;
                }
            }
        }

        return null;
    }
}
