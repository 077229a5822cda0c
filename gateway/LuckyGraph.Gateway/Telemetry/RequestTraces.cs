using System.Diagnostics;
using OpenTelemetry.Trace;

namespace LuckyGraph.Gateway.Telemetry;

/// <summary>
/// The spans of HTTP requests, by OpenTelemetry's conventions for servers. Whether a request is traced is decided once, before any
/// activity is made: one that is not costs the decision, and nothing below it asks again.
/// </summary>
internal sealed class RequestTraces(Sampler sampler)
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "LuckyGraph.Gateway";

    // 00-{trace}-{span}-{flags}
    private const int TraceParentLength = 55;

    private static readonly ActivitySource s_source = new(SourceName);
    private readonly bool _isNever = sampler is AlwaysOffSampler;

    /// <summary>Decides which requests are traced.</summary>
    public Sampler Sampler => sampler;

    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        string? given = context.Request.Headers.TraceParent;
        if (IsSampled(context, given, out var parent))
        {
            return TraceAsync(context, next, parent);
        }

        if (given is { Length: TraceParentLength } && given[^1] is not ('0' or '2' or '4' or '6' or '8' or 'a' or 'c' or 'e'))
        {
            // Whoever is asked on this request's behalf learns that it is not traced here.
            context.Request.Headers.TraceParent = string.Concat(given.AsSpan(0, TraceParentLength - 2), "00");
        }

        return next(context);
    }

    private bool IsSampled(HttpContext context, string? given, out ActivityContext parent)
    {
        parent = default;
        if (_isNever)
        {
            return false;
        }

        if (given is not null)
        {
            ActivityContext.TryParse(given, context.Request.Headers.TraceState, isRemote: true, out parent);
        }

        var isRoot = parent == default;
        var trace = isRoot ? ActivityTraceId.CreateRandom() : parent.TraceId;
        if (sampler.ShouldSample(new SamplingParameters(parent, trace, MethodOf(context), ActivityKind.Server)).Decision != SamplingDecision.RecordAndSample)
        {
            return false;
        }

        if (isRoot)
        {
            // A parent without a span: the span is the first of the trace that was decided about, so the same decision is made again.
            parent = new ActivityContext(trace, default, ActivityTraceFlags.Recorded);
        }

        return true;
    }

    private static async Task TraceAsync(HttpContext context, RequestDelegate next, ActivityContext parent)
    {
        var request = context.Request;
        var method = MethodOf(context);
        using var span = s_source.StartActivity(method, ActivityKind.Server, parent);
        if (span is not { IsAllDataRequested: true })
        {
            await next(context);
            return;
        }

        span.SetTag("http.request.method", method);
        span.SetTag("url.scheme", request.Scheme);
        // Not the query: it may hold an operation's values.
        span.SetTag("url.path", request.Path.Value);
        span.SetTag("server.address", request.Host.Host);
        span.SetTag("server.port", request.Host.Port);
        span.SetTag("network.protocol.version", request.Protocol[(request.Protocol.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        span.SetTag("user_agent.original", (string?)request.Headers.UserAgent);
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.DisplayName = $"{method} {route}";
            span.SetTag("http.route", route);
        }

        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            span.SetTag("error.type", e.GetType().FullName);
            span.SetStatus(ActivityStatusCode.Error);
            throw;
        }

        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    // What a client invents is no name of a span.
    private static string MethodOf(HttpContext context) => context.Request.Method
        is var method and ("GET" or "POST" or "HEAD" or "OPTIONS" or "CONNECT" or "PUT" or "DELETE" or "PATCH" or "TRACE") ? method : "_OTHER";
}
