using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Gateway.Headers;

/// <summary>The header fields that subgraphs answered to one HTTP request, until the gateway's own answer starts.</summary>
internal sealed class ResponseHeaders(FrozenDictionary<string, ResponseHeaderMerge> merges) : IResponseHeaderSink
{
    private readonly Lock _lock = new();
    private readonly List<HeaderField> _fields = [];
    private CacheControlMerge _cacheControl;

    /// <inheritdoc />
    public void Add(string subgraph, ImmutableArray<HeaderField> fields)
    {
        lock (_lock)
        {
            string? cacheControl = null;
            foreach (var field in fields)
            {
                switch (merges.GetValueOrDefault(field.Name, ResponseHeaderMerge.Append))
                {
                    case ResponseHeaderMerge.Merge:
                        cacheControl = cacheControl is null ? field.Value : $"{cacheControl}, {field.Value}";
                        break;
                    case ResponseHeaderMerge.Last:
                        _fields.RemoveAll(f => f.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase));
                        _fields.Add(field);
                        break;
                    case ResponseHeaderMerge.First when _fields.Exists(f => f.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)):
                        break;
                    default:
                        _fields.Add(field);
                        break;
                }
            }

            _cacheControl.Add(cacheControl);
        }
    }

    /// <summary>Writes the fields into the gateway's answer.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        lock (_lock)
        {
            foreach (var field in _fields)
            {
                headers.Append(field.Name, field.Value);
            }

            if (merges.TryGetValue("Cache-Control", out var merge) && merge == ResponseHeaderMerge.Merge && headers.CacheControl.Count == 0)
            {
                headers.CacheControl = _cacheControl.ToString();
            }
        }
    }
}
