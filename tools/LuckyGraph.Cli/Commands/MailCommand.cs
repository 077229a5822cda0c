using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using LuckyGraph.Cli.Infrastructure;
using Spectre.Console;

namespace LuckyGraph.Cli.Commands;

/// <summary><c>lucky mail</c>: what the sandbox mailbox received, newest last.</summary>
internal static class MailCommand
{
    private sealed record Message(string To, string From, string Subject, string Body, DateTimeOffset ReceivedAt);

    public static Command Create()
    {
        var port = Options.Port();
        var data = Options.Data();
        var to = new Option<string?>("--to") { Description = "Only mail to this address." };
        var last = new Option<int>("--last", "-n") { Description = "How many of the newest.", DefaultValueFactory = _ => 10 };
        var command = new Command("mail", "Shows the sandbox mailbox.") { to, last, port, data };
        command.SetAction(async (result, ct) =>
        {
            var url = Options.Layout(result, port, data)["sandbox"].Url;
            var address = result.GetValue(to);
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            try
            {
                var messages = await http.GetFromJsonAsync<List<Message>>(
                    $"{url}/api/mail{(address is null ? "" : $"?to={Uri.EscapeDataString(address)}")}", JsonSerializerOptions.Web, ct) ?? [];
                if (messages.Count == 0)
                {
                    Console.WriteLine(address is null ? "The mailbox is empty." : $"There is no mail to {address}.");
                }

                foreach (var message in messages.Take(result.GetValue(last)).Reverse())
                {
                    AnsiConsole.Write(new Rule { Style = Style.Parse("grey") });
                    AnsiConsole.MarkupLineInterpolated($"[grey]{message.ReceivedAt:yyyy-MM-dd HH:mm:ss}Z[/] to [bold]{message.To}[/]: {message.Subject}");
                    AnsiConsole.WriteLine(message.Body.Trim());
                }

                return 0;
            }
            catch (HttpRequestException)
            {
                throw new LuckyException($"The sandbox does not answer at {url}. Start the platform: ./lucky up");
            }
        });
        return command;
    }
}
