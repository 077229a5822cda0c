using LuckyGraph.AspNetCore.Authentication;
using LuckyGraph.AspNetCore.Http.SingleConnection;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.AspNetCore.Uploads;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LuckyGraph.AspNetCore.Http;

/// <summary>GraphQL over HTTP: negotiates, reads, executes, and answers with one response, a batch or an event stream.</summary>
internal sealed class GraphQLHttpTransport(Lazy<IRequestExecutor> executor, GraphQLEndpointOptions options, ILogger logger, CancellationToken stopping)
{
    private readonly string _allowedMethods = options.AllowGet ? "GET, POST" : "POST";
    private readonly SingleConnectionStreams? _streams = options.AllowSingleConnectionStreams ? new SingleConnectionStreams(options, logger, stopping) : null;

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var accept = AcceptHeader.Parse(request.Headers.Accept);
        var isGet = HttpMethods.IsGet(request.Method);
        if (isGet && accept.WantsHtml && options.Explorer is { } explorer && !request.Query.ContainsKey("query"))
        {
            await explorer(context);
            return;
        }

        context.Response.Headers.Vary = HeaderNames.Accept;
        try
        {
            if (_streams is not null && SingleConnectionStreams.IsMeant(request))
            {
                if (await CheckCredentialsAsync(context) is { } rejected)
                {
                    throw rejected;
                }

                await _streams.HandleAsync(context, executor.Value, CheckContentType);
                return;
            }

            if ((CheckRequest(context, accept, isGet) ?? await CheckCredentialsAsync(context)) is { } refusal)
            {
                await RefuseAsync(context, accept, refusal);
                return;
            }

            using var envelope = await ReadAsync(context, isGet);
            if (envelope.IsBatch || envelope.Requests[0].VariableSets is not null)
            {
                await BatchResponse.WriteAsync(context, accept, envelope, InterceptedExecutor.For(executor, context, options), options, stopping);
            }
            else
            {
                await ExecuteSingleAsync(context, accept, envelope.Requests[0], isGet);
            }
        }
        catch (RequestFormatException e)
        {
            await RefuseAsync(context, accept, e);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception e) when (e is not Microsoft.AspNetCore.Connections.ConnectionAbortedException)
        {
            logger.LogError(e, "A GraphQL request failed unexpectedly.");
            if (context.Response.HasStarted)
            {
                context.Abort();
            }
            else
            {
                await RefuseAsync(context, accept, new RequestFormatException("The request failed unexpectedly.", StatusCodes.Status500InternalServerError, ErrorCodes.Internal));
            }
        }
    }

    private Task RefuseAsync(HttpContext context, AcceptHeader accept, RequestFormatException refusal)
    {
        var status = ResponseStatus.Of(refusal, options.StatusProfile);
        return ErrorResponse.WriteAsync(context, ResponseStatus.FormatOf(status, accept.Single, options.StatusProfile), status, refusal.Message, refusal.Code);
    }

    private async ValueTask<RequestEnvelope> ReadAsync(HttpContext context, bool isGet)
        => isGet ? RequestParser.ParseQuery(context.Request.Query)
            : IsUpload(context.Request) ? await new MultipartRequest(context, options).ReadAsync()
            : RequestParser.ParseBody(await BodyReader.ReadAsync(context, options.MaxRequestBytes), options);

    private bool IsUpload(HttpRequest request) => options.AllowUploads && MultipartRequest.IsMeant(request);

    /// <summary>Why the request cannot be served; null when it can.</summary>
    private RequestFormatException? CheckRequest(HttpContext context, AcceptHeader accept, bool isGet)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) && !(isGet && options.AllowGet))
        {
            context.Response.Headers.Allow = _allowedMethods;
            return new RequestFormatException($"The method {request.Method} is not allowed.", StatusCodes.Status405MethodNotAllowed);
        }

        if (!accept.IsAcceptable)
        {
            return new RequestFormatException(
                "None of the accepted media types can be answered: use application/graphql-response+json, application/json or text/event-stream.",
                StatusCodes.Status406NotAcceptable);
        }

        // Forms are what other sites can send without asking.
        var isUpload = !isGet && IsUpload(request);
        if ((isUpload || (isGet && options.RequirePreflight)) && !CrossSiteRequests.IsPreflighted(request, options.PreflightHeaders))
        {
            return new RequestFormatException($"This request could have been forged by another site: send it with the header {options.PreflightHeaders.FirstOrDefault()}: 1.");
        }

        return isGet ? null : isUpload ? CheckEncoding(request) : CheckContentType(request);
    }

    private async ValueTask<RequestFormatException?> CheckCredentialsAsync(HttpContext context)
    {
        if (await Credentials.CheckAsync(context) is not { } failure || !options.RefuseInvalidCredentials)
        {
            return null;
        }

        if (failure is SigningKeysUnavailableException)
        {
            return new RequestFormatException("The credentials cannot be checked now.", StatusCodes.Status503ServiceUnavailable, "AUTH_UNAVAILABLE");
        }

        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return new RequestFormatException(failure.Message, StatusCodes.Status401Unauthorized, ErrorCodes.NotAuthenticated);
    }

    private static RequestFormatException? CheckContentType(HttpRequest request)
    {
        // What nearly all clients send needs no parser.
        if (request.ContentType is not ("application/json" or "application/json; charset=utf-8") && CheckMediaType(request) is { } refusal)
        {
            return refusal;
        }

        return CheckEncoding(request);
    }

    private static RequestFormatException? CheckEncoding(HttpRequest request)
        => request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding is not ["identity"]
            ? new RequestFormatException("Encoded request bodies are not supported.", StatusCodes.Status415UnsupportedMediaType)
            : null;

    private static RequestFormatException? CheckMediaType(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return new RequestFormatException(
                MultipartRequest.IsMeant(request) ? "Uploads are not enabled on this endpoint: the content type must be application/json." : "The content type must be application/json.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        return type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? new RequestFormatException("The charset must be utf-8.", StatusCodes.Status415UnsupportedMediaType)
            : null;
    }

    private async Task ExecuteSingleAsync(HttpContext context, AcceptHeader accept, GraphQLRequest request, bool isGet)
    {
        if (accept is { Single: ResponseFormat.None, AcceptsEventStream: false, AcceptsMultipartSubscription: false, Incremental: ResponseFormat.None })
        {
            throw new RequestFormatException("application/jsonl answers batches only.", StatusCodes.Status406NotAcceptable);
        }

        var operation = OperationRequests.Create(
            request, context, options, readOnly: isGet, allowStream: accept.AcceptsEventStream || accept.AcceptsMultipartSubscription, allowIncremental: accept.Incremental != ResponseFormat.None);
        var target = InterceptedExecutor.For(executor, context, options);
        if (accept.Single == ResponseFormat.EventStream)
        {
            await EventStreamResponse.WriteAsync(context, target, operation, options, stopping);
            return;
        }

        await using var result = TokenExpiry.Bound(await target.ExecuteAsync(operation, context.RequestAborted), operation.User, options.Clock);
        switch (result)
        {
            case SingleResult single when accept is { Single: ResponseFormat.None, AcceptsMultipartSubscription: true }:
                await MultipartSubscription.WriteAsync(context, single);
                break;
            case SingleResult single when accept.Single == ResponseFormat.None:
                await PayloadResponse.WriteAsync(context, single, accept.Incremental);
                break;
            case SingleResult single:
                await WriteAsync(context, single, accept.Single);
                break;
            case StreamResult { IsSubscription: false } stream when accept.Incremental is ResponseFormat.Multipart or ResponseFormat.JsonLines:
                await PayloadResponse.WriteAsync(context, stream, accept.Incremental, stopping);
                break;
            case StreamResult { IsSubscription: true } stream when accept.AcceptsMultipartSubscription:
                await MultipartSubscription.WriteAsync(context, stream, options, stopping);
                break;
            case StreamResult stream when accept.AcceptsEventStream:
                await EventStreamResponse.WriteAsync(context, stream, options, stopping);
                break;
            default:
                throw new RequestFormatException("A subscription is answered as text/event-stream, as multipart/mixed; subscriptionSpec=1.0, or over a WebSocket.", StatusCodes.Status406NotAcceptable);
        }
    }

    private async Task WriteAsync(HttpContext context, SingleResult result, ResponseFormat format)
    {
        var response = context.Response;
        response.StatusCode = ResponseStatus.Of(result, format, options.StatusProfile);
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = "POST";
        }

        response.ContentType = ContentTypes.Of(ResponseStatus.FormatOf(response.StatusCode, format, options.StatusProfile));
        await CompressedBody.WriteAsync(context, result.Json, options);
    }
}
