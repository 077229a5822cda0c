using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using LuckyGraph.Cli.Infrastructure;
using LuckyGraph.Language;

namespace LuckyGraph.Cli.Operations;

/// <summary>
/// Collects the operations of client code: files <c>.graphql</c> and <c>.gql</c>, and <c>gql</c> or <c>graphql</c> tagged
/// templates in JavaScript and TypeScript. Every operation becomes one document together with the fragments it uses, wherever
/// they were found; its id is the SHA-256 of that text in lower-case hexadecimal.
/// </summary>
public sealed partial class OperationExtractor
{
    private static readonly HashSet<string> s_documents = new(StringComparer.OrdinalIgnoreCase) { ".graphql", ".gql" };
    private static readonly HashSet<string> s_scripts = new(StringComparer.OrdinalIgnoreCase) { ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx" };
    private readonly SortedDictionary<string, (OperationDefinitionNode Node, string Place)> _operations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (FragmentDefinitionNode Node, string Place)> _fragments = new(StringComparer.Ordinal);

    /// <summary>Reads files, and folders with all that is below them but <c>node_modules</c> and hidden folders.</summary>
    /// <exception cref="LuckyException">A file is missing or does not parse, an operation has no name, or a name has two meanings.</exception>
    public static SortedDictionary<string, string> Extract(IEnumerable<string> paths)
    {
        var extractor = new OperationExtractor();
        foreach (var path in paths)
        {
            extractor.ReadPath(path);
        }

        var documents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (operation, place) in extractor._operations.Values)
        {
            var text = extractor.DocumentOf(operation, place);
            documents[Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))] = text;
        }

        return documents;
    }

    private void ReadPath(string path)
    {
        if (Directory.Exists(path))
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileName(entry);
                if (Directory.Exists(entry) ? name != "node_modules" && name[0] != '.' : IsSource(entry))
                {
                    ReadPath(entry);
                }
            }
        }
        else if (File.Exists(path) && IsSource(path))
        {
            var text = File.ReadAllText(path);
            if (s_documents.Contains(Path.GetExtension(path)))
            {
                ReadDocument(text, path);
                return;
            }

            foreach (Match match in TaggedTemplate().Matches(text))
            {
                // Fragments are found by their names, so what is interpolated adds nothing.
                var template = Interpolation().Replace(match.Groups["text"].Value, "").Replace("\\`", "`", StringComparison.Ordinal);
                ReadDocument(template, $"{path}:{text.AsSpan(0, match.Index).Count('\n') + 1}");
            }
        }
        else
        {
            throw new LuckyException(File.Exists(path) ? $"{path} is no GraphQL, JavaScript or TypeScript file." : $"{path} does not exist.");
        }
    }

    private static bool IsSource(string path)
        => (s_documents.Contains(Path.GetExtension(path)) || s_scripts.Contains(Path.GetExtension(path))) && !path.EndsWith(".d.ts", StringComparison.OrdinalIgnoreCase);

    private void ReadDocument(string text, string place)
    {
        DocumentNode document;
        try
        {
            document = Parser.ParseDocument(text);
        }
        catch (GraphQLSyntaxException e)
        {
            throw new LuckyException($"{place}: {e.Message}");
        }

        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case OperationDefinitionNode operation:
                    Add(_operations, operation.Name?.Value ?? throw new LuckyException($"{place}: an operation has no name."), operation, place, "operation");
                    break;
                case FragmentDefinitionNode fragment:
                    Add(_fragments, fragment.Name.Value, fragment, place, "fragment");
                    break;
            }
        }
    }

    private static void Add<T>(SortedDictionary<string, (T Node, string Place)> known, string name, T node, string place, string kind) where T : DefinitionNode
    {
        if (known.TryGetValue(name, out var other) && Printer.Print(other.Node) != Printer.Print(node))
        {
            throw new LuckyException($"{place}: the {kind} {name} is another one in {other.Place}.");
        }

        known.TryAdd(name, (node, place));
    }

    private string DocumentOf(OperationDefinitionNode operation, string place)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        Collect(operation.SelectionSet, used, place);
        var text = new StringBuilder(Printer.Print(operation));
        foreach (var name in used)
        {
            text.Append("\n\n").Append(Printer.Print(_fragments[name].Node));
        }

        return text.ToString();
    }

    private void Collect(SelectionSetNode selections, SortedSet<string> used, string place)
    {
        foreach (var selection in selections.Selections)
        {
            switch (selection)
            {
                case FieldNode { SelectionSet: { } below }:
                    Collect(below, used, place);
                    break;
                case InlineFragmentNode inline:
                    Collect(inline.SelectionSet, used, place);
                    break;
                case FragmentSpreadNode spread when !_fragments.ContainsKey(spread.Name.Value):
                    throw new LuckyException($"{place}: the fragment {spread.Name.Value} is nowhere.");
                case FragmentSpreadNode spread when used.Add(spread.Name.Value):
                    var fragment = _fragments[spread.Name.Value];
                    Collect(fragment.Node.SelectionSet, used, fragment.Place);
                    break;
            }
        }
    }

    [GeneratedRegex(@"\b(?:gql|graphql)\s*`(?<text>(?:[^`\\]|\\.)*)`", RegexOptions.Singleline)]
    private static partial Regex TaggedTemplate();

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Interpolation();
}
