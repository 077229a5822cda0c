using System.Linq;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;

namespace LuckyGraph.Generator.Emission;

/// <summary>Emits the code of enums, input objects, unions and DataLoaders.</summary>
internal static class TypeEmitter
{
    private const string Types = "global::LuckyGraph.Engine.Types.";
    private const string Batching = "global::LuckyGraph.Engine.Batching.";

    public static string Enum(EnumModel model, Names names)
    {
        var code = new CodeWriter();
        code.Line($"namespace {names.Namespace};").Line();
        code.Open($"internal static class {Naming.Generated(model.Key, "Enum")}");

        code.Open($"internal static void Define({Types}SchemaBuilder schema)");
        code.Line($"var type = schema.Enum({Names.Literal(names.Of(model.Name))}, typeof({model.Clr}));");
        Common(code, model, names);
        foreach (var value in model.Values)
        {
            code.Line($"type.Value({Names.Literal(value.Name)}, {Names.LiteralOrNull(names.Description(value.Description))}, {Names.LiteralOrNull(value.Deprecated)}, {Names.LiteralOrNull(value.Directives)});");
        }

        code.Close().Line();

        code.Open($"internal static string Name({model.Clr} value) => value switch");
        foreach (var value in model.Values.Where(v => !v.IsAlias))
        {
            code.Line($"{model.Clr}.@{value.Member} => {Names.Literal(value.Name)},");
        }

        code.Line($"_ => throw new global::System.InvalidOperationException($\"{{value}} is no value of the enum {names.Of(model.Name)}.\"),").Close(";").Line();

        code.Open($"internal static global::System.ReadOnlySpan<byte> Json({model.Clr} value) => value switch");
        foreach (var value in model.Values.Where(v => !v.IsAlias))
        {
            code.Line($"{model.Clr}.@{value.Member} => \"\\\"{value.Name}\\\"\"u8,");
        }

        code.Line($"_ => throw new global::System.InvalidOperationException($\"{{value}} is no value of the enum {names.Of(model.Name)}.\"),").Close(";").Line();

        code.Open($"internal static {model.Clr} Parse(string name) => name switch");
        foreach (var value in model.Values)
        {
            code.Line($"{Names.Literal(value.Name)} => {model.Clr}.@{value.Member},");
        }

        code.Line($"_ => throw new {Types}CoercionException($\"\\\"{{name}}\\\" is no value of the enum {names.Of(model.Name)}.\"),").Close(";");
        code.Close();
        return code.ToString();
    }

    public static string Input(InputModel model, Names names)
    {
        var code = new CodeWriter();
        code.Line($"namespace {names.Namespace};").Line();
        code.Open($"internal static class {Naming.Generated(model.Key.Substring("input ".Length), "Input")}");

        code.Open($"internal static void Define({Types}SchemaBuilder schema)");
        code.Line($"var type = schema.Input({Names.Literal(names.Of(model.Name))}, typeof({model.Clr}));");
        Common(code, model, names);
        if (model.IsOneOf)
        {
            code.Line("type.OneOf();");
        }

        foreach (var field in model.Fields)
        {
            code.Line($"type.Field({Names.Literal(field.Name)}, {Names.Literal(names.Sdl(field.Type))}, {Names.LiteralOrNull(field.Default)}, {Names.LiteralOrNull(names.Description(field.Description))}, {Names.LiteralOrNull(field.Directives)}, {Names.LiteralOrNull(field.Deprecated)});");
        }

        code.Close().Line();

        code.Open($"internal static {model.Clr} Read(global::LuckyGraph.Engine.Execution.InputObjectValue source)");
        var indexed = model.Fields.Select((f, i) => (Field: f, Index: i)).ToList();
        var constructor = indexed.Where(f => f.Field.ConstructorParameter is not null)
            .Select(f => $"@{f.Field.ConstructorParameter}: {BindingEmitter.ReadInput(names, f.Field, f.Index)}");
        code.Line($"return new {model.Clr}({string.Join(", ", constructor)})");
        code.Line("{");
        foreach (var (field, index) in indexed.Where(f => f.Field.ConstructorParameter is null))
        {
            code.Line($"    @{field.Member} = {BindingEmitter.ReadInput(names, field, index)},");
        }

        code.Line("};");
        code.Close();
        code.Close();
        return code.ToString();
    }

