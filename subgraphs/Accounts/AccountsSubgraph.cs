using LuckyGraph.Accounts.Addresses;
using LuckyGraph.Accounts.Data;
using LuckyGraph.Accounts.Mail;
using LuckyGraph.Accounts.Notifications;
using LuckyGraph.Accounts.Passwords;
using LuckyGraph.Accounts.Privacy;
using LuckyGraph.Accounts.Profile;
using LuckyGraph.Accounts.Registration;
using LuckyGraph.Accounts.Seeding;
using LuckyGraph.Accounts.Sessions;
using LuckyGraph.Accounts.Tokens;
using LuckyGraph.Accounts.Users;
using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.Contracts.Events;
using LuckyGraph.Hosting;
using Microsoft.AspNetCore.Identity;

namespace LuckyGraph.Accounts;

/// <summary>Who people are: accounts, sessions, addresses, sellers, notifications.</summary>
public static class AccountsSubgraph
{
    /// <summary>The subgraph's host.</summary>
    public static SubgraphBuilder CreateBuilder(string[] args)
    {
        var builder = Subgraph.CreateBuilder(args, "accounts");
        builder.AddDatabase<AccountsContext>();
        builder.AddEvents(events => events
            .Handle<OrderPaid, OrderPaidNotification>()
            .Handle<OrderCancelled, OrderCancelledNotification>());

        builder.GraphQL.AddAccounts();

        builder.Services.AddSingleton<KeyFolder>();
        builder.Services.AddSingleton<PersonalData>();
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddSingleton<ISigningKeySource>(services => services.GetRequiredService<AccessTokens>());
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        builder.Services.AddScoped<OneTimeCodes>();
        builder.Services.AddScoped<RegistrationDesk>();
        builder.Services.AddScoped<SessionDesk>();
        builder.Services.AddScoped<PasswordDesk>();
        builder.Services.AddScoped<ProfileDesk>();
        builder.Services.AddScoped<AddressDesk>();
        builder.Services.AddScoped<NotificationDesk>();
        builder.Services.AddScoped<MailQueue>();
        builder.Services.AddHostedService<MailSender>();

        builder.Map(app =>
        {
            app.MapGet("/.well-known/jwks.json", (AccessTokens tokens) => Results.Json(tokens.KeySet));
            app.MapSeeding();
        });
        return builder;
    }
}
