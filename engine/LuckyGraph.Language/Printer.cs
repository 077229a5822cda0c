namespace LuckyGraph.Language;

/// <summary>Prints syntax trees in the layout of graphql-js's printer (two spaces, one definition per paragraph).</summary>
public static class Printer
{
    /// <summary>Prints a node indented, as people read it.</summary>
    public static string Print(SyntaxNode node)
    {
        var printer = new IndentedPrinter();
        printer.Print(node);
        return printer.ToString();
    }

    /// <summary>Prints a node on one line without insignificant white space, as it travels between servers.</summary>
    public static string PrintCompact(SyntaxNode node)
    {
        var printer = new CompactPrinter();
        printer.Print(node);
        return printer.ToString();
    }
}
