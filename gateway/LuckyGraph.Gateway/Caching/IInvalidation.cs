namespace LuckyGraph.Gateway.Caching;

/// <summary>Lets stored responses go before their time.</summary>
internal interface IInvalidation
{
    /// <summary>Makes every response that carries one of the tags unusable.</summary>
    /// <returns>Whether all gateways that share the store know it now.</returns>
    ValueTask<bool> InvalidateAsync(IReadOnlyCollection<string> tags);
}
