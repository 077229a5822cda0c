using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Gateway.Headers;

/// <summary>The header fields that subgraphs answered to one HTTP request, until the gateway's own answer starts.</summary>
internal sealed class ResponseHeaders(FrozenDictionary<string, ResponseHeaderMerge> merges, string vary) : IResponseHeaderSink
{
    private readonly Lock _lock = new();
    private readonly List<HeaderField> _fields = [];
    private CacheControlMerge _cacheControl;
    private int _operations;
    private int _stored;
    private int _maxAge = int.MaxValue;
    private int _age;

    /// <summary>Counts one more operation that the answer is for.</summary>
    public void Expect() => Interlocked.Increment(ref _operations);

    /// <inheritdoc />
    public void MayBeStored(int maxAge, int age)
    {
        lock (_lock)
        {
            _stored++;
            _maxAge = Math.Min(_maxAge, maxAge - age);
            _age = Math.Max(_age, age);
        }
    }

    /// <inheritdoc />
    public void Add(string subgraph, ImmutableArray<HeaderField> fields)
    {
        lock (_lock)
        {
            string? cacheControl = null;
            foreach (var field in fields)
            {
                if (!merges.TryGetValue(field.Name, out var merge))
                {
                    // Collected for the gateway's own cache.
                    continue;
                }

                switch (merge)
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

            // With others of a batch, the one that may be stored least decides.
            if (_stored > 0 && _stored == _operations && headers.CacheControl.Count == 0)
            {
                headers.CacheControl = $"public, max-age={_maxAge + _age}";
                headers.Age = _age.ToString(System.Globalization.CultureInfo.InvariantCulture);
                headers.Append("Vary", vary);
            }
            else if (merges.TryGetValue("Cache-Control", out var merge) && merge == ResponseHeaderMerge.Merge && headers.CacheControl.Count == 0)
            {
                headers.CacheControl = _cacheControl.ToString();
            }
        }
    }
}
