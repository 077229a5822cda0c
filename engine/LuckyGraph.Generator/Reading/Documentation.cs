using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LuckyGraph.Generator.Reading;

/// <summary>
/// Descriptions from XML documentation comments. What another assembly declares is described in that assembly's documentation
/// file, which is an input of its own: such a description is a reference until its user is emitted.
/// </summary>
internal static class Documentation
{
    private const char Reference = '\u0001';
    private const char ParameterSeparator = '\u0002';

    /// <summary>The summary of a member.</summary>
    public static string? Summary(ISymbol symbol)
    {
        var record = (symbol as IPropertySymbol)?.ContainingType is { IsRecord: true } type ? type : null;
        if (IsForeign(symbol))
        {
            var id = symbol.OriginalDefinition.GetDocumentationCommentId();
            return Reference + id + (record is null ? "" : Reference + record.OriginalDefinition.GetDocumentationCommentId() + ParameterSeparator + symbol.Name);
        }

        if (Load(symbol) is { } document)
        {
            return Text(document.Descendants("summary").FirstOrDefault());
        }

        // The property of a record's parameter is described where the record is.
        return record is null ? null : Parameter(record, symbol.Name);
    }

    /// <summary>What a method or record says about a parameter.</summary>
    public static string? Parameter(ISymbol owner, string name)
        => IsForeign(owner) ? Reference + owner.OriginalDefinition.GetDocumentationCommentId() + ParameterSeparator + name
        : Load(owner) is { } document ? Text(document.Descendants("param").FirstOrDefault(p => p.Attribute("name")?.Value == name))
        : null;

    /// <summary>The text of a description that may be a reference to other assemblies' documentation files.</summary>
    public static string? Resolve(string? description, IReadOnlyDictionary<string, string> files)
    {
        if (description is null || description.Length == 0 || description[0] != Reference)
        {
            return description;
        }

        foreach (var id in description.Split([Reference], StringSplitOptions.RemoveEmptyEntries))
        {
            if (files.TryGetValue(id, out var text))
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>Every description of a documentation file, by the reference that finds it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(string file)
    {
        XDocument document;
        try
        {
            document = XDocument.Parse(file, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            // Not a documentation file after all.
            yield break;
        }

        foreach (var member in document.Descendants("member"))
        {
            if (member.Attribute("name")?.Value is not { } id)
            {
                continue;
            }

            if (Text(member.Element("summary")) is { } summary)
            {
                yield return new KeyValuePair<string, string>(id, summary);
            }

            foreach (var parameter in member.Elements("param"))
            {
                if (parameter.Attribute("name")?.Value is { } name && Text(parameter) is { } text)
                {
                    yield return new KeyValuePair<string, string>(id + ParameterSeparator + name, text);
                }
            }
        }
    }

    private static bool IsForeign(ISymbol symbol) => symbol.DeclaringSyntaxReferences.IsEmpty && symbol.Locations.Any(l => l.IsInMetadata);

    private static XElement? Load(ISymbol symbol)
    {
        var xml = symbol.GetDocumentationCommentXml();
        if (string.IsNullOrWhiteSpace(xml))
        {
            xml = FromComments(symbol);
        }

        if (string.IsNullOrWhiteSpace(xml))
        {
            return null;
        }

        try
        {
            return XElement.Parse("<root>" + xml + "</root>", LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            // A malformed comment is the compiler's to report; the member goes without description.
            return null;
        }
    }

    /// <summary>Where no documentation file is produced the compiler keeps the comments as plain text.</summary>
    private static string? FromComments(ISymbol symbol)
    {
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            var node = reference.GetSyntax();
            if (symbol is IPropertySymbol && node is Microsoft.CodeAnalysis.CSharp.Syntax.ParameterSyntax)
            {
                continue;
            }

            if (symbol is IFieldSymbol && node is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax)
            {
                node = node.Parent?.Parent ?? node;
            }

            var text = new StringBuilder();
            foreach (var trivia in node.GetLeadingTrivia())
            {
                if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && trivia.ToString() is var line && line.StartsWith("///", StringComparison.Ordinal))
                {
                    text.Append(line, 3, line.Length - 3).Append('\n');
                }
            }

            if (text.Length > 0)
            {
                return text.ToString();
            }
        }

        return null;
    }

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = new StringBuilder();
        Append(element, text);
        var lines = text.ToString().Split('\n').Select(Squeeze).ToArray();
        var paragraphs = new StringBuilder();
        var blank = false;
        foreach (var line in lines)
        {
            if (line.Length == 0)
            {
                blank = paragraphs.Length > 0;
                continue;
            }

            if (paragraphs.Length > 0)
            {
                paragraphs.Append(blank ? "\n\n" : " ");
            }

            blank = false;
            paragraphs.Append(line);
        }

        return paragraphs.Length == 0 ? null : paragraphs.ToString();
    }

    private static void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText plain:
                    text.Append(plain.Value);
                    break;
                case XElement { Name.LocalName: "para" } para:
                    text.Append("\n\n");
                    Append(para, text);
                    text.Append("\n\n");
                    break;
                case XElement { Name.LocalName: "c" } code:
                    text.Append('`').Append(code.Value).Append('`');
                    break;
                case XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } reference when reference.IsEmpty || reference.Value.Length == 0:
                    text.Append(ReferenceText(reference));
                    break;
                case XElement other:
                    Append(other, text);
                    break;
            }
        }
    }

    private static string ReferenceText(XElement reference)
    {
        if (reference.Attribute("langword")?.Value is { } word)
        {
            return word;
        }

        if (reference.Attribute("name")?.Value is { } name)
        {
            return Naming.Camel(name);
        }

        if (reference.Attribute("href")?.Value is { } link)
        {
            return link;
        }

        var target = reference.Attribute("cref")?.Value ?? "";
        var parenthesis = target.IndexOf('(');
        if (parenthesis >= 0)
        {
            target = target.Substring(0, parenthesis);
        }

        var member = target.Length > 2 && target[1] == ':' && target[0] != 'T';
        var last = target.Substring(Math.Max(target.LastIndexOf('.'), target.LastIndexOf(':')) + 1);
        return member ? Naming.Camel(last) : last;
    }

    private static string Squeeze(string line)
    {
        var text = new StringBuilder(line.Length);
        foreach (var c in line.Trim())
        {
            if (!char.IsWhiteSpace(c) || (text.Length > 0 && text[text.Length - 1] != ' '))
            {
                text.Append(char.IsWhiteSpace(c) ? ' ' : c);
            }
        }

        return text.ToString();
    }
}
