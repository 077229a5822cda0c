using System.Text;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Planning;

/// <summary>
/// The text of an operation with one root field, taken apart so that the field can stand in one operation several times, or
/// beside others, under aliases: what differs then are the names of its key variables.
/// </summary>
internal sealed class RootFieldText
{
    private readonly string[] _parts;

    private RootFieldText(string head, (string Name, string Declaration)[] shared, string[] parts, (string Name, string Type)[] keys)
    {
        (Head, Shared, _parts, Keys) = (head, shared, parts, keys);
    }

    /// <summary><c>query</c> and the operation's name.</summary>
    public string Head { get; }

    /// <summary>The client's variables that the field uses, with their declarations.</summary>
    public (string Name, string Declaration)[] Shared { get; }

    /// <summary>The variables that differ by entity, with their types.</summary>
    public (string Name, string Type)[] Keys { get; }

    /// <summary>Takes a fetch's operation apart.</summary>
    /// <param name="document">The operation: one root field.</param>
    /// <param name="keys">The variables that differ by entity.</param>
    public static RootFieldText Parse(string document, KeyVariable[] keys)
    {
        var source = Encoding.UTF8.GetBytes(document);
        var operation = (OperationDefinitionNode)Parser.ParseDocument(source).Definitions[0];
        var field = operation.SelectionSet.Selections[0];
        var shared = new List<(string, string)>();
        var types = new string[keys.Length];
        foreach (var variable in operation.Variables)
        {
            var name = variable.Variable.Name.Value;
            var key = Array.FindIndex(keys, k => k.Name == name);
            if (key >= 0)
            {
                types[key] = Encoding.UTF8.GetString(source[variable.Type.Start..variable.Type.End]);
            }
            else
            {
                shared.Add((name, Encoding.UTF8.GetString(source[variable.Start..variable.End])));
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
        return new RootFieldText(
            operation.Name is { } named ? $"query {named.Value}" : "query", [.. shared], [.. parts], [.. keys.Select((k, i) => (k.Name, types[i]))]);
    }

    /// <summary>What stands between a key variable's name and a number, so that no variable of the client has the name that comes out.</summary>
    public static string Separator(IReadOnlyList<RootFieldText> fields)
    {
        var separator = "_";
        while (fields.Any(f => f.Shared.Any(v => v.Name.StartsWith("if" + separator, StringComparison.Ordinal)
            || fields.Any(other => other.Keys.Any(k => v.Name.StartsWith(k.Name + separator, StringComparison.Ordinal))))))
        {
            separator += "_";
        }

        return separator;
    }

    /// <summary><c>{"query":"…","variables":</c> as UTF-8.</summary>
    public static byte[] Body(string text)
        => Encoding.UTF8.GetBytes(
            $"{{\"query\":\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\",\"variables\":");

    /// <summary>Declares the variables of entities 0, 1 and so on, and those that include them where they may be excluded; each with a comma after it.</summary>
    public void AppendDeclarations(StringBuilder text, string separator, int size)
    {
        for (var i = 0; i < size; i++)
        {
            foreach (var (name, type) in Keys)
            {
                text.Append('$').Append(name).Append(separator).Append(i).Append(':').Append(type).Append(',');
            }

            if (i >= AliasedOperation.FirstOptional(size))
            {
                text.Append("$if").Append(separator).Append(i).Append(":Boolean!,");
            }
        }
    }

    /// <summary>Writes the field for entities 0, 1 and so on under the aliases <c>_0</c>, <c>_1</c>; each with a space after it.</summary>
    public void AppendFields(StringBuilder text, string separator, int size, string alias = "_")
    {
        for (var i = 0; i < size; i++)
        {
            var isOptional = i >= AliasedOperation.FirstOptional(size);
            if (isOptional)
            {
                text.Append("...@include(if:$if").Append(separator).Append(i).Append("){");
            }

            text.Append(alias).Append(i).Append(':');
            AppendField(text, separator, i);
            text.Append(isOptional ? "} " : " ");
        }
    }

    /// <summary>Writes the field with a number after the names of its key variables.</summary>
    public void AppendField(StringBuilder text, string separator, int number)
    {
        text.Append(_parts[0]);
        for (var part = 1; part < _parts.Length; part++)
        {
            text.Append(separator).Append(number).Append(_parts[part]);
        }
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
