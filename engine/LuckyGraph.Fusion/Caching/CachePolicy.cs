using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Caching;

/// <summary>
/// How long the answer to an operation may be stored, by the <c>@cacheControl</c> of what it selects (Apollo Server, "Caching"):
/// the shortest time of all fields counts. Root fields and fields with objects may not be stored unless they or their type say
/// how long; other fields follow their parent. Conditions do not matter: what may be selected counts.
/// </summary>
internal sealed class CachePolicy
{
    private readonly HashSet<ObjectSelection> _seen = [];
    private readonly SortedSet<string> _tags = new(StringComparer.Ordinal);
    private int _maxAge = int.MaxValue;

    private CachePolicy(OperationPlan plan)
    {
        if (plan.Operation != Language.OperationKind.Query)
        {
            _maxAge = 0;
            Tags = [];
            return;
        }

        foreach (var selection in plan.Root.Output)
        {
            if (selection.Field is not null)
            {
                _tags.Add($"Query.{selection.FieldName}");
            }
        }

        Add(plan.Root, isRoot: true);
        Tags = [.. _tags];
    }

    /// <summary>Seconds; 0 when the answer may not be stored.</summary>
    public int MaxAge => IsPrivate || _maxAge == int.MaxValue ? 0 : _maxAge;

    /// <summary>Whether the answer is for one caller only.</summary>
    public bool IsPrivate { get; private set; }

    /// <summary>Whether anything selected says how long it may be stored, or for whom.</summary>
    public bool HasHints { get; private set; }

    /// <summary>What the answer is made of: object types by name, root fields as <c>Query.field</c>.</summary>
    public string[] Tags { get; }

    public static CachePolicy Of(OperationPlan plan) => new(plan);

    private void Add(ObjectSelection target, bool isRoot)
    {
        if (!_seen.Add(target))
        {
            return;
        }

        if (!isRoot)
        {
            foreach (var type in target.Types)
            {
                _tags.Add(type.Name);
                Take(type.Cache?.MaxAge, type.Cache?.IsPrivate == true);
            }
        }

        foreach (var selection in target.Output)
        {
            if (selection.IsIntrospection)
            {
                // The gateway's own schema changes with a reload only, but who may see it is another matter.
                _maxAge = 0;
                HasHints = true;
            }

            if (selection.Field is null)
            {
                continue;
            }

            foreach (var type in target.Types)
            {
                Take(type.Field(selection.FieldName)!, isRoot);
            }

            if (selection.Children is { } children)
            {
                foreach (var child in children.Objects)
                {
                    Add(child, isRoot: false);
                }
            }
        }
    }

    private void Take(Metadata.FusionField field, bool isRoot)
    {
        var (own, type) = (field.Cache, field.NamedType.Cache);
        var maxAge = own?.MaxAge ?? (own?.InheritMaxAge == true ? null : type?.MaxAge);
        if (maxAge is null && own?.InheritMaxAge != true && type?.InheritMaxAge != true && (isRoot || field.NamedType.Definition.IsComposite))
        {
            _maxAge = 0;
        }

        Take(maxAge, own?.IsPrivate == true || type?.IsPrivate == true);
    }

    private void Take(int? maxAge, bool isPrivate)
    {
        HasHints |= maxAge is not null || isPrivate;
        IsPrivate |= isPrivate;
        if (maxAge < _maxAge)
        {
            _maxAge = maxAge.Value;
        }
    }
}
