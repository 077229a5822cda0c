using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>The forms a response can take.</summary>
internal enum ResponseFormat
{
    None,
    /// <summary><c>application/json</c></summary>
    Json,
    /// <summary><c>application/graphql-response+json</c></summary>
    GraphQLResponse,
    /// <summary><c>text/event-stream</c></summary>
    EventStream,
    /// <summary><c>application/jsonl</c></summary>
    JsonLines,
    /// <summary><c>multipart/mixed</c></summary>
    Multipart,
}

/// <summary>What a client accepts (RFC 9110, 12.5.1), narrowed to what this endpoint can answer.</summary>
/// <param name="Single">The form of one response: a JSON type, or an event stream when that is all the client accepts.</param>
/// <param name="AcceptsEventStream">Whether many responses may come as an event stream.</param>
/// <param name="AcceptsJsonLines">Whether a batch may come line by line.</param>
/// <param name="WantsHtml">Whether a browser asks for a page.</param>
internal readonly record struct AcceptHeader(ResponseFormat Single, bool AcceptsEventStream, bool AcceptsJsonLines, bool WantsHtml)
{
    private static readonly AcceptHeader s_any = new(ResponseFormat.Json, true, false, false);

    /// <summary>The form of an incremental delivery: parts, events or lines; none when the client asks for none by name.</summary>
    public ResponseFormat Incremental { get; init; }

    /// <summary>
    /// The form of a batch that is delivered as it is executed: lines, parts or events, whichever the client names and prefers;
    /// none when it prefers JSON, for an array in the end.
    /// </summary>
    public ResponseFormat Batch { get; init; }

    /// <summary>Whether subscriptions may come as <c>multipart/mixed; subscriptionSpec=1.0</c>.</summary>
    public bool AcceptsMultipartSubscription { get; init; }

    public bool IsAcceptable
        => Single != ResponseFormat.None || AcceptsEventStream || AcceptsJsonLines || AcceptsMultipartSubscription || Incremental != ResponseFormat.None;

    public static AcceptHeader Parse(StringValues header)
    {
        // The frequent values need no parser.
        switch (header.Count == 0 ? "" : header.Count == 1 ? header[0] : null)
        {
            case "" or "*/*":
                return s_any;
            case "application/json":
                return new AcceptHeader(ResponseFormat.Json, false, false, false);
            case "application/graphql-response+json":
                return new AcceptHeader(ResponseFormat.GraphQLResponse, false, false, false);
            case "text/event-stream":
                return new AcceptHeader(ResponseFormat.EventStream, true, false, false) { Incremental = ResponseFormat.EventStream, Batch = ResponseFormat.EventStream };
            case "application/jsonl":
                return new AcceptHeader(ResponseFormat.None, false, true, false) { Batch = ResponseFormat.JsonLines };
        }

        if (!MediaTypeHeaderValue.TryParseList(header, out var ranges))
        {
            return default;
        }

        var best = ResponseFormat.None;
        var bestQuality = 0.0;
        bool events = false, lines = false, html = false, parts = false;
        var incremental = ResponseFormat.None;
        var incrementalQuality = 0.0;
        double linesQuality = 0, jsonQuality = 0;
        foreach (var range in ranges)
        {
            var quality = range.Quality ?? 1;
            if (quality <= 0 || !AcceptsUtf8(range))
            {
                continue;
            }

            var format = FormatOf(range);
            if (quality > incrementalQuality && IncrementalFormatOf(range, format) is not ResponseFormat.None and var streamed)
            {
                incremental = streamed;
                incrementalQuality = quality;
            }

            events |= format == ResponseFormat.EventStream || range.MatchesAllTypes || range.MediaType.Equals("text/*", StringComparison.OrdinalIgnoreCase);
            lines |= format == ResponseFormat.JsonLines;
            parts |= IsMultipartSubscription(range);
            linesQuality = format == ResponseFormat.JsonLines ? Math.Max(linesQuality, quality) : linesQuality;
            jsonQuality = format is ResponseFormat.Json or ResponseFormat.GraphQLResponse ? Math.Max(jsonQuality, quality) : jsonQuality;
            html |= range.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase);
            if (format is not (ResponseFormat.None or ResponseFormat.JsonLines) && quality > bestQuality
                && (format != ResponseFormat.EventStream || best == ResponseFormat.None))
            {
                best = format;
                bestQuality = quality;
            }
            else if (best == ResponseFormat.EventStream && format is ResponseFormat.Json or ResponseFormat.GraphQLResponse)
            {
                // One response goes as JSON wherever JSON is accepted; the event stream is for many.
                best = format;
                bestQuality = quality;
            }
        }

        var batch = linesQuality > 0 && linesQuality >= incrementalQuality ? ResponseFormat.JsonLines : incremental;
        return new AcceptHeader(best, events, lines, html)
        {
            Incremental = incremental,
            AcceptsMultipartSubscription = parts,
            Batch = Math.Max(linesQuality, incrementalQuality) >= jsonQuality ? batch : ResponseFormat.None,
        };
    }

    private static ResponseFormat FormatOf(MediaTypeHeaderValue range)
    {
        if (range.MatchesAllTypes || range.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase)
            || range.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return ResponseFormat.Json;
        }

        return range.MediaType.Equals("application/graphql-response+json", StringComparison.OrdinalIgnoreCase) ? ResponseFormat.GraphQLResponse
            : range.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) ? ResponseFormat.EventStream
            : range.MediaType.Equals("application/jsonl", StringComparison.OrdinalIgnoreCase) ? ResponseFormat.JsonLines
            : ResponseFormat.None;
    }

    // The format of payloads is that of incrementalSpec=v0.2, which needs no mention where older clients name theirs; lines
    // without it are those of batches.
    private static ResponseFormat IncrementalFormatOf(MediaTypeHeaderValue range, ResponseFormat format)
    {
        var isMultipart = range.MediaType.Equals("multipart/mixed", StringComparison.OrdinalIgnoreCase);
        if (!isMultipart && format is not (ResponseFormat.EventStream or ResponseFormat.JsonLines))
        {
            return ResponseFormat.None;
        }

        var isNamed = false;
        foreach (var parameter in range.Parameters)
        {
            if (parameter.Name.Equals("deferSpec", StringComparison.OrdinalIgnoreCase) || parameter.Name.Equals("subscriptionSpec", StringComparison.OrdinalIgnoreCase))
            {
                return ResponseFormat.None;
            }

            if (parameter.Name.Equals("incrementalSpec", StringComparison.OrdinalIgnoreCase))
            {
                if (!HeaderUtilities.RemoveQuotes(parameter.Value).Equals("v0.2", StringComparison.OrdinalIgnoreCase))
                {
                    return ResponseFormat.None;
                }

                isNamed = true;
            }
        }

        return isMultipart ? ResponseFormat.Multipart : format == ResponseFormat.JsonLines && !isNamed ? ResponseFormat.None : format;
    }

    private static bool IsMultipartSubscription(MediaTypeHeaderValue range)
    {
        if (!range.MediaType.Equals("multipart/mixed", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var parameter in range.Parameters)
        {
            if (parameter.Name.Equals("subscriptionSpec", StringComparison.OrdinalIgnoreCase))
            {
                return HeaderUtilities.RemoveQuotes(parameter.Value).Equals("1.0", StringComparison.Ordinal);
            }
        }

        return false;
    }

    private static bool AcceptsUtf8(MediaTypeHeaderValue range)
        => !range.Charset.HasValue || range.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || range.Charset.Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
