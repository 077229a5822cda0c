using System.Collections.Generic;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;

namespace LuckyGraph.Generator.Emission;

/// <summary>Emits the columns of an entity, and what its fields read of them.</summary>
internal static class DataEmitter
{
    private const string Operations = "global::LuckyGraph.Data.DataOperations.";

    /// <summary>The file of an entity.</summary>
    /// <param name="model">The entity.</param>
    /// <param name="reads">Fields that other classes add: name, then the members that they read; null for any.</param>
    /// <param name="names">Names.</param>
    public static string Data(DataModel model, IReadOnlyList<FieldReads> reads, Names names)
    {
        var code = new CodeWriter();
        code.Line($"namespace {names.Namespace};").Line();
        code.Open($"internal static class {ClassOf(model.Key)}");
        code.Line($"internal static readonly global::LuckyGraph.Data.DataModel<{model.Clr}> Instance = new global::LuckyGraph.Data.DataModel<{model.Clr}>({Names.Literal(names.Of(model.Name))}, {(model.Projects ? "true" : "false")})");
        foreach (var column in model.Columns)
        {
            var value = column.Value;
            var scalar = value is null ? "" : value.Sdl?.Trim('!', '[', ']') ?? names.Of(value.Name!);
            var convert = value is null ? "" : $", static x => {Convert(names, value)}, {Flag(column.Nullable)}, {Flag(column.IsKey)}";
            code.Line($"    .Column<{column.Clr}>({Names.Literal(column.Field)}, {Names.Literal(scalar)}, {OperationsOf(value)}, e => e.@{column.Member}{convert})");
        }

        foreach (var relation in model.Relations)
        {
            // An entity may refer to itself, whose model is not there yet while it is made.
            var other = $"static () => {ClassOf(relation.Key)}.Instance!";
            code.Line($"    .{(relation.IsMany ? "Many" : "One")}<{relation.Clr}>({Names.Literal(relation.Field)}, e => e.@{relation.Member}, {other}{(relation.Nullable && !relation.IsMany ? ", true" : "")})");
        }

        foreach (var field in model.Computed)
        {
            code.Line($"    .Reads({Names.Literal(field)}, null)");
        }

        foreach (var field in reads)
        {
            code.Line($"    .Reads({Names.Literal(field.Field)}, {Names.LiteralOrNull(field.Members)})");
        }

        code.Line("    ;");
        code.Close();
        return code.ToString();
    }

    /// <summary>The generated class of an entity's model.</summary>
    public static string ClassOf(string key) => Naming.Generated(key.Substring("data ".Length), "Data");

    private static string Flag(bool value) => value ? "true" : "false";

    // PostgreSQL takes instants in UTC only.
    private static string Convert(Names names, ValueModel value)
        => Values.Read(names, value with { Nullable = false, ClrNullable = false }, "x", "v") is var read && value is { Kind: ValueKind.Scalar, Scalar: ScalarKind.DateTimeOffset }
            ? $"({read}).ToUniversalTime()"
            : read;

    private static string OperationsOf(ValueModel? value) => value switch
    {
        null => Operations + "None",
        { Kind: ValueKind.Scalar, Scalar: ScalarKind.Boolean } => Operations + "Equality",
        { Kind: ValueKind.Enum } or { Scalar: ScalarKind.Byte or ScalarKind.UInt32 } => $"{Operations}Equality | {Operations}Membership",
        { Kind: ValueKind.Id } or { Scalar: ScalarKind.Guid } => $"{Operations}Equality | {Operations}Membership | {Operations}Sorting",
        { Scalar: ScalarKind.String } => $"{Operations}Equality | {Operations}Membership | {Operations}Text | {Operations}Sorting",
        _ => $"{Operations}Equality | {Operations}Membership | {Operations}Comparison | {Operations}Sorting",
    };
}

/// <summary>What a field that another class adds to an entity reads of it.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Field">The GraphQL field.</param>
/// <param name="Members">Members, space separated; null for any.</param>
internal sealed record FieldReads(string Entity, string Field, string? Members);
