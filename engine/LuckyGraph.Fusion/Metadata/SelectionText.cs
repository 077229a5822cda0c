using System.Text;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>Selections of keys, requirements and provided fields as text.</summary>
internal static class SelectionText
{
    /// <summary>The text without the outer braces, as directives carry it: <c>id owner { id } ... on Book { isbn }</c>.</summary>
    public static string Print(SelectionSetNode selection)
    {
        var text = new StringBuilder();
        Print(text, selection);
        return text.ToString();
    }

    private static void Print(StringBuilder text, SelectionSetNode selection)
    {
        var first = true;
        foreach (var node in selection.Selections)
        {
            if (!first)
            {
                text.Append(' ');
            }

            first = false;
            switch (node)
            {
                case FieldNode field:
                    text.Append(field.Name.Value);
                    Arguments(text, field);
                    Children(text, field.SelectionSet);
                    break;
                case InlineFragmentNode fragment:
                    text.Append("...");
                    if (fragment.TypeCondition is { } condition)
                    {
                        text.Append(" on ").Append(condition.Name.Value);
                    }

                    Children(text, fragment.SelectionSet);
                    break;
            }
        }
    }

    private static void Children(StringBuilder text, SelectionSetNode? children)
    {
        if (children is not null)
        {
            text.Append(" { ");
            Print(text, children);
            text.Append(" }");
        }
    }

    private static void Arguments(StringBuilder text, FieldNode field)
    {
        for (var i = 0; i < field.Arguments.Length; i++)
        {
            text.Append(i == 0 ? "(" : ", ").Append(field.Arguments[i].Name.Value).Append(": ").Append(Printer.PrintCompact(field.Arguments[i].Value));
        }

        if (!field.Arguments.IsEmpty)
        {
            text.Append(')');
        }
    }
}
