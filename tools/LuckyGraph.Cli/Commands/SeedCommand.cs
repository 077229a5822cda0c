using System.CommandLine;
using System.Net.Http.Json;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Cli.Platform;

namespace LuckyGraph.Cli.Commands;

/// <summary>A demo user as accounts made it.</summary>
internal sealed record DemoUser(string Role, string Email, string Password);

/// <summary><c>lucky seed</c>: a demo customer, seller and admin; the same ones every time.</summary>
internal static class SeedCommand
{
    public static Command Create()
    {
        var port = Options.Port();
        var data = Options.Data();
        var command = new Command("seed", "Creates the demo customer, seller and admin (development only).") { port, data };
        command.SetAction(async (result, ct) =>
        {
            foreach (var user in await SeedAsync(Options.Layout(result, port, data), ct))
            {
                Console.WriteLine($"{user.Role,-9} {user.Email}  password {user.Password}");
            }

            return 0;
        });
        return command;
    }

    public static async Task<IReadOnlyList<DemoUser>> SeedAsync(PlatformLayout layout, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            using var response = await http.PostAsync($"{layout["accounts"].Url}/dev/seed", null, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new LuckyException(
                    $"Accounts refused to seed ({(int)response.StatusCode}): demo users exist only in the Development environment.");
            }

            return await response.Content.ReadFromJsonAsync<List<DemoUser>>(cancellationToken) ?? [];
        }
        catch (HttpRequestException)
        {
            throw new LuckyException($"Accounts does not answer at {layout["accounts"].Url}. Start the platform: ./lucky up");
        }
    }
}
