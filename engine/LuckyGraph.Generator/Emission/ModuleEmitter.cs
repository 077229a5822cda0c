using System;
using System.Linq;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;

namespace LuckyGraph.Generator.Emission;

/// <summary>What the module file needs of a definition.</summary>
/// <param name="Order">Types come first, then the classes that add to them.</param>
/// <param name="Key">For a stable order.</param>
/// <param name="Class">The generated class.</param>
internal sealed record DefinitionEntry(int Order, string Key, string Class);

/// <summary>What the module file needs of a DataLoader.</summary>
/// <param name="Interface">Its interface.</param>
/// <param name="Class">Its class.</param>
/// <param name="HasLookups">Whether it wants to know what others load.</param>
internal sealed record LoaderEntry(string Interface, string Class, bool HasLookups);

/// <summary>Emits <c>Add{Module}()</c>.</summary>
internal static class ModuleEmitter
{
    private const string Builder = "global::LuckyGraph.Engine.Execution.GraphQLServerBuilder";

    public static string Module(string module, Names names, EquatableArray<DefinitionEntry> definitions, EquatableArray<LoaderEntry> loaders)
    {
        var code = new CodeWriter();
        code.Line("namespace Microsoft.Extensions.DependencyInjection;").Line();
        code.Line($"/// <summary>Registers the GraphQL types and DataLoaders of the module {module}.</summary>");
        code.Open($"public static class {module}GraphQLServerBuilderExtensions");
        code.Line($"/// <summary>Adds every GraphQL type and DataLoader of the module {module}.</summary>");
        code.Open($"public static {Builder} Add{module}(this {Builder} builder)");
        foreach (var loader in loaders)
        {
            code.Line($"builder.AddDataLoader<{loader.Interface}>(static scheduler => new {loader.Class}(scheduler));");
            if (loader.HasLookups)
            {
                code.Line($"{loader.Class}.AddLookups(builder);");
            }
        }

        code.Line("return builder.ConfigureSchema(Define);");
        code.Close().Line();
        code.Open("private static void Define(global::LuckyGraph.Engine.Types.SchemaBuilder schema)");
        foreach (var definition in definitions)
        {
            code.Line($"global::{names.Namespace}.{definition.Class}.Define(schema);");
        }

        code.Close().Close();
        return code.ToString();
    }

    /// <summary>The module's name when no attribute gives one: the last part of the assembly's.</summary>
    public static string DefaultName(string assembly)
    {
        var last = Identifier(assembly.Split('.').Last());
        return last.Length == 0 ? "Types" : char.ToUpperInvariant(last[0]) + last.Substring(1);
    }

    /// <summary>The namespace of generated code.</summary>
    public static string Namespace(string assembly) => "LuckyGraph.Generated." + (Identifier(assembly) is { Length: > 0 } name ? "_" + name : "_Module");

    private static string Identifier(string text) => new([.. text.Where(c => char.IsLetterOrDigit(c) || c == '_')]);
}
