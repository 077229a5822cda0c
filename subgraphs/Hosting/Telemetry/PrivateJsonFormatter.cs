using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace LuckyGraph.Hosting.Telemetry;

/// <summary>
/// Writes one JSON object per log entry. E-mail addresses, phone numbers and tokens are masked wherever they appear, because
/// messages of libraries quote what they were given.
/// </summary>
internal sealed partial class PrivateJsonFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lucky-json";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.UtcNow);
            json.WriteString("level", logEntry.LogLevel.ToString());
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", Mask(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", Mask(exception.ToString()));
            }

            if (Activity.Current is { } activity)
            {
                json.WriteString("trace", activity.TraceId.ToHexString());
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    internal static string Mask(string text) => Personal().Replace(text, "•••");

    [GeneratedRegex(@"[\w.+%-]+@[\w-]+(\.[\w-]+)+|\beyJ[\w-]+\.[\w-]+\.[\w-]+|(?<!\d)0\d{1,2}[- ]?\d{3,4}[- ]?\d{4}(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Personal();
}
