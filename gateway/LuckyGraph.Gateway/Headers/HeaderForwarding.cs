using System.Collections.Immutable;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Gateway.Headers;

/// <summary>Hands the client's header fields to the executor and the subgraphs' fields to the client.</summary>
internal static class HeaderForwarding
{
    private static readonly object s_key = new();

    /// <summary>Puts what rules speak of into an operation's state.</summary>
    public static void Configure(HttpContext context, IDictionary<string, object?> state, HeaderSettings settings, bool cache)
    {
        if (!settings.ClientFields.IsEmpty)
        {
            var fields = ImmutableArray.CreateBuilder<HeaderField>();
            foreach (var name in settings.ClientFields)
            {
                foreach (var value in context.Request.Headers[name])
                {
                    if (value is not null)
                    {
                        fields.Add(new HeaderField(name, value));
                    }
                }
            }

            if (fields.Count > 0)
            {
                state[RequestHeaders.FieldsState] = fields.ToImmutable();
            }
        }

        // What has begun already, a socket or an event stream, takes no more headers.
        if ((cache || settings.Merges.Count > 0) && !context.Response.HasStarted)
        {
            var sink = SinkOf(context, settings);
            sink.Expect();
            state[RequestHeaders.SinkState] = sink;
        }
    }

    /// <summary>All operations of one HTTP request have one answer.</summary>
    private static ResponseHeaders SinkOf(HttpContext context, HeaderSettings settings)
    {
        if (context.Items.TryGetValue(s_key, out var known))
        {
            return (ResponseHeaders)known!;
        }

        var sink = new ResponseHeaders(settings.Merges, string.Join(", ", settings.ClientFields.Prepend("Authorization")));
        context.Items[s_key] = sink;
        context.Response.OnStarting(
            static state =>
            {
                var (response, sink) = ((HttpResponse, ResponseHeaders))state;
                sink.Apply(response.Headers);
                return Task.CompletedTask;
            },
            (context.Response, sink));
        return sink;
    }
}
