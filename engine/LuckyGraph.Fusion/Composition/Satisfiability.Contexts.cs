using System.Text;
using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Composition;

/// <content>Values of enclosing objects (<c>@fromContext</c>): a path must lead through an object that sets the context, and have its value there.</content>
internal sealed partial class Satisfiability
{
    private readonly Dictionary<string, Scope> _scopes = new(StringComparer.Ordinal);
    private readonly Scope _outermost = new(new (FusionType?, SourceSet)[schema.Contexts.Count]);

    /// <summary>The scope of what lies below a position: its own, with the position where that sets contexts.</summary>
    private Scope Below(Position position)
    {
        if (schema.Contexts.Count == 0)
        {
            return _outermost;
        }

        if (position.Inner is { } known)
        {
            return known;
        }

        var nearest = position.Scope.Nearest.ToArray();
        var key = new StringBuilder();
        for (var i = 0; i < nearest.Length; i++)
        {
            if (schema.Contexts.Sets(i, position.Type))
            {
                nearest[i] = (position.Type, position.Entry);
            }

            key.Append(nearest[i].Type?.Name).Append(nearest[i].Entry.ToString()).Append('/');
        }

        if (!_scopes.TryGetValue(key.ToString(), out var scope))
        {
            _scopes.Add(key.ToString(), scope = new Scope(nearest));
        }

        return position.Inner = scope;
    }

    private bool ContextMet(Position position, Requirement requirement)
        => Setter(position, requirement) is { } setter && Resolves(setter, requirement.Selection, SourceSet.Empty);

    // An enclosing object is looked at by itself: its value must not be one that takes a context in turn.
    private Position? Setter(Position position, Requirement requirement)
        => position.Scope.Nearest[schema.Contexts.IndexOf(requirement.Argument!)] is (not null and var type, var entry) ? At(type, entry, _outermost) : null;

    private string? NoContext(Position position, SourceField source, Requirement requirement)
    {
        var what = $"Schema \"{source.Source.Name}\" fills the argument \"{requirement.Argument!.Name}\" with \"{requirement.Text}\" of an enclosing {PreMergeRules.Quote(requirement.Argument.Context)}";
        return Setter(position, requirement) is not { } setter ? $"{what}, and the path leads through none."
            : Resolves(setter, requirement.Selection, SourceSet.Empty) ? null
            : $"{what}, and {Missing(setter, requirement.Selection, SourceSet.Empty)} cannot be resolved there.";
    }

    /// <summary>The nearest enclosing position of each context: its type, null where there is none, and the schemas that hold it.</summary>
    private sealed class Scope((FusionType? Type, SourceSet Entry)[] nearest)
    {
        public (FusionType? Type, SourceSet Entry)[] Nearest { get; } = nearest;
    }
}
