using LuckyGraph.Engine;

namespace LuckyGraph.Contracts;

/// <summary>An amount of money, exact: a whole number of minor units of a currency.</summary>
[ObjectType]
[Shareable]
public sealed record Money
{
    /// <summary>An amount in minor units: 1 of KRW is one won, 1 of USD is one cent.</summary>
    public Money(long minor, CurrencyCode currencyCode)
    {
        Minor = minor;
        CurrencyCode = currencyCode;
    }

    /// <summary>The amount in units of the currency, with as many decimals as the currency has.</summary>
    // A decimal carries its scale: 500 cents are 5.00, not 5.
    public decimal Amount => new decimal(Minor) * new decimal(1, 0, 0, false, (byte)CurrencyCode.Decimals());

    /// <summary>The amount in minor units: won for KRW, cents for USD.</summary>
    public long Minor { get; }

    /// <summary>The currency.</summary>
    public CurrencyCode CurrencyCode { get; }

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(CurrencyCode currency) => new(0, currency);

    /// <summary>
    /// An amount in units, rounded to the currency's decimals. Halves go to the even neighbour, so that many roundings do not
    /// drift to one side.
    /// </summary>
    /// <exception cref="OverflowException">The amount does not fit 64 bits of minor units.</exception>
    public static Money FromAmount(decimal amount, CurrencyCode currency)
        => new(decimal.ToInt64(decimal.Round(amount * currency.MinorPerUnit(), 0, MidpointRounding.ToEven)), currency);

    /// <summary>The sum.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.Minor + right.In(left.CurrencyCode)), left.CurrencyCode);

    /// <summary>The difference; may be negative.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => new(checked(left.Minor - right.In(left.CurrencyCode)), left.CurrencyCode);

    /// <summary>The amount a number of times.</summary>
    public static Money operator *(Money money, int times) => new(checked(money.Minor * times), money.CurrencyCode);

    /// <summary>
    /// Splits the amount over weights by largest remainder: the parts add up to the amount exactly, and equal remainders
    /// go to the earlier part. With no weight at all, everything goes to the first part.
    /// </summary>
    /// <param name="weights">Not negative.</param>
    [GraphQLIgnore]
    public Money[] Allocate(IReadOnlyList<long> weights)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weights.Count);
        Int128 total = 0;
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            total += weight;
        }

        var parts = new long[weights.Count];
        if (total == 0)
        {
            parts[0] = Minor;
        }
        else
        {
            var remainders = new Int128[weights.Count];
            var rest = Minor;
            for (var i = 0; i < parts.Length; i++)
            {
                var (quotient, remainder) = Int128.DivRem((Int128)Math.Abs(Minor) * weights[i], total);
                parts[i] = (long)quotient * Math.Sign(Minor);
                remainders[i] = remainder;
                rest -= parts[i];
            }

            var order = new int[parts.Length];
            for (var i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }

            Array.Sort(order, (a, b) => remainders[b] != remainders[a] ? remainders[b].CompareTo(remainders[a]) : a.CompareTo(b));
            for (var i = 0; rest != 0; i++)
            {
                parts[order[i]] += Math.Sign(rest);
                rest -= Math.Sign(rest);
            }
        }

        var result = new Money[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            result[i] = new Money(parts[i], CurrencyCode);
        }

        return result;
    }

    /// <inheritdoc />
    public override string ToString()
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Amount} {CurrencyCode.Code()}");

    private long In(CurrencyCode currency)
        => CurrencyCode == currency
            ? Minor
            : throw new InvalidOperationException($"{CurrencyCode.Code()} and {currency.Code()} cannot be added up.");
}
