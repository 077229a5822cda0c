using System.Text.Json;

namespace LuckyGraph.Subgraphs.Tests.Shop;

/// <summary>What tests do over and over: offer something, order it, pay it.</summary>
internal static class Shopping
{
    public const string OrderFields = "id number status version cancelReason total { minor } payment { id status providerOrderId amount { amount minor currencyCode } }";

    public static readonly object Address = new { recipient = "Kim Lucky", phone = "010-1234-5678", postalCode = "04524", roadAddress = "Sejong-daero 110", detail = "7F" };

    /// <summary>Imports feed rows; the answer's payload.</summary>
    public static Task<JsonElement> ImportAsync(this Caller seller, ShopFixture shop, object[] rows, string currency = "KRW", bool dryRun = false)
        => seller.MutateAsync(shop.CatalogUrl, "productsImport", "ProductsImportInput", new { rows, currency, dryRun },
            "productImport { created updated unchanged failed dryRun variants { row sku variantId productId outcome } rowErrors { row sku reason } }");

    /// <summary>Sets stock; the answer's payload.</summary>
    public static Task<JsonElement> SetStockAsync(this Caller seller, ShopFixture shop, object[] lines, Guid? key = null)
        => seller.MutateAsync(shop.OrdersUrl, "inventorySet", "InventorySetInput", new { lines, idempotencyKey = key ?? Guid.NewGuid() },
            "inventoryUpdate { changed unchanged lines { index variantId sku onHand available changed } lineErrors { index reason } }");

    /// <summary>A published product with one variant and stock. Returns the variant's id.</summary>
    public static async Task<string> OfferAsync(this Caller seller, ShopFixture shop, decimal price, int stock, string? sku = null, string currency = "KRW", bool taxFree = false)
    {
        sku ??= $"SKU-{Guid.NewGuid():N}"[..20];
        var import = await seller.ImportAsync(shop, [new { sku, title = $"Thing {sku}", price, taxFree }], currency);
        Assert.Null(import.Error());
        var set = await seller.SetStockAsync(shop, [new { sku, quantity = stock }]);
        Assert.Equal(0, set.At("inventoryUpdate", "lineErrors").GetArrayLength());
        return import.Text("productImport", "variants", "0", "variantId");
    }

    /// <summary>Puts variants into the cart. Returns the cart's version.</summary>
    public static async Task<int> PutIntoCartAsync(this Caller buyer, ShopFixture shop, params (string VariantId, int Quantity)[] lines)
    {
        var payload = await buyer.MutateAsync(shop.OrdersUrl, "cartLinesAdd", "CartLinesAddInput",
            new { lines = lines.Select(l => new { variantId = l.VariantId, quantity = l.Quantity }) }, "cart { version }");
        Assert.Null(payload.Error());
        return payload.At("cart", "version").GetInt32();
    }

    public static Task<JsonElement> CheckOutAsync(this Caller buyer, ShopFixture shop, int cartVersion, Guid? key = null, object? address = null)
        => buyer.MutateAsync(shop.OrdersUrl, "checkoutStart", "CheckoutStartInput",
            new { cartVersion, address = address ?? Address, provider = "TOSS", idempotencyKey = key ?? Guid.NewGuid() },
            $"checkout {{ order {{ {OrderFields} }} payment {{ id status providerOrderId checkoutUrl clientKey amount {{ amount minor currencyCode }} }} }}");

    /// <summary>Orders one variant. Returns the checkout.</summary>
    public static async Task<JsonElement> OrderAsync(this Caller buyer, ShopFixture shop, string variantId, int quantity = 1)
    {
        var payload = await buyer.CheckOutAsync(shop, await buyer.PutIntoCartAsync(shop, (variantId, quantity)));
        Assert.Null(payload.Error());
        return payload.GetProperty("checkout");
    }

    public static Task<JsonElement> ConfirmAsync(this Caller buyer, ShopFixture shop, string paymentId, string token, decimal amount, Guid? key = null)
        => buyer.MutateAsync(shop.OrdersUrl, "paymentConfirm", "PaymentConfirmInput",
            new { paymentId, providerToken = token, amount, idempotencyKey = key ?? Guid.NewGuid() },
            $"payment {{ id status order {{ {OrderFields} }} }}");

    /// <summary>Authenticates at the provider and confirms. Returns the payload.</summary>
    public static async Task<JsonElement> PayAsync(this Caller buyer, ShopFixture shop, JsonElement payment, string behaviour = "approve")
        => await buyer.ConfirmAsync(shop, payment.Text("id"), await shop.AuthenticateAsync(payment, behaviour), payment.At("amount", "amount").GetDecimal());

    public static async Task<JsonElement> OrderByIdAsync(this Caller caller, string orderId)
        => (await caller.OrdersAsync($"query($id: ID!) {{ order(id: $id) {{ {OrderFields} }} }}", new { id = orderId })).Data.GetProperty("order");

    public static async Task<int> AvailableAsync(this ShopFixture shop, string variantId)
        => (await shop.Anonymous.OrdersAsync("query($id: ID!) { productVariantById(id: $id) { availability { available } } }", new { id = variantId }))
            .Data.At("productVariantById", "availability", "available").GetInt32();
}
