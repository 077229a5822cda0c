using LuckyGraph.Engine.Types;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Where an enum is used, which decides how Federation merges its values.</summary>
internal enum EnumUse : byte
{
    /// <summary>Returned only, or not used: values of all schemas.</summary>
    Output,
    /// <summary>Given by clients only: values that all schemas have.</summary>
    Input,
    /// <summary>Both: the schemas must agree.</summary>
    Both,
}

/// <summary>Finds where an enum is used.</summary>
internal static class EnumUsage
{
    public static EnumUse Of(IReadOnlyList<SourceDocument> schemas, string name)
    {
        var (input, output) = (false, false);
        foreach (var type in schemas.SelectMany(s => s.Types.Values))
        {
            input |= type.InputFields.Exists(f => TypeNodes.NamedOf(f.Type) == name);
            foreach (var field in type.Fields)
            {
                output |= TypeNodes.NamedOf(field.Type) == name;
                foreach (var argument in field.Arguments)
                {
                    input |= TypeNodes.NamedOf(argument.Type) == name;
                }
            }
        }

        return input && output ? EnumUse.Both : input ? EnumUse.Input : EnumUse.Output;
    }
}
