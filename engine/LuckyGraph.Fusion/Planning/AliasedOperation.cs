using System.Text;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// A lookup for several entities as one plain operation, for servers that take neither lists of variables nor lists of requests:
/// the root field once per entity, under the aliases <c>_0</c>, <c>_1</c> and so on, each with variables of its own. Texts are
/// made for a few sizes, so that servers can keep them parsed: what a request does not need of one is excluded by <c>@include</c>.
/// </summary>
internal sealed class AliasedOperation
{
    private readonly RootFieldText _field;
    private readonly string _separator;
    private readonly byte[]?[] _prefixes = new byte[32][];

    /// <summary>Prepares the texts for a lookup's operation.</summary>
    /// <param name="field">The operation for one entity, taken apart.</param>
    public AliasedOperation(RootFieldText field)
    {
        _field = field;
        _separator = RootFieldText.Separator([field]);
        Members = [.. field.Keys.Select(k => Encoding.UTF8.GetBytes($"\"{k.Name}{_separator}"))];
        SwitchMember = Encoding.UTF8.GetBytes($"\"if{_separator}");
    }

    /// <summary>Per key variable <c>"name_</c>, to be followed by the entity's number and <c>":</c>.</summary>
    public byte[][] Members { get; }

    /// <summary>The beginning of the name of the variables that include an entity.</summary>
    public byte[] SwitchMember { get; }

    /// <summary>The number of entities that the smallest text for <paramref name="count"/> has.</summary>
    public static int Size(int count, int most) => Math.Min(most, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count));

    /// <summary>The number from which on entities of a text may be excluded: it is for more than half as many at least.</summary>
    public static int FirstOptional(int size) => (int)(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size) / 2) + 1;

    /// <summary><c>{"query":"…","variables":</c> as UTF-8, for that many entities.</summary>
    public byte[] Prefix(int size)
    {
        // Sizes differ in their power of two, but for the largest, which may lie between two.
        ref var prefix = ref _prefixes[System.Numerics.BitOperations.Log2(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size))];
        return Volatile.Read(ref prefix) ?? Add(ref prefix, size);
    }

    private byte[] Add(ref byte[]? prefix, int size)
    {
        var text = new StringBuilder(_field.Head).Append('(');
        foreach (var (_, declaration) in _field.Shared)
        {
            text.Append(declaration).Append(',');
        }

        _field.AppendDeclarations(text, _separator, size);
        text[^1] = ')';
        text.Append('{');
        _field.AppendFields(text, _separator, size);
        text[^1] = '}';
        var bytes = RootFieldText.Body(text.ToString());
        Volatile.Write(ref prefix, bytes);
        return bytes;
    }
}
