using LuckyGraph.Fusion.Metadata;

namespace LuckyGraph.Fusion.Planning;

/// <content>Arguments that take values of enclosing objects (<c>@fromContext</c>): the values are fetched first, the field by key after them.</content>
internal sealed partial class OperationPlanner
{
    /// <summary>Sees to it that the value of a context is fetched where the nearest object that encloses the target sets it.</summary>
    private void RequireContext(ObjectSelection target, Requirement requirement, HashSet<FetchStep> providers)
    {
        var setter = Setter(_schema, target, requirement.Argument!)
            ?? throw new PlanningException($"Nothing that encloses {target.PathText} sets the context of \"{requirement.Text}\".", GatewayErrorCodes.PlanningFailed);
        Require(setter, requirement.Selection, SourceSet.Empty, SourceSet.Empty, providers);
    }

    /// <summary>Whether every context that a field takes values of is set around an object.</summary>
    private bool HasContexts(ObjectSelection target, SourceField field)
    {
        foreach (var requirement in field.Requirements)
        {
            if (requirement.IsContextual && Setter(_schema, target, requirement.Argument!) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The nearest object that encloses another and sets the context of an argument; null when there is none.</summary>
    public static ObjectSelection? Setter(FusionSchema schema, ObjectSelection target, RequiredArgument argument)
    {
        var context = schema.Contexts.IndexOf(argument);
        for (var at = target.Set.Parent?.Parent; at is not null; at = at.Set.Parent?.Parent)
        {
            if (schema.Contexts.Sets(context, at.Type))
            {
                return at;
            }
        }

        return null;
    }
}
