using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore;

/// <summary>Which statuses say that a response carries errors.</summary>
public enum StatusProfile
{
    /// <summary>
    /// What published clients and audits expect: 400 for every request error of <c>application/graphql-response+json</c>,
    /// 200 for <c>application/json</c>.
    /// </summary>
    Compatible,

    /// <summary>
    /// The GraphQL over HTTP draft of August 2026: 400 for JSON or a document that does not parse, 422 for other request errors and
    /// 294 for data with errors, whatever the client accepts; <c>application/json</c> is the type of 2xx responses only.
    /// </summary>
    Draft2026,
}

/// <summary>What one GraphQL endpoint accepts. The defaults protect a public endpoint.</summary>
public sealed class GraphQLEndpointOptions
{
    /// <summary>Largest request body and largest socket message, in bytes. 1 MiB by default.</summary>
    public int MaxRequestBytes { get; set; } = 1024 * 1024;

    /// <summary>Whether one HTTP request may carry a list of requests, or a list of variable sets. Off by default, on for source schemas of a gateway.</summary>
    public bool AllowBatching { get; set; }

    /// <summary>Most requests plus variable sets of one batch. 1,024 by default.</summary>
    public int MaxBatchSize { get; set; } = 1024;

    /// <summary>Whether queries may come by GET. On by default; mutations never do.</summary>
    public bool AllowGet { get; set; } = true;

    /// <summary>
    /// Whether GET requests must show that a browser let them through a preflight or sent them from this very site: one of
    /// <see cref="PreflightHeaders"/>, an <c>Authorization</c> header, <c>Content-Type: application/json</c>, or the browser's
    /// own <c>Sec-Fetch-Site: same-origin</c>. POST requests always show it, by their content type. Off by default.
    /// </summary>
    public bool RequirePreflight { get; set; }

    /// <summary>Header names whose presence proves a preflight.</summary>
    public IList<string> PreflightHeaders { get; } = ["GraphQL-Preflight", "X-Requested-With", "Apollo-Require-Preflight"];

    /// <summary>
    /// Whether files may come in multipart requests (GraphQL multipart request specification). Such a request must always show
    /// that a browser let it through a preflight, as with <see cref="RequirePreflight"/>. Off by default.
    /// </summary>
    public bool AllowUploads { get; set; }

    /// <summary>Most files of one multipart request. 20 by default (413 beyond, as with the limits below).</summary>
    public int MaxUploadFiles { get; set; } = 20;

    /// <summary>Most paths of the <c>map</c> of a multipart request: one file may stand in several places. 100 by default.</summary>
    public int MaxUploadMapEntries { get; set; } = 100;

    /// <summary>Largest file, in bytes. 16 MiB by default.</summary>
    public long MaxUploadFileBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Largest multipart request with all its files, in bytes. 64 MiB by default. <see cref="MaxRequestBytes"/> limits its fields <c>operations</c> and <c>map</c>.</summary>
    public long MaxUploadBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Where files are kept while their request runs; null, the default, is the system's folder for temporary files.</summary>
    public string? UploadFolder { get; set; }

    /// <summary>Whether WebSockets are accepted. On by default.</summary>
    public bool AllowWebSockets { get; set; } = true;

    /// <summary>Decides by its <c>Origin</c> header whether a browser's page may open a socket; null accepts every origin.</summary>
    public Func<HttpContext, string, bool>? IsSocketOriginAllowed { get; set; }

    /// <summary>Longest wait for a socket's <c>connection_init</c> message. 10 seconds by default.</summary>
    public TimeSpan ConnectionInitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most operations that run on one socket at a time. 100 by default.</summary>
    public int MaxOperationsPerSocket { get; set; } = 100;

    /// <summary>How often idle streams show that they live: comments on event streams, ping frames on sockets. 12 seconds by default.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// How often a socket's client is sent a <c>ping</c> message, which programs can see and measure, unlike the ping frames of
    /// <see cref="KeepAliveInterval"/>. Null, the default, sends none.
    /// </summary>
    public TimeSpan? SocketPingInterval { get; set; }

    /// <summary>
    /// Whether one event stream may carry many operations (GraphQL over SSE, single connection mode): PUT reserves a stream, GET
    /// opens it, POST and DELETE start and end its operations. At most <see cref="MaxOperationsPerSocket"/> run on one stream.
    /// On by default.
    /// </summary>
    public bool AllowSingleConnectionStreams { get; set; } = true;

    /// <summary>How long a reserved event stream waits to be opened. 30 seconds by default.</summary>
    public TimeSpan StreamReservationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most event streams reserved or open in single connection mode. 10,000 by default.</summary>
    public int MaxReservedStreams { get; set; } = 10_000;

    /// <summary>The documents that clients may name by <c>documentId</c> or by the hash of <c>extensions.persistedQuery</c>; null when there are none.</summary>
    public ITrustedDocumentStore? TrustedDocuments { get; set; }

    /// <summary>Whether nothing but <see cref="TrustedDocuments"/> is executed; the text of a request that also names a document is ignored. Off by default.</summary>
    public bool OnlyTrustedDocuments { get; set; }

    /// <summary>Whether clients may register documents by their hash (automatic persisted queries). Off by default, and off where only trusted documents run.</summary>
    public bool AllowAutomaticPersistedQueries { get; set; }

    /// <summary>Most bytes of automatically persisted documents kept in memory. 16 MiB by default.</summary>
    public long MaxPersistedQueryBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Whether JSON responses of <see cref="CompressionThreshold"/> bytes or more are compressed (Brotli, gzip) for clients that
    /// accept it. Streams never are: what is compressed is held back. Off by default: a proxy in front often does it already.
    /// </summary>
    public bool CompressResponses { get; set; }

    /// <summary>Smallest response that is worth compressing, in bytes. 1,400 by default: what fits one packet gains nothing.</summary>
    public int CompressionThreshold { get; set; } = 1_400;

    /// <summary>The statuses of responses with errors.</summary>
    public StatusProfile StatusProfile { get; set; }

    /// <summary>
    /// Whether a request with credentials that fail verification is refused with 401 and <c>AUTH_NOT_AUTHENTICATED</c>, rather
    /// than served as an anonymous one. On by default; without credentials a request is anonymous either way.
    /// </summary>
    public bool RefuseInvalidCredentials { get; set; } = true;

    /// <summary>Answers browsers that open the endpoint (GET with <c>Accept: text/html</c> and no query), typically with an explorer.</summary>
    public RequestDelegate? Explorer { get; set; }

    /// <summary>Puts what the host knows about a request into the operation's state (<see cref="LuckyGraph.Engine.Execution.RequestState"/>).</summary>
    public Action<HttpContext, IDictionary<string, object?>>? ConfigureState { get; set; }

    /// <summary>
    /// Whether <see cref="ConfigureState"/> has anything to say about a request. Where it has not, and nothing else is known, the
    /// operation has no state, which then costs nothing. By default it always has.
    /// </summary>
    public Func<HttpContext, bool>? HasState { get; set; }

    /// <summary>The host's clock, by which tokens expire.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>What sees requests before the executor does.</summary>
    internal IHttpRequestInterceptor[] Interceptors { get; set; } = [];
}
