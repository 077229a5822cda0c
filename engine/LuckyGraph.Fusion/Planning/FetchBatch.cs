using System.Collections.Concurrent;
using System.Text;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Planning;

/// <summary>Lookups of one depth in one schema that travel as one request. All of them wait for the same fetches.</summary>
internal sealed class FetchBatch(FetchNode[] members)
{
    /// <summary>The most fetches in one operation: what identifies a text is five bits for each.</summary>
    public const int MaxMerged = 12;

    /// <summary>How many fetches it has.</summary>
    public int Count => members.Length;

    /// <summary>Whether they are a list of requests; otherwise they are one operation.</summary>
    public bool IsList => TravelsInList(members[0]);

    /// <summary>The operation of all of them; made when it is first needed.</summary>
    public MergedOperation Merged => field ??= new MergedOperation(members);

    /// <summary>Whether a fetch can travel with others. One that differs by context may need several fields for itself.</summary>
    public static bool CanJoin(FetchNode node)
        => node.Kind == FetchKind.Lookup && !node.IsContextual && (TravelsInList(node) || node.BatchForm is BatchForm.Entities or BatchForm.Aliases);

    /// <summary>Whether a fetch travels with others as an entry of a list.</summary>
    public static bool TravelsInList(FetchNode node) => !node.IsEntities && (node.Source!.Capabilities & SourceCapabilities.RequestBatching) != 0;

    /// <summary>The place of a fetch among the members.</summary>
    public int IndexOf(FetchNode node) => Array.IndexOf(members, node);
}

/// <summary>
/// Unlike fetches of one schema as one plain operation: their root fields beside each other under aliases, each with key
/// variables of its own. Fetch 1 is called <c>_1</c> with all its representations; by lookups its entity 2 is called <c>_1_2</c>.
/// </summary>
internal sealed class MergedOperation
{
    private const int MaxTexts = 64;
    private readonly FetchNode[] _members;
    private readonly RootFieldText[] _fields;
    private readonly string _separator;
    private readonly ConcurrentDictionary<ulong, MergedText> _texts = new();
    private int _textCount;

    public MergedOperation(FetchNode[] members)
    {
        _members = members;
        _fields = [.. members.Select(m => m.Field)];
        _separator = RootFieldText.Separator(_fields);
        Members = [.. _fields.Select((f, i) => f.Keys.Select(k => Encoding.UTF8.GetBytes(
            members[i].IsEntities ? $"\"{k.Name}{_separator}{i}\":" : $"\"{k.Name}{_separator}{i}_")).ToArray())];
        SwitchMembers = [.. _fields.Select((_, i) => Encoding.UTF8.GetBytes($"\"if{_separator}{i}_"))];
    }

    /// <summary>Per fetch and key variable: the member with its colon for representations; for lookups its beginning, to be followed by the entity's number and <c>":</c>.</summary>
    public byte[][][] Members { get; }

    /// <summary>Per fetch the beginning of the name of the variables that include an entity.</summary>
    public byte[][] SwitchMembers { get; }

    /// <summary>The text for some of the fetches.</summary>
    /// <param name="sizes">By fetch how many times it stands in the text, a power of two: 0 without entities, 1 with representations.</param>
    public MergedText Text(ReadOnlySpan<int> sizes)
    {
        var key = 0UL;
        foreach (var size in sizes)
        {
            key = (key << 5) | (size == 0 ? 0 : (uint)System.Numerics.BitOperations.Log2((uint)size) + 1);
        }

        if (_texts.TryGetValue(key, out var text))
        {
            return text;
        }

        text = Write(sizes);
        if (Interlocked.Increment(ref _textCount) <= MaxTexts)
        {
            _texts.TryAdd(key, text);
        }

        return text;
    }

    private MergedText Write(ReadOnlySpan<int> sizes)
    {
        var text = new StringBuilder(_fields[0].Head).Append('(');
        var variables = new List<ForwardedVariable>();
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == 0)
            {
                continue;
            }

            foreach (var variable in _members[i].Variables)
            {
                if (!variables.Exists(v => v.Name == variable.Name))
                {
                    variables.Add(variable);
                    text.Append(Array.Find(_fields[i].Shared, s => s.Name == variable.Name).Declaration).Append(',');
                }
            }

            if (_members[i].IsEntities)
            {
                var (name, type) = _fields[i].Keys[0];
                text.Append('$').Append(name).Append(_separator).Append(i).Append(':').Append(type).Append(',');
            }
            else
            {
                _fields[i].AppendDeclarations(text, $"{_separator}{i}_", sizes[i]);
            }
        }

        text[^1] = ')';
        text.Append('{');
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] > 0 && _members[i].IsEntities)
            {
                text.Append('_').Append(i).Append(':');
                _fields[i].AppendField(text, _separator, i);
                text.Append(' ');
            }
            else
            {
                _fields[i].AppendFields(text, $"{_separator}{i}_", sizes[i], $"_{i}_");
            }
        }

        text[^1] = '}';
        return new MergedText(RootFieldText.Body(text.ToString()), [.. variables]);
    }
}

/// <summary>A text of a merged operation.</summary>
/// <param name="Prefix"><c>{"query":"…","variables":</c> as UTF-8.</param>
/// <param name="Variables">The client's variables that it uses.</param>
internal sealed record MergedText(byte[] Prefix, ForwardedVariable[] Variables);
