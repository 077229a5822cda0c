using System.Collections.Immutable;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution;

/// <summary>The errors of one response. Resolvers may report from any thread.</summary>
internal sealed class ResponseErrors(ExecutionEnvironment environment, CompiledOperation operation)
{
    private List<GraphQLError>? _errors;

    public int Count => _errors?.Count ?? 0;

    public IReadOnlyList<GraphQLError> Items => _errors ?? [];

    /// <summary>Adds an error of a field: place and path are added unless it has its own.</summary>
    public void Add(GraphQLError error, Selection selection, VariableSet set, ImmutableArray<object> path)
    {
        if (Count >= environment.Options.MaxErrors)
        {
            return;
        }

        if (error.Locations.IsDefaultOrEmpty)
        {
            error = error with { Locations = Locations(selection, set, error.Exception) };
        }

        if (error.Path.IsDefault)
        {
            error = error with { Path = error.Exception is NullItemException item ? path.Add(item.Index) : path };
        }

        error = environment.Filter(error);
        // Made by the run, which nobody else locks.
        lock (this)
        {
            (_errors ??= []).Add(error);
        }
    }

    private ImmutableArray<SourceLocation> Locations(Selection selection, VariableSet set, Exception? exception)
    {
        // Only syntax of this document has a place; a default's literal belongs to the schema.
        if (exception is CoercionException { Node: { } node } && node.End > 0 && Contains(selection, node))
        {
            return [operation.Document.GetLocation(node.Start)];
        }

        var locations = ImmutableArray.CreateBuilder<SourceLocation>(selection.Nodes.Length);
        foreach (var included in selection.Nodes)
        {
            if (!Condition.IsSubset(included.Condition, set.Flags))
            {
                continue;
            }

            var location = operation.Document.GetLocation(included.Node.Start);
            if (!locations.Contains(location))
            {
                locations.Add(location);
            }
        }

        return locations.DrainToImmutable();
    }

    private static bool Contains(Selection selection, SyntaxNode node)
    {
        foreach (var included in selection.Nodes)
        {
            if (included.Node.Start <= node.Start && node.End <= included.Node.End)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The failure of a field, kept in its slot until the response is written.</summary>
internal sealed class FieldFailure(GraphQLError error)
{
    public GraphQLError Error { get; } = error;
}
