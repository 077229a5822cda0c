using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using LuckyGraph.Fusion.Execution;
using LuckyGraph.Fusion.Telemetry;

namespace LuckyGraph.Fusion.Transport;

/// <summary>
/// Sends operations to one subgraph over kept-alive connections. Bodies come ready made; answers are read into pooled memory as
/// they are. Thread-safe.
/// </summary>
public sealed class SubgraphClient : IDisposable
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private const string AcceptSingle = "application/graphql-response+json, application/json;q=0.9";
    private const string AcceptBatch = "application/jsonl, application/json;q=0.9";

    private readonly HttpMessageInvoker _invoker;
    private readonly SubgraphSockets? _sockets;

    /// <summary>Prepares a client; connections are opened when they are needed.</summary>
    public SubgraphClient(string name, SubgraphOptions options)
        : this(name, options, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionIdleTimeout = options.IdleTimeout,
            EnableMultipleHttp2Connections = true,
            MaxResponseDrainSize = 64 * 1024,
        })
    {
    }

    /// <summary>Prepares a client over a handler of the caller's, which the client disposes.</summary>
    public SubgraphClient(string name, SubgraphOptions options, HttpMessageHandler handler)
    {
        Name = name;
        Options = options;
        MayShare = options.DeduplicateRequests && !options.ResponseHeaders.Contains("Set-Cookie", StringComparer.OrdinalIgnoreCase);
        _invoker = new HttpMessageInvoker(handler);
        _sockets = options.Subscriptions == SubscriptionProtocol.WebSocket ? new SubgraphSockets(name, options) : null;
    }

    /// <summary>The subgraph's name, as errors carry it.</summary>
    public string Name { get; }

    /// <summary>The settings.</summary>
    public SubgraphOptions Options { get; }

    /// <summary>Whether equal queries may have one answer. A cookie is set for one caller, so where cookies pass they may not.</summary>
    internal bool MayShare { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        _sockets?.Dispose();
        _invoker.Dispose();
    }

    /// <summary>Sends one request and reads the whole answer; its header fields go nowhere yet.</summary>
    /// <param name="body">The JSON body; not kept.</param>
    /// <param name="batch">Whether it holds several variable sets.</param>
    /// <param name="mayRepeat">Whether it may be sent again: it holds queries only.</param>
    /// <param name="headers">What to forward.</param>
    /// <param name="cancellationToken">Ends the request when the caller goes away.</param>
    /// <returns>The answer; the caller disposes its body.</returns>
    /// <exception cref="SubgraphException">There is no usable answer.</exception>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    internal ValueTask<SubgraphAnswer> AskAsync(
        ReadOnlyMemory<byte> body, bool batch, bool mayRepeat, RequestHeaders headers, CancellationToken cancellationToken)
        => GatewayTelemetry.ObservesSubgraphs
            ? ObserveAsync(body, batch, mayRepeat, headers, cancellationToken)
            : AskUnobservedAsync(body, batch, mayRepeat, headers, cancellationToken);

    private async ValueTask<SubgraphAnswer> ObserveAsync(
        ReadOnlyMemory<byte> body, bool batch, bool mayRepeat, RequestHeaders headers, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = "ok";
        using var activity = GatewayTelemetry.IsTraced ? GatewayTelemetry.Source.StartActivity("graphql.subgraph.request", ActivityKind.Client) : null;
        if (activity is not null)
        {
            activity.SetTag("graphql.subgraph.name", Name);
            activity.SetTag("server.address", Options.Url.Host);
            activity.SetTag("server.port", Options.Url.Port);
            // What the subgraph does hangs below this request.
            headers = headers.Below(activity.Id!);
        }

        try
        {
            var answer = await AskUnobservedAsync(body, batch, mayRepeat, headers, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("http.response.status_code", answer.Status);
            return answer;
        }
        catch (Exception e)
        {
            outcome = e is SubgraphException known ? known.Code : "CANCELLED";
            activity?.SetTag("error.type", outcome);
            activity?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            GatewayTelemetry.SubgraphDuration.Record(
                GatewayTelemetry.SecondsSince(started),
                new KeyValuePair<string, object?>("graphql.subgraph.name", Name),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    private ValueTask<SubgraphAnswer> AskUnobservedAsync(
        ReadOnlyMemory<byte> body, bool batch, bool mayRepeat, RequestHeaders headers, CancellationToken cancellationToken)
        => Options.Policy is { } policy
            ? policy.SendAsync(new SubgraphCall(this, body, batch, mayRepeat, headers), cancellationToken)
            : SendOnceAsync(body, batch, headers, cancellationToken);

    /// <summary>Sends one request, once, and reads the whole answer.</summary>
    internal async ValueTask<SubgraphAnswer> SendOnceAsync(ReadOnlyMemory<byte> body, bool batch, RequestHeaders headers, CancellationToken cancellationToken)
    {
        using var timeout = TimeLimit.Start(Options.Timeout, cancellationToken);
        try
        {
            using var request = Request(body, batch ? AcceptBatch : AcceptSingle, headers);
            using var response = await _invoker.SendAsync(request, timeout.Token).ConfigureAwait(false);
            // The body is not read yet, so there is nothing to wait for.
            var stream = response.Content.ReadAsStream(timeout.Token);
            if (!response.IsSuccessStatusCode && !IsJson(response))
            {
                throw new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{Name}\" answered with status {(int)response.StatusCode}.")
                {
                    IsTransient = SubgraphException.IsTransientStatus((int)response.StatusCode),
                };
            }

            var read = await ReadAsync(stream, response.Content.Headers.ContentLength, timeout.Token).ConfigureAwait(false);
            return new SubgraphAnswer(read, (int)response.StatusCode, Options.ResponseHeaders.IsEmpty ? [] : Collect(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SubgraphException(GatewayErrorCodes.Timeout, $"The subgraph \"{Name}\" did not answer within {Describe(Options.Timeout)}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{Name}\" cannot be reached.", e) { IsTransient = true };
        }
    }

    /// <summary>Opens a subscription by the protocol of the options and reads its events.</summary>
    /// <returns>One buffer per response, to be disposed by the reader; ends when the subgraph completes it.</returns>
    /// <exception cref="SubgraphException">The stream cannot be opened, or breaks before its end.</exception>
    internal IAsyncEnumerable<PooledBuffer> SubscribeAsync(ReadOnlyMemory<byte> body, RequestHeaders headers, CancellationToken cancellationToken)
        => _sockets?.SubscribeAsync(body, headers, cancellationToken) ?? StreamAsync(body, headers, cancellationToken);

    // The distinct-connection mode of GraphQL over SSE.
    private async IAsyncEnumerable<PooledBuffer> StreamAsync(
        ReadOnlyMemory<byte> body, RequestHeaders headers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = Request(body, "text/event-stream", headers);
        using var response = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            if (!IsJson(response))
            {
                throw new SubgraphException(GatewayErrorCodes.Unreachable,
                    $"The subgraph \"{Name}\" answered a subscription with status {(int)response.StatusCode} and no event stream.");
            }

            // Request errors come as one response.
            yield return await ReadAsync(stream, response.Content.Headers.ContentLength, cancellationToken).ConfigureAwait(false);
            yield break;
        }

        using var events = new EventStreamReader(stream, Options.MaxResponseBytes, Name);
        while (await NextAsync(events, cancellationToken).ConfigureAwait(false) is { } next)
        {
            yield return next;
        }
    }

    private async ValueTask<PooledBuffer?> NextAsync(EventStreamReader events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{Name}\" broke the stream of a subscription.", e);
        }
    }

    private async ValueTask<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Only the answer's head is bound in time: events may be hours apart.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Options.Timeout);
        try
        {
            return await _invoker.SendAsync(request, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SubgraphException(GatewayErrorCodes.Timeout, $"The subgraph \"{Name}\" did not open a stream within {Describe(Options.Timeout)}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SubgraphException(GatewayErrorCodes.Unreachable, $"The subgraph \"{Name}\" cannot be reached.", e);
        }
    }

    private HttpRequestMessage Request(ReadOnlyMemory<byte> body, string accept, RequestHeaders headers)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = s_json;
        var request = new HttpRequestMessage(HttpMethod.Post, Options.Url)
        {
            Content = content,
            Version = Options.HttpVersion,
            // Without TLS nothing negotiates the version: it is used as it is set.
            VersionPolicy = Options.Url.Scheme == Uri.UriSchemeHttps ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (!Options.RequestHeaders.IsEmpty)
        {
            foreach (var field in headers.For(Options.RequestHeaders))
            {
                request.Headers.TryAddWithoutValidation(field.Name, field.Value);
            }

            return request;
        }

        if (headers.Authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", headers.Authorization);
        }

        if (headers.TraceParent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", headers.TraceParent);
        }

        return request;
    }

    private ImmutableArray<HeaderField> Collect(HttpResponseMessage response)
    {
        var fields = ImmutableArray.CreateBuilder<HeaderField>();
        foreach (var name in Options.ResponseHeaders)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                foreach (var value in values)
                {
                    fields.Add(new HeaderField(name, value));
                }
            }
        }

        return fields.ToImmutable();
    }

    private static bool IsJson(HttpResponseMessage response)
        => response.Content.Headers.ContentType?.MediaType is "application/json" or "application/graphql-response+json" or "application/jsonl";

    private static string Describe(TimeSpan time) => time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0.#} s" : $"{time.TotalMilliseconds:0} ms";

    private async ValueTask<PooledBuffer> ReadAsync(Stream stream, long? length, CancellationToken cancellationToken)
    {
        if (length > Options.MaxResponseBytes)
        {
            throw TooLarge();
        }

        // One byte more than announced, so that the end shows without growing.
        var buffer = new PooledBuffer(length is { } known ? (int)known + 1 : 16 * 1024);
        try
        {
            while (true)
            {
                var memory = buffer.Array.AsMemory(buffer.Length);
                if (memory.IsEmpty)
                {
                    memory = buffer.GetMemory(buffer.Length);
                }

                var read = await stream.ReadAsync(memory, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer;
                }

                buffer.Advance(read);
                if (buffer.Length == length)
                {
                    return buffer;
                }

                if (buffer.Length > Options.MaxResponseBytes)
                {
                    throw TooLarge();
                }
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private SubgraphException TooLarge() => new(
        GatewayErrorCodes.InvalidResponse, $"The subgraph \"{Name}\" answered with more than {Options.MaxResponseBytes} bytes.");
}
