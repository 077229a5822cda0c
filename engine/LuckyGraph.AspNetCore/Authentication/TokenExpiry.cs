using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using LuckyGraph.AspNetCore.Http;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.AspNetCore.Authentication;

/// <summary>Ends what outlives the token that allowed it (RFC 7519, 4.1.4).</summary>
internal static class TokenExpiry
{
    public const string Reason = "The token has expired";

    // What timers can wait at most; longer-lived tokens are looked at again.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    /// <summary>How long the caller's token is still valid; null when it does not say or there is none.</summary>
    public static TimeSpan? Left(ClaimsPrincipal? user, TimeProvider clock)
    {
        if (user?.FindFirst("exp")?.Value is not { } text || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return null;
        }

        var left = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 253402300799)) - (clock.GetUtcNow() - DateTimeOffset.UnixEpoch);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > s_longest ? s_longest : left;
    }

    /// <summary>The stream, ended by an error when the caller's token expires.</summary>
    public static ExecutionResult Bound(ExecutionResult result, ClaimsPrincipal? user, TimeProvider clock)
        => result is StreamResult stream && Left(user, clock) is { } left ? new BoundStream(stream, left, clock) : result;

    private sealed class BoundStream(StreamResult stream, TimeSpan left, TimeProvider clock) : StreamResult
    {
        public override bool IsSubscription => stream.IsSubscription;

        public override ValueTask DisposeAsync() => stream.DisposeAsync();

        public override async IAsyncEnumerable<SingleResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            using var expiry = new CancellationTokenSource(left, clock);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
            await using var responses = stream.ReadAsync(ends.Token).GetAsyncEnumerator(ends.Token);
            while (true)
            {
                try
                {
                    if (!await responses.MoveNextAsync())
                    {
                        yield break;
                    }
                }
                catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                yield return responses.Current;
            }

            yield return new TransportErrorResult(Reason + ": subscribe again with a fresh one.", ErrorCodes.NotAuthenticated);
        }
    }
}
