using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Operations;

/// <summary>
/// Tells whether a selection set can contain effects, for any concrete type, from the syntax alone: linear in the document,
/// so that plans of abstract types can wait for their first value.
/// </summary>
internal sealed class EffectAnalysis(Schema schema, DocumentNode document)
{
    private readonly Dictionary<(SelectionSetNode, NamedType), bool> _known = [];

    /// <summary>Whether effects lie below field nodes whose type is <paramref name="type"/>.</summary>
    public bool Below(NamedType type, ImmutableArray<SelectedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Node.SelectionSet is { } selectionSet && Contains(type, selectionSet))
            {
                return true;
            }
        }

        return false;
    }

    private bool Contains(NamedType type, SelectionSetNode selectionSet)
    {
        if (_known.TryGetValue((selectionSet, type), out var known))
        {
            return known;
        }

        // A fragment cycle, which validation refuses, would end here.
        _known[(selectionSet, type)] = false;
        var found = false;
        foreach (var selection in selectionSet.Selections)
        {
            if (Contains(type, selection))
            {
                found = true;
                break;
            }
        }

        _known[(selectionSet, type)] = found;
        return found;
    }

    private bool Contains(NamedType type, SelectionNode selection)
    {
        switch (selection)
        {
            case InlineFragmentNode inline:
                return Contains(Narrow(type, inline.TypeCondition), inline.SelectionSet);
            case FragmentSpreadNode spread:
                foreach (var definition in document.Definitions)
                {
                    if (definition is FragmentDefinitionNode fragment && fragment.Name.Value == spread.Name.Value)
                    {
                        return Contains(Narrow(type, fragment.TypeCondition), fragment.SelectionSet);
                    }
                }

                return false;
            case FieldNode field:
                if (type is ObjectType objectType)
                {
                    return Contains(objectType, field);
                }

                foreach (var possible in schema.PossibleTypes(type))
                {
                    if (Contains(possible, field))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    // A value has both types; the narrower one says more, and an object type says all.
    private NamedType Narrow(NamedType type, NamedTypeNode? condition)
        => type is ObjectType || condition is null ? type : schema.Type(condition.Name.Value) ?? type;

    private bool Contains(ObjectType type, FieldNode node)
    {
        var field = schema.Field(type, node.Name.Value);
        if (field?.Binding is not { } binding || ReferenceEquals(field, schema.TypeNameField))
        {
            return false;
        }

        return binding.Bind(field, node.ResponseName).Kind != FieldKind.Pure
            || !field.Authorization.IsEmpty
            || (node.SelectionSet is { } below && Contains(field.Type.Named, below));
    }
}
