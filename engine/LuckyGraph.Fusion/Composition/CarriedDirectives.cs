using System.Collections.Immutable;
using System.Globalization;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>
/// Directives that source schemas apply and the gateway acts on. Where several schemas say something, the most careful counts:
/// the largest cost (<c>@cost</c>, <c>@listSize</c>) and the shortest, most private storing (<c>@cacheControl</c>).
/// </summary>
internal static class CarriedDirectives
{
    /// <summary>What a type, argument or input field carries.</summary>
    public static IEnumerable<DirectiveNode> Of(IEnumerable<ImmutableArray<DirectiveNode>> applied)
    {
        var all = applied.ToArray();
        if (Cost(all) is { } cost)
        {
            yield return cost;
        }

        if (CacheControl(all) is { } cacheControl)
        {
            yield return cacheControl;
        }
    }

    /// <summary>What a field carries; a list is sized by arguments that the composed field still has.</summary>
    public static IEnumerable<DirectiveNode> Of(MergedField field)
    {
        var all = field.Sources.Select(static s => s.Node.Directives).ToArray();
        return ListSize(all, field) is { } listSize ? Of(all).Append(listSize) : Of(all);
    }

    private static DirectiveNode? Cost(ImmutableArray<DirectiveNode>[] applied)
    {
        DirectiveNode? dearest = null;
        var most = double.NegativeInfinity;
        foreach (var directive in Named(applied, "cost"))
        {
            var text = Argument(directive, "weight") switch { StringValueNode s => s.Value, IntValueNode i => i.Value, FloatValueNode f => f.Value, _ => "" };
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight) && weight > most)
            {
                most = weight;
                dearest = Directive("cost", ("weight", new StringValueNode { Value = text }));
            }
        }

        return dearest;
    }

    private static DirectiveNode? ListSize(ImmutableArray<DirectiveNode>[] applied, MergedField field)
    {
        int? assumed = null;
        var slicing = new SortedSet<string>(StringComparer.Ordinal);
        var sized = new SortedSet<string>(StringComparer.Ordinal);
        var (any, requireOne) = (false, true);
        foreach (var directive in Named(applied, "listSize"))
        {
            any = true;
            if (Number(directive, "assumedSize") is { } size)
            {
                assumed = Math.Max(assumed ?? 0, size);
            }

            slicing.UnionWith(Names(Argument(directive, "slicingArguments")).Where(a => field.Argument(a) is not null));
            sized.UnionWith(Names(Argument(directive, "sizedFields")));
            requireOne &= Argument(directive, "requireOneSlicingArgument") is not BooleanValueNode { Value: false };
        }

        if (!any)
        {
            return null;
        }

        var arguments = new List<(string, ValueNode)>();
        if (assumed is { } known)
        {
            arguments.Add(("assumedSize", new IntValueNode { Value = known.ToString(CultureInfo.InvariantCulture) }));
        }

        if (slicing.Count > 0)
        {
            arguments.Add(("slicingArguments", List(slicing)));
        }

        if (sized.Count > 0)
        {
            arguments.Add(("sizedFields", List(sized)));
        }

        if (!requireOne)
        {
            arguments.Add(("requireOneSlicingArgument", new BooleanValueNode { Value = false }));
        }

        return Directive("listSize", [.. arguments]);
    }

    private static DirectiveNode? CacheControl(ImmutableArray<DirectiveNode>[] applied)
    {
        int? maxAge = null;
        var (any, isPrivate, inherit) = (false, false, false);
        foreach (var directive in Named(applied, "cacheControl"))
        {
            any = true;
            if (Number(directive, "maxAge") is { } age)
            {
                maxAge = Math.Min(maxAge ?? int.MaxValue, Math.Max(0, age));
            }

            isPrivate |= Argument(directive, "scope") is EnumValueNode { Value: "PRIVATE" };
            inherit |= Argument(directive, "inheritMaxAge") is BooleanValueNode { Value: true };
        }

        if (!any)
        {
            return null;
        }

        var arguments = new List<(string, ValueNode)>();
        if (maxAge is { } seconds)
        {
            arguments.Add(("maxAge", new IntValueNode { Value = seconds.ToString(CultureInfo.InvariantCulture) }));
        }
        else if (inherit)
        {
            arguments.Add(("inheritMaxAge", new BooleanValueNode { Value = true }));
        }

        if (isPrivate)
        {
            arguments.Add(("isPrivate", new BooleanValueNode { Value = true }));
        }

        return Directive(ExecutionVocabulary.CacheControl, [.. arguments]);
    }

    private static IEnumerable<DirectiveNode> Named(ImmutableArray<DirectiveNode>[] applied, string name)
        => applied.SelectMany(static d => d).Where(d => d.Name.Value == name);

    private static ValueNode? Argument(DirectiveNode directive, string name) => directive.Arguments.FirstOrDefault(a => a.Name.Value == name)?.Value;

    private static int? Number(DirectiveNode directive, string name)
        => Argument(directive, name) is IntValueNode value && int.TryParse(value.Value, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<string> Names(ValueNode? value) => value switch
    {
        ListValueNode list => list.Values.OfType<StringValueNode>().Select(static v => v.Value),
        StringValueNode single => [single.Value],
        _ => [],
    };

    private static ListValueNode List(IEnumerable<string> names) => new() { Values = [.. names.Select(static n => new StringValueNode { Value = n })] };

    private static DirectiveNode Directive(string name, params ReadOnlySpan<(string Name, ValueNode Value)> arguments)
    {
        var nodes = ImmutableArray.CreateBuilder<ArgumentNode>(arguments.Length);
        foreach (var (argument, value) in arguments)
        {
            nodes.Add(new ArgumentNode { Name = new Name(argument), Value = value });
        }

        return new DirectiveNode { Name = new Name(name), Arguments = nodes.MoveToImmutable() };
    }
}
