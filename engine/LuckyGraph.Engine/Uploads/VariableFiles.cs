using System.Globalization;
using System.Text;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Uploads;

/// <summary>
/// The files of one set of variables while it is coerced. A file stands where the JSON is null, by its dotted path below
/// <c>variables</c>; in a batch the path begins with the set's index.
/// </summary>
internal sealed class VariableFiles(IReadOnlyDictionary<string, IFile> files, string prefix)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _takers = new(StringComparer.Ordinal);
    private string _variable = "";

    /// <summary>The files of a request's only set, or of one set of a batch; null when there are none.</summary>
    public static VariableFiles? Of(OperationRequest request, int set = -1)
    {
        if (request.Files is not { Count: > 0 } files)
        {
            return null;
        }

        var prefix = set < 0 ? "" : set.ToString(CultureInfo.InvariantCulture) + ".";
        return files.Keys.Any(path => path.StartsWith(prefix, StringComparison.Ordinal)) ? new VariableFiles(files, prefix) : null;
    }

    /// <summary>Says whose value is coerced next.</summary>
    public void Enter(string variable) => _variable = variable;

    /// <summary>The file at a place in the variable's value; null when none is there.</summary>
    public IFile? Take(ResponsePath? path)
    {
        var key = new StringBuilder(prefix).Append(_variable);
        foreach (var segment in path.ToSegments())
        {
            key.Append('.').Append(CultureInfo.InvariantCulture, $"{segment}");
        }

        var name = key.ToString();
        if (!files.TryGetValue(name, out var file))
        {
            return null;
        }

        _taken.Add(name);
        _takers.Add(_variable);
        return file;
    }

    /// <summary>Whether a file stands in the value of a variable.</summary>
    public bool TakenBy(string variable) => _takers.Contains(variable);

    /// <summary>The paths of files that stand nowhere in the operation's variables.</summary>
    public IEnumerable<string> Untaken()
        => files.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && !_taken.Contains(path)).Order(StringComparer.Ordinal);
}
