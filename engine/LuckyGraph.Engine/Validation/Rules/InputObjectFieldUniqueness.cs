using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation.Rules;

/// <summary>5.6.3: an input object literal gives a field once.</summary>
internal sealed class InputObjectFieldUniqueness(ValidationContext context) : ValidationRule(context)
{
    public override void ObjectValue(ObjectValueNode node)
    {
        if (node.Fields.Length < 2)
        {
            return;
        }

        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var field in node.Fields)
        {
            if (!known.TryAdd(field.Name.Value, field.Name.Start))
            {
                Report($"There can be only one input field named \"{field.Name}\".", known[field.Name.Value], field.Name.Start);
            }
        }
    }
}
