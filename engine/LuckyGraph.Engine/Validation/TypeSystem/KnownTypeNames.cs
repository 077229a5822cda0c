using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Every type that is referred to is defined (3.3).</summary>
internal sealed class KnownTypeNames(TypeSystemContext context) : TypeSystemRule(context)
{
    public override void Definition(DefinitionNode definition)
    {
        switch (definition)
        {
            case SchemaDefinitionNode schema:
                foreach (var operation in schema.OperationTypes)
                {
                    Check(operation.Type);
                }

                break;
            case ComplexTypeDefinitionNode type:
                foreach (var implemented in type.Interfaces)
                {
                    Check(implemented);
                }

                foreach (var field in type.Fields)
                {
                    Inputs(field.Arguments);
                    Check(field.Type);
                }

                break;
            case UnionTypeDefinitionNode union:
                foreach (var member in union.Types)
                {
                    Check(member);
                }

                break;
            case InputObjectTypeDefinitionNode input:
                Inputs(input.Fields);
                break;
            case DirectiveDefinitionNode directive:
                Inputs(directive.Arguments);
                break;
            case FragmentDefinitionNode fragment:
                Check(fragment.TypeCondition);
                break;
            case OperationDefinitionNode operation:
                foreach (var variable in operation.Variables)
                {
                    Check(variable.Type);
                }

                break;
        }
    }

    private void Inputs(IEnumerable<InputValueDefinitionNode> inputs)
    {
        foreach (var input in inputs)
        {
            Check(input.Type);
        }
    }

    private void Check(TypeNode type)
    {
        while (type is not NamedTypeNode)
        {
            type = type is ListTypeNode list ? list.Type : ((NonNullTypeNode)type).Type;
        }

        var name = ((NamedTypeNode)type).Name.Value;
        if (!Context.Defined.ContainsKey(name)
            && !Context.Existing.Types.ContainsKey(name)
            && WellKnownScalars.Find(name) is null
            && !IntrospectionTypes.Names.Contains(name))
        {
            var known = Context.Existing.Types.Keys.Concat(Context.Defined.Keys).Concat(WellKnownScalars.BuiltIn).Distinct();
            Report($"Unknown type \"{name}\".{Suggestions.DidYouMean(name, known)}", At(type));
        }
    }
}
