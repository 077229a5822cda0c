using System;
using System.Text;

namespace LuckyGraph.Generator.Reading;

/// <summary>The naming rules: members are camel case, enum values upper case with underscores.</summary>
internal static class Naming
{
    /// <summary>The field's name of a property.</summary>
    public static string Camel(string name)
    {
        // A leading run of capitals is one word: URLPath becomes urlPath, ID becomes id.
        var upper = 0;
        while (upper < name.Length && char.IsUpper(name[upper]))
        {
            upper++;
        }

        var lower = upper <= 1 || upper == name.Length ? upper : upper - 1;
        return name.Substring(0, lower).ToLowerInvariant() + name.Substring(lower);
    }

    /// <summary>The field's name of a method: without a leading Get and, when it is asynchronous, a trailing Async.</summary>
    public static string Method(string name, bool asynchronous) => Camel(StripMethod(name, asynchronous));

    /// <summary>A method's name without a leading Get and, when it is asynchronous, a trailing Async.</summary>
    public static string StripMethod(string name, bool asynchronous)
    {
        if (name.Length > 3 && name.StartsWith("Get", StringComparison.Ordinal) && char.IsUpper(name[3]))
        {
            name = name.Substring(3);
        }

        return asynchronous && name.Length > 5 && name.EndsWith("Async", StringComparison.Ordinal) ? name.Substring(0, name.Length - 5) : name;
    }

    /// <summary>The name of a type that mutations derive from the field's name.</summary>
    public static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>An enum value or error code: <c>PendingPayment</c> becomes <c>PENDING_PAYMENT</c>.</summary>
    public static string UpperSnake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (i > 0 && char.IsUpper(c) && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }

    /// <summary>The name of an interface or union made of a C# interface.</summary>
    public static string WithoutI(string name)
        => name.Length > 1 && name[0] == 'I' && char.IsUpper(name[1]) ? name.Substring(1) : name;

    /// <summary>A stable suffix that tells generated classes of equally named C# classes apart.</summary>
    public static string Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The class that holds the generated code of a C# type.</summary>
    public static string Generated(string key, string suffix)
    {
        var text = new StringBuilder();
        var start = key.IndexOf('<') is var generic and >= 0 ? key.LastIndexOf('.', generic) : key.LastIndexOf('.');
        foreach (var c in key.Substring(Math.Max(start, key.StartsWith("global::", StringComparison.Ordinal) ? 7 : -1) + 1))
        {
            if (char.IsLetterOrDigit(c))
            {
                text.Append(c);
            }
            else if (c == '<')
            {
                break;
            }
        }

        return $"{text}{suffix}_{Hash(key)}";
    }
}
