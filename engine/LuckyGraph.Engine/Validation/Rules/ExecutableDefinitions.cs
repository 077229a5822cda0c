using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.1.1: an executable document holds operations and fragments only.</summary>
internal sealed class ExecutableDefinitions(ValidationContext context) : ValidationRule(context)
{
    public override void Document(DocumentNode document)
    {
        foreach (var definition in document.Definitions)
        {
            var name = definition switch
            {
                TypeDefinitionNode type => $"\"{type.Name}\"",
                DirectiveDefinitionNode directive => $"\"{directive.Name}\"",
                SchemaDefinitionNode => "schema",
                _ => null,
            };
            if (name is not null)
            {
                Report($"The {name} definition is not executable.", definition.Start);
            }
        }
    }
}
