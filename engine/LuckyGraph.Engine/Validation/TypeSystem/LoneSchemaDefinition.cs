using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>There is one schema definition at most (3.3).</summary>
internal sealed class LoneSchemaDefinition(TypeSystemContext context) : TypeSystemRule(context)
{
    private int count;

    public override void Definition(DefinitionNode definition)
    {
        if (definition is not SchemaDefinitionNode { IsExtension: false })
        {
            return;
        }

        if (Context.ExtendsSchema && Context.Existing.Roots.Count > 0)
        {
            Report("Cannot define a new schema within a schema extension.", At(definition));
        }
        else if (count++ > 0)
        {
            Report("Must provide only one schema definition.", At(definition));
        }
    }
}
