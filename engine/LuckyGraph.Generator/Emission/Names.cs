using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;
using Microsoft.CodeAnalysis.CSharp;

namespace LuckyGraph.Generator.Emission;

/// <summary>A name that one class gives and others use.</summary>
internal sealed record NamePair(string Key, string Name);

/// <summary>The names that cannot be known from one class alone.</summary>
/// <param name="Namespace">Where generated code goes.</param>
/// <param name="Types">GraphQL names that <c>[ObjectType&lt;T&gt;(Name = …)]</c> gives.</param>
/// <param name="Loaders">DataLoader interfaces by their bare name.</param>
/// <param name="Documentation">Descriptions of what other assemblies declare.</param>
internal sealed record NameTable(string Namespace, EquatableArray<NamePair> Types, EquatableArray<NamePair> Loaders, EquatableArray<NamePair> Documentation);

/// <summary>Resolves names for emission.</summary>
internal sealed class Names
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, string> _loaders = [];
    private readonly Dictionary<string, string> _documentation = [];

    /// <summary>The names as a class sees them: of equally named DataLoaders the one that is declared nearest to it.</summary>
    /// <param name="table">All names.</param>
    /// <param name="user">The C# class whose code uses them.</param>
    public Names(NameTable table, string user = "")
    {
        Namespace = table.Namespace;
        foreach (var pair in table.Types)
        {
            _types[pair.Key] = pair.Name;
        }

        foreach (var pair in table.Documentation)
        {
            _documentation[pair.Key] = pair.Name;
        }

        foreach (var pair in table.Loaders)
        {
            if (!_loaders.TryGetValue(pair.Key, out var other) || CommonPrefix(pair.Name, user) > CommonPrefix(other, user))
            {
                _loaders[pair.Key] = pair.Name;
            }
        }
    }

    private static int CommonPrefix(string left, string right)
    {
        var dots = 0;
        for (var i = 0; i < left.Length && i < right.Length && left[i] == right[i]; i++)
        {
            dots += left[i] == '.' ? 1 : 0;
        }

        return dots;
    }

    public string Namespace { get; }

    /// <summary>The GraphQL name.</summary>
    public string Of(NameReference reference)
        => _types.TryGetValue(reference.Key, out var given) ? given
        : reference.Arguments.Count == 0 ? reference.Format
        : string.Format(CultureInfo.InvariantCulture, reference.Format, [.. reference.Arguments.Select(a => (object)Of(a))]);

    /// <summary>The type in SDL.</summary>
    public string Sdl(ValueModel value)
        => value.Sdl ?? (value.Kind == ValueKind.List ? $"[{Sdl(value.Item!)}]" : Of(value.Name!)) + (value.Nullable ? "" : "!");

    /// <summary>A DataLoader's interface.</summary>
    public string Loader(string clr) => _loaders.TryGetValue(clr, out var found) ? found : clr;

    /// <summary>The generated class of a CLR type.</summary>
    public string Generated(string key, string suffix) => $"global::{Namespace}.{Naming.Generated(key, suffix)}";

    /// <summary>A description as it is written into the schema.</summary>
    public string? Description(string? description) => Documentation.Resolve(description, _documentation);

    /// <summary>A C# string literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>A C# string literal, or null.</summary>
    public static string LiteralOrNull(string? text) => text is null ? "null" : Literal(text);
}
