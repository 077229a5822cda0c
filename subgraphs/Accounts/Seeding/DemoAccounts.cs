using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Accounts.Sellers;
using LuckyGraph.Accounts.Users;
using LuckyGraph.Contracts;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting.Data;
using LuckyGraph.Hosting.Events;
using LuckyGraph.Hosting.Locks;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Accounts.Seeding;

/// <summary>An account that a developer signs in with.</summary>
public sealed record DemoAccount(string Role, string Email, string Password, string Nickname);

/// <summary>The demo customer, seller and admin of the Development environment; the same ones every time.</summary>
public static class DemoAccounts
{
    private static readonly (AccountRole Role, DemoAccount Account)[] All =
    [
        (AccountRole.Customer, new DemoAccount(Role.Customer, "customer@lucky.example", "lucky-customer-1", "Demo customer")),
        (AccountRole.Seller, new DemoAccount(Role.Seller, "seller@lucky.example", "lucky-seller-1", "Demo seller")),
        (AccountRole.Admin, new DemoAccount(Role.Admin, "admin@lucky.example", "lucky-admin-1", "Demo admin")),
    ];

    internal static void MapSeeding(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapPost("/dev/seed", async (AccountsContext db, RegistrationDesk desk, Outbox outbox, AdvisoryLocks locks, DatabaseStartup startup, TimeProvider clock, CancellationToken ct) =>
            {
                await startup.WaitAsync(ct);
                await using var turn = await locks.AcquireAsync("seed", ct);
                foreach (var (role, demo) in All)
                {
                    await EnsureAsync(role, demo, db, desk, outbox, clock, ct);
                }

                return Results.Json(All.Select(a => a.Account));
            });
        }
    }

    private static async Task EnsureAsync(
        AccountRole role, DemoAccount demo, AccountsContext db, RegistrationDesk desk, Outbox outbox, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var account = await desk.FindAsync(demo.Email, ct);
        if (account is null)
        {
            account = desk.NewAccount(demo.Email, demo.Password, demo.Nickname, role, marketing: false);
            account.EmailVerifiedAt = now;
            db.Add(account);
            outbox.Add(new UserRegistered(account.Id));
        }

        if (role == AccountRole.Seller && !await db.Sellers.AnyAsync(s => s.OwnerId == account.Id, ct))
        {
            var seller = new Seller
            {
                Id = Guid.CreateVersion7(),
                OwnerId = account.Id,
                Name = "Lucky demo store",
                BusinessNo = "000-00-00000",
                Status = SellerStatus.Active,
                CommissionBps = 1000,
                CreatedAt = now,
                UpdatedAt = now,
            };
            db.Add(seller);
            outbox.Add(new SellerStatusChanged(seller.Id, "ACTIVE"));
        }

        await db.SaveChangesAsync(ct);
    }
}
