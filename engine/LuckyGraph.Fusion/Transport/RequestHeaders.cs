using System.Collections.Immutable;
using System.Text;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Transport;

/// <summary>One header field of a request or response.</summary>
/// <param name="Name">The name, compared without regard to case.</param>
/// <param name="Value">The value.</param>
public readonly record struct HeaderField(string Name, string Value);

/// <summary>Takes up what subgraphs answer in their headers. Called from several threads at a time.</summary>
public interface IResponseHeaderSink
{
    /// <summary>Called once per answer of a subgraph, with those of <see cref="SubgraphOptions.ResponseHeaders"/> that it had.</summary>
    void Add(string subgraph, ImmutableArray<HeaderField> fields);

    /// <summary>Called when an operation's answer may be stored by everybody.</summary>
    /// <param name="maxAge">How long since it was made, in seconds.</param>
    /// <param name="age">How long ago it was made, in seconds.</param>
    void MayBeStored(int maxAge, int age) { }
}

/// <summary>What the caller of the gateway sent that subgraphs may see, and what may separate its answers from others'.</summary>
public sealed class RequestHeaders
{
    /// <summary>
    /// Key of <see cref="OperationRequest.State"/> for the client's header fields that rules speak of, an
    /// <see cref="ImmutableArray{T}"/> of <see cref="HeaderField"/>.
    /// </summary>
    public const string FieldsState = "lucky.headerFields";

    /// <summary>Key of <see cref="OperationRequest.State"/> for the request's <see cref="IResponseHeaderSink"/>.</summary>
    public const string SinkState = "lucky.responseHeaders";

    /// <summary>Nothing to forward.</summary>
    public static readonly RequestHeaders None = new(null, null);

    private string? _identity;

    /// <summary>What one request forwards.</summary>
    /// <param name="authorization">The <c>Authorization</c> header's value, or null.</param>
    /// <param name="traceParent">The <c>traceparent</c> header's value, or null.</param>
    /// <param name="fields">The client's other fields that rules speak of.</param>
    /// <param name="sink">Takes up the subgraphs' response headers.</param>
    public RequestHeaders(string? authorization, string? traceParent, ImmutableArray<HeaderField> fields = default, IResponseHeaderSink? sink = null)
    {
        Authorization = authorization;
        TraceParent = traceParent;
        Fields = fields.IsDefault ? [] : fields;
        Sink = sink;
    }

    /// <summary>The <c>Authorization</c> header's value, or null.</summary>
    public string? Authorization { get; }

    /// <summary>The <c>traceparent</c> header's value, or null.</summary>
    public string? TraceParent { get; }

    /// <summary>The client's other fields that rules speak of, in the order in which they came.</summary>
    public ImmutableArray<HeaderField> Fields { get; }

    /// <summary>Takes up the subgraphs' response headers; null when nobody wants them.</summary>
    public IResponseHeaderSink? Sink { get; }

    /// <summary>
    /// All that may make two callers' answers differ, whichever subgraphs are asked: the credentials and every field that a rule
    /// speaks of. A trace parent is one request's own and makes no difference.
    /// </summary>
    public string Identity => _identity ??= Fields.IsEmpty ? Authorization ?? "" : Join(Authorization, Fields);

    /// <summary>Reads what the transport and the host put into the request's state.</summary>
    public static RequestHeaders From(IDictionary<string, object?>? state)
    {
        if (state is null)
        {
            return None;
        }

        var authorization = state.TryGetValue(RequestState.Authorization, out var value) ? value as string : null;
        var traceParent = state.TryGetValue(RequestState.TraceParent, out value) ? value as string : null;
        var fields = state.TryGetValue(FieldsState, out value) && value is ImmutableArray<HeaderField> given ? given : [];
        var sink = state.TryGetValue(SinkState, out value) ? value as IResponseHeaderSink : null;
        return authorization is null && traceParent is null && fields.IsEmpty && sink is null ? None : new RequestHeaders(authorization, traceParent, fields, sink);
    }

    /// <summary>What the requests to one subgraph carry that may make their answers differ: equal requests with equal identities get equal answers.</summary>
    public string IdentityFor(SubgraphOptions options)
        => options.RequestHeaders.IsEmpty ? Authorization ?? "" : Join(null, For(options.RequestHeaders).RemoveAll(static f => Is(f, "traceparent")));

    /// <summary>The fields that a subgraph gets: credentials and trace parent, then what the rules make of them, in order.</summary>
    public ImmutableArray<HeaderField> For(ImmutableArray<HeaderRule> rules)
    {
        var fields = ImmutableArray.CreateBuilder<HeaderField>(Fields.Length + 2);
        if (Authorization is not null)
        {
            fields.Add(new HeaderField("Authorization", Authorization));
        }

        if (TraceParent is not null)
        {
            fields.Add(new HeaderField("traceparent", TraceParent));
        }

        foreach (var rule in rules)
        {
            rule.Apply(this, fields);
        }

        return fields.ToImmutable();
    }

    internal RequestHeaders WithSink(IResponseHeaderSink sink) => new(Authorization, TraceParent, Fields, sink);

    internal RequestHeaders Below(string traceParent) => new(Authorization, traceParent, Fields, Sink);

    internal static bool Is(HeaderField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    // No header value contains a line feed, so joined fields cannot be mistaken for others.
    private static string Join(string? authorization, ImmutableArray<HeaderField> fields)
    {
        var text = new StringBuilder(authorization);
        foreach (var field in fields)
        {
            text.Append('\n').Append(field.Name.ToLowerInvariant()).Append(':').Append(field.Value);
        }

        return text.ToString();
    }
}
