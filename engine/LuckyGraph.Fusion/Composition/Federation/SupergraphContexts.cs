using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Recovers <c>@context</c> and <c>@fromContext</c> from a supergraph (Apollo context specification v0.1): its contexts are called <c>subgraph__name</c>.</summary>
internal static class SupergraphContexts
{
    /// <summary>The contexts that a type sets in a subgraph.</summary>
    /// <param name="type">The type of the supergraph.</param>
    /// <param name="names">The names of the supergraph's directives.</param>
    /// <param name="subgraph">The subgraph's name.</param>
    public static IEnumerable<DirectiveNode> Setters(TypeDefinitionNode type, FederationNames names, string subgraph)
    {
        foreach (var directive in type.Directives)
        {
            if (names.Directive(directive.Name.Value) == FederationDirectives.Context
                && CompositeDirectives.Argument(directive, "name") is StringValueNode { Value: var name } && Own(name) is var (owner, own) && owner == subgraph)
            {
                yield return Directive(FederationDirectives.Context, "name", own);
            }
        }
    }

    /// <summary>The arguments of a field that contexts fill: the supergraph's field does not have them.</summary>
    /// <param name="join">The <c>@join__field</c> of the subgraph, if there is one.</param>
    public static IEnumerable<InputValueDefinitionNode> Arguments(DirectiveNode? join)
    {
        if (join is null || CompositeDirectives.Argument(join, "contextArguments") is not ListValueNode list)
        {
            yield break;
        }

        foreach (var item in list.Values)
        {
            if (item is not ObjectValueNode value || Text(value, "context") is not { } context || Text(value, "name") is not { } name
                || Text(value, "type") is not { } type || Text(value, "selection") is not { } selection)
            {
                throw new SupergraphException("A context argument in a @join__field of the supergraph lacks its context, name, type or selection.");
            }

            yield return new InputValueDefinitionNode
            {
                Name = new Name(name),
                Type = Parser.ParseType(type),
                Directives = [Directive(FederationDirectives.FromContext, "field", $"${Own(context).Name} {selection}")],
            };
        }
    }

    // The names of contexts have no underscores, those of subgraphs may.
    private static (string Owner, string Name) Own(string context)
        => context.LastIndexOf("__", StringComparison.Ordinal) is >= 0 and var at ? (context[..at], context[(at + 2)..]) : ("", context);

    private static string? Text(ObjectValueNode value, string name) => (value.Fields.FirstOrDefault(f => f.Name.Value == name)?.Value as StringValueNode)?.Value;

    private static DirectiveNode Directive(string name, string argument, string value)
        => new() { Name = new Name(name), Arguments = [new ArgumentNode { Name = new Name(argument), Value = new StringValueNode { Value = value } }] };
}
