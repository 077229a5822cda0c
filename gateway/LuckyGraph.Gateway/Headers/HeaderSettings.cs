using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Fusion.Transport;
using LuckyGraph.Gateway.Settings;

namespace LuckyGraph.Gateway.Headers;

/// <summary>How a response field of several subgraphs becomes one of the gateway's.</summary>
internal enum ResponseHeaderMerge : byte
{
    /// <summary>Every value is sent, as <c>Set-Cookie</c> needs it.</summary>
    Append,
    /// <summary>The value that came first.</summary>
    First,
    /// <summary>The value that came last.</summary>
    Last,
    /// <summary><c>Cache-Control</c> alone: the most restrictive of all answers.</summary>
    Merge,
}

/// <summary>A subgraph's response field that clients get.</summary>
internal sealed record ResponseHeaderRule(string Name, ResponseHeaderMerge Merge);

/// <summary>
/// Which headers pass the gateway, each way. Rules are separated by <c>;</c> or line ends:
/// <c>propagate NAME [as OTHER]</c>, <c>insert NAME: VALUE</c>, <c>remove NAME</c> towards subgraphs and <c>append NAME</c>,
/// <c>first NAME</c>, <c>last NAME</c>, <c>merge Cache-Control</c> towards clients.
/// </summary>
internal sealed class HeaderSettings
{
    private const string RequestSetting = "LUCKY_GATEWAY_HEADERS";
    private const string ResponseSetting = "LUCKY_GATEWAY_RESPONSE_HEADERS";

    // The gateway's own: they describe its connections and bodies, not the caller.
    private static readonly FrozenSet<string> s_own = new[]
    {
        "Accept", "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive",
        "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly SettingReader _settings;
    private readonly ImmutableArray<HeaderRule> _requestRules;
    private readonly ImmutableArray<ResponseHeaderRule> _responseRules;
    private ImmutableArray<string> _clientFields;
    private FrozenDictionary<string, ResponseHeaderMerge> _merges;

    public HeaderSettings(SettingReader settings)
    {
        _settings = settings;
        _requestRules = RequestRules(RequestSetting);
        _responseRules = ResponseRules(ResponseSetting);
        _clientFields = Names(_requestRules);
        _merges = _responseRules.ToFrozenDictionary(static r => r.Name, static r => r.Merge, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The client's fields that some rule may forward.</summary>
    public ImmutableArray<string> ClientFields => _clientFields;

    /// <summary>How the fields that clients get are merged; empty when they get none.</summary>
    public FrozenDictionary<string, ResponseHeaderMerge> Merges => _merges;

    /// <summary>The rules for one subgraph: those for all, then its own.</summary>
    public ImmutableArray<HeaderRule> RequestRulesFor(string subgraph)
    {
        var own = RequestRules($"LUCKY_{subgraph.ToUpperInvariant()}_HEADERS");
        var all = _requestRules.AddRange(own);
        _clientFields = [.. _clientFields.Union(Names(own), StringComparer.OrdinalIgnoreCase)];
        return all;
    }

    /// <summary>The response fields that are taken from one subgraph.</summary>
    public ImmutableArray<string> ResponseNamesFor(string subgraph)
    {
        var own = ResponseRules($"LUCKY_{subgraph.ToUpperInvariant()}_RESPONSE_HEADERS");
        if (!own.IsEmpty)
        {
            var merges = new Dictionary<string, ResponseHeaderMerge>(_merges, StringComparer.OrdinalIgnoreCase);
            foreach (var rule in own)
            {
                merges.TryAdd(rule.Name, rule.Merge);
            }

            _merges = merges.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        }

        return [.. _responseRules.Concat(own).Select(static r => r.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static ImmutableArray<string> Names(ImmutableArray<HeaderRule> rules)
        => [.. rules.Where(static r => r.Kind == HeaderRuleKind.Propagate && !r.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            .Select(static r => r.Name).Distinct(StringComparer.OrdinalIgnoreCase)];

    private ImmutableArray<HeaderRule> RequestRules(string setting)
    {
        var rules = ImmutableArray.CreateBuilder<HeaderRule>();
        foreach (var (verb, rest) in Rules(setting))
        {
            rules.Add(verb switch
            {
                "propagate" when rest.Split(" as ", StringSplitOptions.TrimEntries) is [var from, var to]
                    => new HeaderRule(HeaderRuleKind.Propagate, Name(setting, from), Name(setting, to)),
                "propagate" => new HeaderRule(HeaderRuleKind.Propagate, Name(setting, rest)),
                "insert" when rest.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value]
                    => new HeaderRule(HeaderRuleKind.Insert, Name(setting, name), value),
                "remove" => new HeaderRule(HeaderRuleKind.Remove, Name(setting, rest)),
                _ => throw Malformed(setting, $"{verb} {rest}", "propagate NAME [as OTHER], insert NAME: VALUE, remove NAME"),
            });
        }

        return rules.ToImmutable();
    }

    private ImmutableArray<ResponseHeaderRule> ResponseRules(string setting)
    {
        var rules = ImmutableArray.CreateBuilder<ResponseHeaderRule>();
        foreach (var (verb, rest) in Rules(setting))
        {
            ResponseHeaderMerge? merge = verb switch
            {
                "append" => ResponseHeaderMerge.Append,
                "first" => ResponseHeaderMerge.First,
                "last" => ResponseHeaderMerge.Last,
                "merge" when rest.Equals("Cache-Control", StringComparison.OrdinalIgnoreCase) => ResponseHeaderMerge.Merge,
                _ => null,
            };
            rules.Add(new ResponseHeaderRule(
                Name(setting, rest), merge ?? throw Malformed(setting, $"{verb} {rest}", "append NAME, first NAME, last NAME, merge Cache-Control")));
        }

        return rules.ToImmutable();
    }

    private IEnumerable<(string Verb, string Operand)> Rules(string setting)
    {
        foreach (var rule in (_settings.Text(setting) ?? "").Split([';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var space = rule.IndexOf(' ', StringComparison.Ordinal);
            yield return space < 0 ? (rule.ToLowerInvariant(), "") : (rule[..space].ToLowerInvariant(), rule[space..].Trim());
        }
    }

    private static string Name(string setting, string name)
        => name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_tokenCharacters) ? throw new InvalidOperationException($"{setting}: \"{name}\" is no name of a header.")
            : s_own.Contains(name) ? throw new InvalidOperationException($"{setting}: {name} belongs to the gateway's own connections and cannot pass it.")
            : name;

    // RFC 9110, 5.6.2: token
    private static readonly System.Buffers.SearchValues<char> s_tokenCharacters
        = System.Buffers.SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static InvalidOperationException Malformed(string setting, string rule, string allowed)
        => new($"{setting}: \"{rule.Trim()}\" is no rule. Rules are {allowed}, separated by semicolons.");
}
