using System.Collections.Immutable;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// Merges <c>@authenticated</c>, <c>@requiresScopes</c> and <c>@policy</c> of all schemas: every schema's demand must be met, so
/// the lists of one schema combine with those of the others.
/// </summary>
internal static class AccessRules
{
    // More combinations than any real schema has; what lies beyond is dropped, which only refuses more.
    private const int MaxGroups = 64;

    public static IEnumerable<DirectiveNode> Write(IEnumerable<ImmutableArray<DirectiveNode>> sources)
    {
        var authenticated = false;
        IReadOnlyList<ImmutableArray<string>>? scopes = null;
        IReadOnlyList<ImmutableArray<string>>? policies = null;
        foreach (var directive in sources.SelectMany(s => s))
        {
            switch (directive.Name.Value)
            {
                case "authenticated":
                    authenticated = true;
                    break;
                case "requiresScopes":
                    scopes = Combine(scopes, Groups(directive, "scopes"));
                    break;
                case "policy":
                    policies = Combine(policies, Groups(directive, "policies"));
                    break;
            }
        }

        if (authenticated)
        {
            yield return new DirectiveNode { Name = new Name(ExecutionVocabulary.Authenticated) };
        }

        if (scopes is not null)
        {
            yield return Write(ExecutionVocabulary.RequiresScopes, "scopes", scopes);
        }

        if (policies is not null)
        {
            yield return Write(ExecutionVocabulary.Policy, "policies", policies);
        }
    }

    private static IReadOnlyList<ImmutableArray<string>> Combine(IReadOnlyList<ImmutableArray<string>>? left, IReadOnlyList<ImmutableArray<string>> right)
    {
        if (left is null)
        {
            return right;
        }

        return [.. left.SelectMany(l => right.Select(r => l.Union(r, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray()))
            .DistinctBy(g => string.Join('\n', g))
            .Take(MaxGroups)];
    }

    private static IReadOnlyList<ImmutableArray<string>> Groups(DirectiveNode directive, string argument)
        => CompositeDirectives.Argument(directive, argument) switch
        {
            ListValueNode list => [.. list.Values.Select(Group)],
            _ => [],
        };

    private static ImmutableArray<string> Group(ValueNode value) => value switch
    {
        ListValueNode list => [.. list.Values.OfType<StringValueNode>().Select(v => v.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        StringValueNode text => [text.Value],
        _ => [],
    };

    private static DirectiveNode Write(string name, string argument, IReadOnlyList<ImmutableArray<string>> groups) => new()
    {
        Name = new Name(name),
        Arguments =
        [
            new ArgumentNode
            {
                Name = new Name(argument),
                Value = new ListValueNode
                {
                    Values = [.. groups.Select(g => (ValueNode)new ListValueNode { Values = [.. g.Select(n => (ValueNode)new StringValueNode { Value = n })] })],
                },
            },
        ],
    };
}
