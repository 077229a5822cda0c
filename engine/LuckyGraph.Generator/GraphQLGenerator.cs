using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using LuckyGraph.Generator.Emission;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator;

/// <summary>
/// Turns attributed classes into field bindings, DataLoaders and a module. One step per attribute reads symbols into models that
/// compare by value; only what changed is emitted again.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class GraphQLGenerator : IIncrementalGenerator
{
    /// <summary>Names of the pipeline's steps, for tests.</summary>
    public static class Steps
    {
        /// <summary>An attributed class as a model.</summary>
        public const string Class = "Class";
        /// <summary>An attributed class with the names that it takes from others, ready to emit.</summary>
        public const string ClassOutput = "ClassOutput";
        /// <summary>A type that fields lead to, ready to emit.</summary>
        public const string TypeOutput = "TypeOutput";
        /// <summary>A DataLoader as a model.</summary>
        public const string Loader = "Loader";
        /// <summary>What the module file is made of.</summary>
        public const string Module = "Module";
    }

    private sealed record ClassWork(ClassModel Model, NameTable Names);

    private sealed record TypeWork(TypeModel Model, EquatableArray<string> Replaced, EquatableArray<FieldReads> Reads, NameTable Names);

    private sealed record LoaderWork(LoaderModel Model, NameTable Names);

    private sealed record ModuleWork(string Name, string Namespace, EquatableArray<DefinitionEntry> Definitions, EquatableArray<LoaderEntry> Loaders);

    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var sources = new[]
        {
            StaticClass(context, "QueryTypeAttribute", ClassKind.Query),
            StaticClass(context, "MutationTypeAttribute", ClassKind.Mutation),
            StaticClass(context, "SubscriptionTypeAttribute", ClassKind.Subscription),
            StaticClass(context, "ObjectTypeAttribute`1", ClassKind.Extension),
            StaticClass(context, "InterfaceTypeAttribute`1", ClassKind.Extension),
            Type(context, "ObjectType"),
            Type(context, "InterfaceType"),
            Type(context, "UnionType"),
            Type(context, "EnumType"),
            Type(context, "InputObjectType"),
            Type(context, "Node"),
            RootMethod(context, "QueryAttribute", ClassKind.Query),
            RootMethod(context, "MutationAttribute", ClassKind.Mutation),
            RootMethod(context, "SubscriptionAttribute", ClassKind.Subscription),
        };
        var loaders = context.SyntaxProvider.ForAttributeWithMetadataName(
                "LuckyGraph.Engine.DataLoaderAttribute",
                static (_, _) => true,
                static (c, _) => c.TargetSymbol is IMethodSymbol method ? new TypeInference(c.SemanticModel.Compilation).ReadLoader(method, c.Attributes[0]) : null)
            .Where(static m => m is not null)
            .Select(static (m, _) => m!)
            .WithTrackingName(Steps.Loader);

        var assembly = context.CompilationProvider.Select(static (c, _) => (
            Name: c.AssemblyName ?? "",
            Module: c.Assembly.GetAttributes().Find("Module").Text() ?? ModuleEmitter.DefaultName(c.AssemblyName ?? "")));

        var documentation = context.AdditionalTextsProvider
            .Where(static f => f.Path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
            .Select(static (f, c) => f.GetText(c) is { } text
                ? EquatableArray.From(Documentation.Read(text.ToString()).Select(d => new NamePair(d.Key, d.Value)))
                : default)
            .Collect()
            .Select(static (f, _) => EquatableArray.From(f.SelectMany(d => d)));

        var names = Collect(sources, static c => c.ParentName is { } name && c.Parent is { } parent ? new NamePair(parent.Key, name) : null)
            .Combine(loaders.Select(static (l, _) => new NamePair($"I{l.Name}DataLoader", l.Interface)).Collect())
            .Combine(assembly)
            .Combine(documentation)
            .Select(static (p, _) => new NameTable(
                ModuleEmitter.Namespace(p.Left.Right.Name),
                p.Left.Left.Left,
                EquatableArray.From(p.Left.Left.Right.OrderBy(l => l.Key, StringComparer.Ordinal).ThenBy(l => l.Name, StringComparer.Ordinal)),
                p.Right));

        foreach (var source in sources)
        {
            context.RegisterSourceOutput(
                source.Where(static c => c.Kind != ClassKind.Type).Combine(names)
                    .Select(static (p, _) => new ClassWork(p.Left, Relevant(p.Right, p.Left.Fields.Concat(p.Left.Nodes.Select(n => n.Resolver)))))
                    .WithTrackingName(Steps.ClassOutput),
                static (output, work) => output.AddSource(
                    Naming.Generated(work.Model.Key, "Binding") + ".g.cs", BindingEmitter.Class(work.Model, new Names(work.Names, work.Model.Key))));
        }

        var types = CollectMany(sources, static c => c.Types);
        var replaced = CollectMany(sources, static c => EquatableArray.From(
            c.Kind == ClassKind.Extension
                ? c.Fields.Select(f => new NamePair(c.Parent!.Key, "." + f.Name)).Concat(c.Fields.Where(f => f.Replaces is not null).Select(f => new NamePair(c.Parent!.Key, f.Replaces!)))
                : []));
        var reads = CollectMany(sources, static c => EquatableArray.From(
            c.Kind == ClassKind.Extension
                ? c.Fields.Select(f => new FieldReads(c.Parent!.Key, f.Name, MembersOf(f)))
                : []));
        context.RegisterSourceOutput(
            types.Combine(replaced).Combine(reads).Combine(names)
                .SelectMany(static (p, _) => TypesToEmit(p.Left.Left.Left, p.Left.Left.Right, p.Left.Right, p.Right))
                .WithTrackingName(Steps.TypeOutput),
            static (output, work) => Emit(output, work));

        context.RegisterSourceOutput(
            loaders.Combine(names).Select(static (p, _) => new LoaderWork(p.Left, Relevant(p.Right, p.Left.Parameters))),
            static (output, work) => output.AddSource(
                Naming.Generated(work.Model.Class, "Loader") + ".g.cs", TypeEmitter.Loader(work.Model, new Names(work.Names, work.Model.Interface))));

        var definitions = Collect(sources, static c => c.Kind == ClassKind.Type ? null : new DefinitionEntry(1 + (int)c.Kind, c.Key, Naming.Generated(c.Key, "Binding")));
        context.RegisterSourceOutput(
            types.Combine(definitions).Combine(loaders.Select(static (l, _) => new LoaderEntry(l.Interface, l.Class, l.Lookups.Count > 0)).Collect()).Combine(assembly)
                .Select(static (p, _) => new ModuleWork(
                    p.Right.Module,
                    p.Right.Name,
                    EquatableArray.From(p.Left.Left.Left
                        .Where(t => t is not DataModel)
                        .Select(t => new DefinitionEntry(0, t.Key, GeneratedName(t)))
                        .Concat(p.Left.Left.Right)
                        .Distinct()
                        .OrderBy(d => d.Order).ThenBy(d => d.Key, StringComparer.Ordinal)),
                    EquatableArray.From(p.Left.Right.OrderBy(l => l.Interface, StringComparer.Ordinal))))
                .WithTrackingName(Steps.Module),
            static (output, work) =>
            {
                if (work.Definitions.Count > 0 || work.Loaders.Count > 0)
                {
                    var table = new NameTable(ModuleEmitter.Namespace(work.Namespace), default, default, default);
                    output.AddSource("Module.g.cs", ModuleEmitter.Module(work.Name, new Names(table), work.Definitions, work.Loaders));
                }
            });
    }

    private static IncrementalValuesProvider<ClassModel> StaticClass(IncrementalGeneratorInitializationContext context, string attribute, ClassKind kind)
        => context.SyntaxProvider.ForAttributeWithMetadataName(
                "LuckyGraph.Engine." + attribute,
                static (_, _) => true,
                (c, _) => c.TargetSymbol is INamedTypeSymbol type ? new TypeInference(c.SemanticModel.Compilation).ReadStaticClass(type, kind, c.Attributes[0]) : null)
            .Where(static m => m is not null)
            .Select(static (m, _) => m!)
            .WithTrackingName(Steps.Class);

    private static IncrementalValuesProvider<ClassModel> RootMethod(IncrementalGeneratorInitializationContext context, string attribute, ClassKind kind)
        => context.SyntaxProvider.ForAttributeWithMetadataName(
                "LuckyGraph.Engine." + attribute,
                static (_, _) => true,
                (c, _) => c.TargetSymbol is IMethodSymbol method ? new TypeInference(c.SemanticModel.Compilation).ReadRootMethod(method, kind) : null)
            .Where(static m => m is not null)
            .Select(static (m, _) => m!)
            .WithTrackingName(Steps.Class);

    private static IncrementalValuesProvider<ClassModel> Type(IncrementalGeneratorInitializationContext context, string attribute)
        => context.SyntaxProvider.ForAttributeWithMetadataName(
                $"LuckyGraph.Engine.{attribute}Attribute",
                static (_, _) => true,
                (c, _) => c.TargetSymbol is INamedTypeSymbol type ? new TypeInference(c.SemanticModel.Compilation).ReadType(type, attribute) : null)
            .Where(static m => m is not null)
            .Select(static (m, _) => m!)
            .WithTrackingName(Steps.Class);

    /// <summary>A small projection of all classes, in a stable order.</summary>
    private static IncrementalValueProvider<EquatableArray<T>> Collect<T>(IncrementalValuesProvider<ClassModel>[] sources, Func<ClassModel, T?> project)
        where T : class, IEquatable<T>
        => CollectMany(sources, c => project(c) is { } item ? EquatableArray.From([item]) : default);

    private static IncrementalValueProvider<EquatableArray<T>> CollectMany<T>(IncrementalValuesProvider<ClassModel>[] sources, Func<ClassModel, EquatableArray<T>> project)
        where T : class, IEquatable<T>
    {
        IncrementalValueProvider<EquatableArray<T>>? all = null;
        foreach (var source in sources)
        {
            var one = source.Select((c, _) => project(c)).Collect().Select(static (a, _) => EquatableArray.From(a.SelectMany(i => i).Distinct()));
            all = all is { } others
                ? others.Combine(one).Select(static (p, _) => EquatableArray.From(p.Left.Concat(p.Right).Distinct()))
                : one;
        }

        return all!.Value;
    }

    /// <summary>What a field reads of its parent; null for anything.</summary>
    private static string? MembersOf(FieldModel field)
    {
        var parents = field.Parameters.Where(p => p.Role == ParameterRole.Parent).ToList();
        return parents.Any(p => p.Key is null) ? null : string.Join(" ", parents.Select(p => p.Key));
    }

    private static IEnumerable<TypeWork> TypesToEmit(EquatableArray<TypeModel> types, EquatableArray<NamePair> replaced, EquatableArray<FieldReads> reads, NameTable names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (seen.Add(type.Key))
            {
                yield return new TypeWork(
                    type,
                    EquatableArray.From(replaced.Where(r => r.Key == type.Key).Select(r => r.Name).Distinct().OrderBy(r => r, StringComparer.Ordinal)),
                    type is DataModel ? EquatableArray.From(reads.Where(r => "data " + r.Entity == type.Key).OrderBy(r => r.Field, StringComparer.Ordinal)) : default,
                    Relevant(names, type is ObjectModel model ? model.Node is { } node ? model.Fields.Append(node.Resolver) : model.Fields : []));
            }
        }
    }

    private static string GeneratedName(TypeModel type) => type switch
    {
        EnumModel => Naming.Generated(type.Key, "Enum"),
        InputModel => Naming.Generated(type.Key.Substring("input ".Length), "Input"),
        DataModel => DataEmitter.ClassOf(type.Key),
        UnionModel => Naming.Generated(type.Key, "Union"),
        _ => Naming.Generated(type.Key, "Type"),
    };

    private static void Emit(SourceProductionContext output, TypeWork work)
    {
        var names = new Names(work.Names, work.Model.Key);
        output.AddSource(GeneratedName(work.Model) + ".g.cs", work.Model switch
        {
            EnumModel model => TypeEmitter.Enum(model, names),
            InputModel model => TypeEmitter.Input(model, names),
            DataModel model => DataEmitter.Data(model, [.. work.Reads], names),
            UnionModel model => TypeEmitter.Union(model, names),
            ObjectModel model => BindingEmitter.Object(model, new HashSet<string>(work.Replaced, StringComparer.Ordinal), names),
            _ => throw new InvalidOperationException(work.Model.GetType().Name),
        });
    }

    /// <summary>The table without the DataLoaders that the fields do not use: a new loader re-emits nothing else.</summary>
    private static NameTable Relevant(NameTable names, IEnumerable<FieldModel> fields)
        => Relevant(names, fields.SelectMany(f => f.Parameters.Concat(f.Subscription?.Parameters ?? default)));

    private static NameTable Relevant(NameTable names, IEnumerable<ParameterModel> parameters)
    {
        var used = new HashSet<string>(parameters.Where(p => p.Role == ParameterRole.DataLoader).Select(p => p.Clr), StringComparer.Ordinal);
        return names with { Loaders = EquatableArray.From(names.Loaders.Where(l => used.Contains(l.Key))) };
    }
}
