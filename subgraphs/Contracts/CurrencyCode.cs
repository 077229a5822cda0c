using LuckyGraph.Engine;

namespace LuckyGraph.Contracts;

/// <summary>An ISO 4217 currency that the shop sells in.</summary>
[EnumType]
public enum CurrencyCode
{
    /// <summary>South Korean won: no decimals.</summary>
    Krw,

    /// <summary>United States dollar: two decimals.</summary>
    Usd,
}

/// <summary>What ISO 4217 says of a currency.</summary>
public static class Currencies
{
    /// <summary>Number of decimals, which is how many powers of ten one unit holds of minor units.</summary>
    public static int Decimals(this CurrencyCode currency) => currency switch
    {
        CurrencyCode.Krw => 0,
        CurrencyCode.Usd => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(currency), currency, "This currency is not sold in."),
    };

    /// <summary>Minor units in one unit: 1 for KRW, 100 for USD.</summary>
    public static long MinorPerUnit(this CurrencyCode currency) => currency switch
    {
        CurrencyCode.Krw => 1,
        CurrencyCode.Usd => 100,
        _ => throw new ArgumentOutOfRangeException(nameof(currency), currency, "This currency is not sold in."),
    };

    /// <summary>The ISO code in capitals, as databases and payment providers want it.</summary>
    public static string Code(this CurrencyCode currency) => currency switch
    {
        CurrencyCode.Krw => "KRW",
        CurrencyCode.Usd => "USD",
        _ => throw new ArgumentOutOfRangeException(nameof(currency), currency, "This currency is not sold in."),
    };

    /// <summary>Reads an ISO code, in capitals or not.</summary>
    /// <returns>False when the shop does not sell in that currency.</returns>
    public static bool TryParse(string? code, out CurrencyCode currency)
    {
        if (string.Equals(code, "KRW", StringComparison.OrdinalIgnoreCase))
        {
            currency = CurrencyCode.Krw;
            return true;
        }

        currency = CurrencyCode.Usd;
        return string.Equals(code, "USD", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads an ISO code.</summary>
    /// <exception cref="FormatException">The shop does not sell in that currency.</exception>
    public static CurrencyCode Parse(string code)
        => TryParse(code, out var currency) ? currency : throw new FormatException($"\"{code}\" is not a currency of the shop: KRW or USD.");
}
