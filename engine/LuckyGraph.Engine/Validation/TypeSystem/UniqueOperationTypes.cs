using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.TypeSystem;

/// <summary>Each kind of operation has one root type (3.3.1).</summary>
internal sealed class UniqueOperationTypes(TypeSystemContext context) : TypeSystemRule(context)
{
    private readonly Dictionary<OperationKind, Place> known = [];

    public override void Definition(DefinitionNode definition)
    {
        if (definition is not SchemaDefinitionNode schema)
        {
            return;
        }

        foreach (var node in schema.OperationTypes)
        {
            var operation = node.Operation.ToString().ToLowerInvariant();
            if (Context.Existing.Roots.Contains(node.Operation))
            {
                Report($"Type for {operation} already defined in the schema. It cannot be redefined.", At(node));
            }
            else if (!known.TryAdd(node.Operation, At(node)))
            {
                Report($"There can be only one {operation} type in schema.", known[node.Operation], At(node));
            }
        }
    }
}
