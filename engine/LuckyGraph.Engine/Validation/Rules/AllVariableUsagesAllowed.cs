using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.8.5: a variable's type fits every place it is used in.</summary>
internal sealed class AllVariableUsagesAllowed(ValidationContext context) : ValidationRule(context)
{
    public override void End()
    {
        foreach (var facts in Context.Operations)
        {
            var operation = (OperationDefinitionNode)facts.Node;
            if (operation.Variables.IsEmpty)
            {
                continue;
            }

            var defined = new Dictionary<string, VariableDefinitionNode>(StringComparer.Ordinal);
            foreach (var definition in operation.Variables)
            {
                defined[definition.Variable.Name.Value] = definition;
            }

            Check(facts, defined);
            foreach (var fragment in Context.Reachable(facts))
            {
                Check(fragment, defined);
            }
        }
    }

    private void Check(DefinitionFacts facts, Dictionary<string, VariableDefinitionNode> defined)
    {
        foreach (var usage in facts.Usages)
        {
            if (usage.Type is not { } location
                || !defined.TryGetValue(usage.Node.Name.Value, out var definition)
                || Context.Schema.Type(definition.Type) is not { } type)
            {
                continue;
            }

            if (!IsAllowed(type, definition, location, usage.HasDefault))
            {
                Report(
                    $"Variable \"${definition.Variable.Name}\" of type \"{type}\" used in position expecting type \"{location}\".",
                    definition.Start, usage.Node.Start);
            }

            // IsNonNullPosition: a field of a oneOf input object takes no null.
            if (usage.OneOf is { } oneOf && !type.IsNonNull && definition.DefaultValue is null or NullValueNode)
            {
                Report(
                    $"Variable \"${definition.Variable.Name}\" is of type \"{type}\" but must be non-nullable to be used for OneOf Input Object \"{oneOf.Name}\".",
                    definition.Start, usage.Node.Start);
            }
        }
    }

    // IsVariableUsageAllowed
    private bool IsAllowed(GraphType type, VariableDefinitionNode definition, GraphType location, bool locationHasDefault)
    {
        if (location is NonNullType nonNull && !type.IsNonNull)
        {
            var hasDefault = definition.DefaultValue is not (null or NullValueNode);
            return (hasDefault || locationHasDefault) && TypeRelations.IsSubtype(Context.Schema, type, nonNull.OfType);
        }

        return TypeRelations.IsSubtype(Context.Schema, type, location);
    }
}
