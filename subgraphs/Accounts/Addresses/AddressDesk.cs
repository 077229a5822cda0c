using System.Text.Json;
using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Contracts.Errors;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Addresses;

/// <summary>Keeps the addresses of accounts. Of an account that has any, exactly one is the default.</summary>
public sealed class AddressDesk(AccountsContext db, PersonalData personal, TimeProvider clock)
{
    internal const int MostPerAccount = 20;
    private const string Purpose = "address";

    public async Task<Address> CreateAsync(Guid accountId, AddressCreateInput input, CancellationToken ct)
    {
        var details = new PrivateAddress(
            Rules.Text(input.Recipient, "recipient", 60),
            Rules.Phone(input.Phone, "phone"),
            Rules.Text(input.RoadAddress, "roadAddress", 200),
            DetailOf(input.Detail));
        var postalCode = PostalCodeOf(input.PostalCode);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(accountId, ct);
        var count = await db.Addresses.CountAsync(a => a.AccountId == accountId, ct);
        if (count >= MostPerAccount)
        {
            throw new ValidationFailedException($"An account has at most {MostPerAccount} addresses; delete one first.", ["input"]);
        }

        if (input.IsDefault)
        {
            await ClearDefaultAsync(accountId, ct);
        }

        var now = clock.GetUtcNow();
        var address = new StoredAddress
        {
            Id = Guid.CreateVersion7(),
            AccountId = accountId,
            PostalCode = postalCode,
            PrivateEnc = Encrypt(details),
            IsDefault = input.IsDefault || count == 0,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Add(address);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new Address(address, details);
    }

    public async Task<Address> UpdateAsync(Guid accountId, AddressUpdateInput input, CancellationToken ct)
    {
        var address = await FindAsync(accountId, input.AddressId, ct);
        if (input.ExpectedVersion is { } expected && expected != address.Version)
        {
            throw new ConflictException("The address was changed elsewhere. Read it again.", address.Version, ["input", "expectedVersion"]);
        }

        var details = Decrypt(address);
        details = new PrivateAddress(
            input.Recipient.HasValue ? Rules.Text(input.Recipient.Value ?? "", "recipient", 60) : details.Recipient,
            input.Phone.HasValue ? Rules.Phone(input.Phone.Value ?? "", "phone") : details.Phone,
            input.RoadAddress.HasValue ? Rules.Text(input.RoadAddress.Value ?? "", "roadAddress", 200) : details.RoadAddress,
            input.Detail.HasValue ? DetailOf(input.Detail.Value) : details.Detail);
        if (input.PostalCode.HasValue)
        {
            address.PostalCode = PostalCodeOf(input.PostalCode.Value ?? "");
        }

        address.PrivateEnc = Encrypt(details);
        address.UpdatedAt = clock.GetUtcNow();
        address.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ConflictException("The address was changed elsewhere at the same moment. Read it again.");
        }

        return new Address(address, details);
    }

    /// <summary>Deletes an address. When it was the default, the newest of the others takes its place.</summary>
    public async Task DeleteAsync(Guid accountId, Guid addressId, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(accountId, ct);
        var address = await FindAsync(accountId, addressId, ct);
        db.Remove(address);
        await db.SaveChangesAsync(ct);
        if (address.IsDefault && await db.Addresses.Where(a => a.AccountId == accountId).OrderByDescending(a => a.CreatedAt).FirstOrDefaultAsync(ct) is { } next)
        {
            next.IsDefault = true;
            next.Version++;
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    public async Task<Address> SetDefaultAsync(Guid accountId, Guid addressId, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(accountId, ct);
        var address = await FindAsync(accountId, addressId, ct);
        if (!address.IsDefault)
        {
            await ClearDefaultAsync(accountId, ct);
            address.IsDefault = true;
            address.UpdatedAt = clock.GetUtcNow();
            address.Version++;
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return Read(address);
    }

    internal Address Read(StoredAddress address) => new(address, Decrypt(address));

    private static string? DetailOf(string? text) => string.IsNullOrWhiteSpace(text) ? null : Rules.Text(text, "detail", 200);

    private static string PostalCodeOf(string text)
    {
        var code = Rules.Text(text, "postalCode", 10);
        return code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ' ')
            ? code
            : throw ValidationFailedException.Field("postalCode", "A postal code has digits and letters.");
    }

    // Changes of one account's addresses take turns, so that there is never a moment with two defaults.
    private Task LockAsync(Guid accountId, CancellationToken ct)
        => db.Database.ExecuteSqlAsync($"select 1 from account where id = {accountId} for update", ct);

    private Task ClearDefaultAsync(Guid accountId, CancellationToken ct)
        => db.Addresses.Where(a => a.AccountId == accountId && a.IsDefault)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.IsDefault, false).SetProperty(a => a.Version, a => a.Version + 1), ct);

    private async Task<StoredAddress> FindAsync(Guid accountId, Guid addressId, CancellationToken ct)
        => await db.Addresses.SingleOrDefaultAsync(a => a.Id == addressId && a.AccountId == accountId, ct)
            ?? throw new NotFoundException("There is no such address.", ["input", "addressId"]);

    private byte[] Encrypt(PrivateAddress details) => personal.Encrypt(Purpose, JsonSerializer.Serialize(details));

    private PrivateAddress Decrypt(StoredAddress address) => JsonSerializer.Deserialize<PrivateAddress>(personal.Decrypt(Purpose, address.PrivateEnc))!;
}