    public static string Union(UnionModel model, Names names)
    {
        var code = new CodeWriter();
        code.Line($"namespace {names.Namespace};").Line();
        code.Open($"internal static class {Naming.Generated(model.Key, "Union")}");
        code.Open($"internal static void Define({Types}SchemaBuilder schema)");
        code.Line($"var type = schema.Union({Names.Literal(names.Of(model.Name))}, typeof({model.Clr}));");
        Common(code, model, names);
        code.Close().Close();
        return code.ToString();
    }

    private static void Common(CodeWriter code, TypeModel model, Names names)
    {
        if (names.Description(model.Description) is { } description)
        {
            code.Line($"type.Description({Names.Literal(description)});");
        }

        foreach (var directive in model.Directives)
        {
            code.Line($"type.Directive({Names.Literal(directive)});");
        }
    }

    public static string Loader(LoaderModel model, Names names)
    {
        var code = new CodeWriter();
        if (model.Namespace.Length > 0)
        {
            code.Line($"namespace {model.Namespace};").Line();
        }

        var access = model.IsPublic ? "public" : "internal";
        var valueNullable = model.ValueClr + (model.ValueNullable ? "?" : "");
        var value = model.Kind == LoaderKind.Group ? model.ValueClr + (model.ValueNullable ? "?" : "") : valueNullable;
        var loaded = model.Kind == LoaderKind.Group ? value + "[]" : model.ValueIsStruct ? value : model.ValueClr;
        code.Line("/// <summary>Loads with the method that carries [DataLoader], once per batch of keys and request.</summary>");
        code.Line($"{access} interface I{model.Name}DataLoader : {Batching}IDataLoader<{model.KeyClr}, {loaded}>;").Line();

        var (type, method, result) = model.Kind switch
        {
            LoaderKind.Group => ("GroupDataLoader", "LoadGroupsAsync", $"global::System.Linq.ILookup<{model.KeyClr}, {value}>"),
            LoaderKind.Batch => ("BatchDataLoader", "LoadBatchAsync", $"global::System.Collections.Generic.IReadOnlyDictionary<{model.KeyClr}, {loaded}>"),
            _ => ("CacheDataLoader", "LoadSingleAsync", model.ValueIsStruct ? loaded : loaded + "?"),
        };
        var arguments = model.Kind == LoaderKind.Group ? $"{model.KeyClr}, {value}" : $"{model.KeyClr}, {loaded}";
        var size = model.Kind == LoaderKind.Cache ? "" : $", {model.MaxBatchSize}";
        code.Line("/// <inheritdoc cref=\"I" + model.Name + "DataLoader\" />");
        code.Open($"{access} sealed class {model.Name}DataLoader({Batching}BatchScheduler scheduler) : {Batching}{type}<{arguments}>(scheduler{size}), I{model.Name}DataLoader");
        var isAsync = model.Async != AsyncKind.None;
        var keys = model.Kind == LoaderKind.Cache ? $"{model.KeyClr} key" : $"global::System.Collections.Generic.IReadOnlyList<{model.KeyClr}> keys";
        var parameters = new[] { model.Kind == LoaderKind.Cache ? "key" : "keys" }.Concat(model.Parameters.Select(p => p.Role == ParameterRole.DataLoader
            ? $"context.DataLoader<{names.Loader(p.Clr)}>()"
            : BindingEmitter.Contextual(p, model.UsesRequestScope ? "context.RequestServices" : "context.Services")));
        var call = $"{model.Target}({string.Join(", ", parameters)})";
        code.Line("/// <inheritdoc />");
        code.Open($"protected override {(isAsync ? "async " : "")}global::System.Threading.Tasks.ValueTask<{result}> {method}({keys}, {Batching}DataLoaderContext context)");
        var suppress = model.Kind == LoaderKind.Batch && model.ValueNullable && !model.ValueIsStruct ? "!" : "";
        code.Line(isAsync
            ? $"return (await {call}.ConfigureAwait(false)){suppress};"
            : $"return new global::System.Threading.Tasks.ValueTask<{result}>({call}{suppress});");
        code.Close();
        if (model.Lookups.Count > 0)
        {
            code.Line();
            code.Open("internal static void AddLookups(global::LuckyGraph.Engine.Execution.GraphQLServerBuilder builder)");
            foreach (var lookup in model.Lookups)
            {
                code.Line($"builder.AddDataLoaderLookup<{model.Interface}, {model.ValueClr}>(static (loader, value) => loader.Prime({lookup}(value), value));");
            }

            code.Close();
        }

        code.Close();
        return code.ToString();
    }
}
