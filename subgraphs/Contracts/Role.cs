namespace LuckyGraph.Contracts;

/// <summary>The values of a token's <c>role</c> claim.</summary>
public static class Role
{
    public const string Customer = "CUSTOMER";
    public const string Seller = "SELLER";
    public const string Admin = "ADMIN";
}
