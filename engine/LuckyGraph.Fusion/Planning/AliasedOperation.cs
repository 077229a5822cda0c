using System.Text;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// A lookup for several entities as one plain operation, for servers that take neither lists of variables nor lists of requests:
/// the root field once per entity, under the aliases <c>_0</c>, <c>_1</c> and so on, each with variables of its own. Texts are
/// made for a few sizes, so that servers can keep them parsed: what a request does not need of one is excluded by <c>@include</c>.
/// </summary>
internal sealed class AliasedOperation
{
    private readonly string _head;
    private readonly string[] _field;
    private readonly (string Name, string Type)[] _keys;
    private readonly string _separator;
    private readonly byte[]?[] _prefixes = new byte[32][];

    private AliasedOperation(string head, string[] field, (string Name, string Type)[] keys, string separator)
    {
        (_head, _field, _keys, _separator) = (head, field, keys, separator);
        Members = [.. keys.Select(k => Encoding.UTF8.GetBytes($"\"{k.Name}{separator}"))];
        SwitchMember = Encoding.UTF8.GetBytes($"\"if{separator}");
    }

    /// <summary>Per key variable <c>"name_</c>, to be followed by the entity's number and <c>":</c>.</summary>
    public byte[][] Members { get; }

    /// <summary>The beginning of the name of the variables that include an entity.</summary>
    public byte[] SwitchMember { get; }

    /// <summary>Prepares the texts for a lookup's operation.</summary>
    /// <param name="document">The operation for one entity: one root field.</param>
    /// <param name="keys">The variables that differ by entity.</param>
    public static AliasedOperation Create(string document, KeyVariable[] keys)
    {
        var source = Encoding.UTF8.GetBytes(document);
        var operation = (OperationDefinitionNode)Parser.ParseDocument(source).Definitions[0];
        var field = operation.SelectionSet.Selections[0];
        var separator = "_";
        while (operation.Variables.Any(v => v.Variable.Name.Value.StartsWith("if" + separator, StringComparison.Ordinal)
            || keys.Any(k => v.Variable.Name.Value.StartsWith(k.Name + separator, StringComparison.Ordinal))))
        {
            separator += "_";
        }

        var head = new StringBuilder("query");
        if (operation.Name is { } name)
        {
            head.Append(' ').Append(name.Value);
        }

        head.Append('(');
        var types = new string[keys.Length];
        foreach (var variable in operation.Variables)
        {
            var key = Array.FindIndex(keys, k => k.Name == variable.Variable.Name.Value);
            if (key >= 0)
            {
                types[key] = Encoding.UTF8.GetString(source[variable.Type.Start..variable.Type.End]);
            }
            else
            {
                head.Append(Encoding.UTF8.GetString(source[variable.Start..variable.End])).Append(',');
            }
        }

        var uses = new List<VariableNode>();
        Collect(field, keys, uses);
        uses.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        var parts = new List<string>();
        var at = field.Start;
        foreach (var node in uses)
        {
            parts.Add(Encoding.UTF8.GetString(source[at..node.End]));
            at = node.End;
        }

        parts.Add(Encoding.UTF8.GetString(source[at..field.End]));
        return new AliasedOperation(
            head.ToString(), [.. parts], [.. keys.Select((k, i) => (k.Name, types[i]))], separator);
    }

    /// <summary>The number of entities that the smallest text for <paramref name="count"/> has.</summary>
    public static int Size(int count, int most) => Math.Min(most, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count));

    /// <summary>The number from which on entities of a text may be excluded.</summary>
    public static int FirstOptional(int size) => (int)(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size) / 2);

    /// <summary><c>{"query":"…","variables":</c> as UTF-8, for that many entities.</summary>
    public byte[] Prefix(int size)
    {
        // Sizes differ in their power of two, but for the largest, which may lie between two.
        ref var prefix = ref _prefixes[System.Numerics.BitOperations.Log2(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size))];
        return Volatile.Read(ref prefix) ?? Add(ref prefix, size);
    }

    private byte[] Add(ref byte[]? prefix, int size)
    {
        var text = new StringBuilder(_head);
        for (var i = 0; i < size; i++)
        {
            foreach (var (name, type) in _keys)
            {
                text.Append('$').Append(name).Append(_separator).Append(i).Append(':').Append(type).Append(',');
            }

            if (i >= FirstOptional(size))
            {
                text.Append("$if").Append(_separator).Append(i).Append(":Boolean!,");
            }
        }

        text[^1] = ')';
        text.Append('{');
        for (var i = 0; i < size; i++)
        {
            var isOptional = i >= FirstOptional(size);
            if (isOptional)
            {
                text.Append("...@include(if:$if").Append(_separator).Append(i).Append("){");
            }

            text.Append('_').Append(i).Append(':').Append(_field[0]);
            for (var part = 1; part < _field.Length; part++)
            {
                text.Append(_separator).Append(i).Append(_field[part]);
            }

            text.Append(isOptional ? "} " : " ");
        }

        text[^1] = '}';
        var bytes = Encoding.UTF8.GetBytes(
            $"{{\"query\":\"{JsonEncodedText.Encode(text.ToString(), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\",\"variables\":");
        Volatile.Write(ref prefix, bytes);
        return bytes;
    }

    private static void Collect(SelectionNode node, KeyVariable[] keys, List<VariableNode> uses)
    {
        foreach (var directive in node.Directives)
        {
            foreach (var argument in directive.Arguments)
            {
                Collect(argument.Value, keys, uses);
            }
        }

        foreach (var argument in node is FieldNode { Arguments: var arguments } ? arguments : [])
        {
            Collect(argument.Value, keys, uses);
        }

        var below = node switch { FieldNode field => field.SelectionSet, InlineFragmentNode fragment => fragment.SelectionSet, _ => null };
        foreach (var selection in below?.Selections ?? [])
        {
            Collect(selection, keys, uses);
        }
    }

    private static void Collect(ValueNode value, KeyVariable[] keys, List<VariableNode> uses)
    {
        switch (value)
        {
            case VariableNode variable when Array.Exists(keys, k => k.Name == variable.Name.Value):
                uses.Add(variable);
                break;
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    Collect(item, keys, uses);
                }

                break;
            case ObjectValueNode obj:
                foreach (var member in obj.Fields)
                {
                    Collect(member.Value, keys, uses);
                }

                break;
        }
    }
}
