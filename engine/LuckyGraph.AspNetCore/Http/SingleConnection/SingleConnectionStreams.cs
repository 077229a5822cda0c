using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LuckyGraph.AspNetCore.Http.SingleConnection;

/// <summary>
/// GraphQL over Server-Sent Events, single connection mode: PUT reserves a stream and answers 201 with its token, GET opens it
/// once, POST starts an operation whose id is <c>extensions.operationId</c> and answers 202, DELETE ends one by
/// <c>?operationId=</c>. The token is 128 random bits, sent back as <c>X-GraphQL-Event-Stream-Token</c> or <c>?token=</c>.
/// </summary>
internal sealed class SingleConnectionStreams(GraphQLEndpointOptions options, ILogger logger, CancellationToken stopping)
{
    private const string TokenHeader = "X-GraphQL-Event-Stream-Token";
    private readonly ConcurrentDictionary<string, ReservedStream> _streams = new(StringComparer.Ordinal);

    /// <summary>Whether a request belongs to this mode: it reserves a stream, or it names one.</summary>
    public static bool IsMeant(HttpRequest request) => HttpMethods.IsPut(request.Method) || TokenOf(request) is not null;

    /// <summary>Serves a request that <see cref="IsMeant"/>.</summary>
    /// <exception cref="RequestFormatException">It cannot be served.</exception>
    public Task HandleAsync(HttpContext context, IRequestExecutor executor, Func<HttpRequest, RequestFormatException?> checkContentType)
    {
        var request = context.Request;
        if (HttpMethods.IsPut(request.Method))
        {
            return ReserveAsync(context);
        }

        if (!_streams.TryGetValue(TokenOf(request)!, out var stream))
        {
            throw new RequestFormatException("The event stream is unknown: reserve one with PUT.", StatusCodes.Status404NotFound);
        }

        switch (request.Method)
        {
            case "GET":
                return OpenAsync(context, stream);
            case "POST":
                return checkContentType(request) is { } refusal ? throw refusal : StartAsync(context, stream, executor);
            case "DELETE":
                stream.Complete(request.Query["operationId"] is [{ Length: > 0 } id] ? id : throw new RequestFormatException("The parameter \"operationId\" is missing."));
                context.Response.StatusCode = StatusCodes.Status200OK;
                return Task.CompletedTask;
            default:
                context.Response.Headers.Allow = "GET, POST, PUT, DELETE";
                throw new RequestFormatException($"The method {request.Method} is not allowed.", StatusCodes.Status405MethodNotAllowed);
        }
    }

    private static string? TokenOf(HttpRequest request)
        => request.Headers[TokenHeader] is [{ Length: > 0 } header] ? header
            : request.Query["token"] is [{ Length: > 0 } parameter] ? parameter
            : null;

    private Task ReserveAsync(HttpContext context)
    {
        if (_streams.Count >= options.MaxReservedStreams)
        {
            throw new RequestFormatException("Too many event streams are reserved.", StatusCodes.Status503ServiceUnavailable, ErrorCodes.Limit);
        }

        var stream = new ReservedStream(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), options, logger, stopping);
        _streams[stream.Token] = stream;
        _ = ExpireAsync(stream);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(stream.Token), context.RequestAborted).AsTask();
    }

    private async Task ExpireAsync(ReservedStream stream)
    {
        await Task.Delay(options.StreamReservationTimeout, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Whoever opens it in this moment wins: only one side gets it.
        if (stream.TryOpen())
        {
            Remove(stream);
        }
    }

    private async Task OpenAsync(HttpContext context, ReservedStream stream)
    {
        if (!stream.TryOpen())
        {
            throw new RequestFormatException("The event stream is open already.", StatusCodes.Status409Conflict);
        }

        try
        {
            await stream.WriteAsync(context);
        }
        finally
        {
            Remove(stream);
        }
    }

    private async Task StartAsync(HttpContext context, ReservedStream stream, IRequestExecutor executor)
    {
        var envelope = RequestParser.ParseBody(await BodyReader.ReadAsync(context, options.MaxRequestBytes), options);
        try
        {
            var request = envelope.Requests[0];
            if (envelope.IsBatch || request.VariableSets is not null)
            {
                throw new RequestFormatException("Batches are not carried by event streams.");
            }

            if (request.Extensions.ValueKind != JsonValueKind.Object
                || !request.Extensions.TryGetProperty("operationId"u8, out var id) || id.ValueKind != JsonValueKind.String || id.GetString() is not { Length: > 0 } operationId)
            {
                throw new RequestFormatException("The extension \"operationId\" must be a string: it names the operation on its stream.");
            }

            var operation = OperationRequests.Create(request, context, options, readOnly: false, allowStream: true);
            try
            {
                // While the HTTP request lives: the operation outlives it.
                foreach (var interceptor in options.Interceptors)
                {
                    operation = await interceptor.OnCreateAsync(context, operation, context.RequestAborted);
                }
            }
            catch (GraphQLException e)
            {
                throw new RequestFormatException(e.Message, code: e.Error.Code ?? ErrorCodes.BadRequest);
            }

            stream.Start(operationId, operation, envelope, executor);
        }
        catch
        {
            envelope.Dispose();
            throw;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private void Remove(ReservedStream stream)
    {
        _streams.TryRemove(stream.Token, out _);
        stream.Dispose();
    }
}
