using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>
/// Finds the fields that a subgraph of a version 1 supergraph knows as external: those of its keys, requirements and provided
/// selections. Version 1 of the join specification does not list them.
/// </summary>
internal static class Version1Externals
{
    public static HashSet<string> Of(ComplexTypeDefinitionNode type, string graph, DocumentNode document)
    {
        var types = document.Definitions.OfType<ComplexTypeDefinitionNode>().DistinctBy(t => t.Name.Value).ToDictionary(t => t.Name.Value, StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var declaring in types.Values)
        {
            foreach (var join in declaring.Directives.Where(d => d.Name.Value == "join__type"))
            {
                Collect(declaring, join, "key", null);
            }

            foreach (var field in declaring.Fields)
            {
                foreach (var join in field.Directives.Where(d => d.Name.Value == "join__field"))
                {
                    Collect(declaring, join, "requires", null);
                    Collect(declaring, join, "provides", field);
                }
            }
        }

        return found;

        void Collect(ComplexTypeDefinitionNode declaring, DirectiveNode join, string argument, FieldDefinitionNode? below)
        {
            if ((CompositeDirectives.Argument(join, "graph") as EnumValueNode)?.Value != graph
                || CompositeDirectives.Argument(join, argument) is not StringValueNode { Value.Length: > 0 } text)
            {
                return;
            }

            if (below is null)
            {
                Visit(declaring, Parser.ParseSelectionSet(text.Value));
            }
            else if (types.TryGetValue(TypeNodes.NamedOf(below.Type), out var returned))
            {
                Visit(returned, Parser.ParseSelectionSet(text.Value));
            }
        }

        void Visit(ComplexTypeDefinitionNode at, SelectionSetNode selection)
        {
            foreach (var node in selection.Selections)
            {
                if (node is FieldNode field)
                {
                    if (at.Name.Value == type.Name.Value)
                    {
                        found.Add(field.Name.Value);
                    }

                    if (field.SelectionSet is { } children
                        && at.Fields.FirstOrDefault(f => f.Name.Value == field.Name.Value) is { } definition && types.TryGetValue(TypeNodes.NamedOf(definition.Type), out var next))
                    {
                        Visit(next, children);
                    }
                }
                else if (node is InlineFragmentNode fragment)
                {
                    Visit(fragment.TypeCondition is { } condition && types.TryGetValue(condition.Name.Value, out var narrowed) ? narrowed : at, fragment.SelectionSet);
                }
            }
        }
    }
}
