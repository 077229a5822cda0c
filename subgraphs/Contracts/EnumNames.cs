using System.Text.Json;

namespace LuckyGraph.Contracts;

/// <summary>The names of enum values outside of C#.</summary>
public static class EnumNames
{
    /// <summary>The value's name in GraphQL and in events: <c>PendingPayment</c> is <c>PENDING_PAYMENT</c>.</summary>
    public static string ToGraphQLName<TEnum>(this TEnum value) where TEnum : struct, Enum
        => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}
