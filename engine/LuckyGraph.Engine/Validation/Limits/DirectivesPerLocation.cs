using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Limits;

/// <summary>Limits how many directives one place carries.</summary>
internal sealed class DirectivesPerLocation(ValidationContext context) : ValidationRule(context)
{
    public override void Directives(ImmutableArray<DirectiveNode> directives, string location)
    {
        if (directives.Length > Context.Options.MaxDirectivesPerLocation)
        {
            Context.ExceedLimit(Name, $"At most {Context.Options.MaxDirectivesPerLocation} directives are allowed at one location; found {directives.Length}.", directives[0].Start);
        }
    }
}
