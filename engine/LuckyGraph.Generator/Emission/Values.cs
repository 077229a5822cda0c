using LuckyGraph.Generator.Model;

namespace LuckyGraph.Generator.Emission;

/// <summary>Code that turns values from and to their GraphQL form.</summary>
internal static class Values
{
    private const string Execution = "global::LuckyGraph.Engine.Execution.";
    private const string Support = Execution + "GeneratedValues.";

    /// <summary>An expression that reads a coerced value, of type <c>object?</c>, as its CLR value.</summary>
    /// <param name="names">Names.</param>
    /// <param name="value">The value.</param>
    /// <param name="source">The coerced value.</param>
    /// <param name="variable">A name that no other part of the statement uses.</param>
    public static string Read(Names names, ValueModel value, string source, string variable)
    {
        if (!value.Nullable && !value.ClrNullable)
        {
            return Convert(names, value, source + "!", variable);
        }

        var item = variable;
        return $"({source} is {{ }} {item} ? ({value.ClrDeclared}){Convert(names, value, item, variable)} : default({value.ClrDeclared})!)";
    }

    private static string Convert(Names names, ValueModel value, string source, string variable)
    {
        switch (value.Kind)
        {
            case ValueKind.Enum:
                return $"{names.Generated(value.Key, "Enum")}.Parse((string){source})";
            case ValueKind.Input:
                return $"{names.Generated(value.Key, "Input")}.Read(({Execution}InputObjectValue){source})";
            case ValueKind.Id:
                return value.Scalar switch
                {
                    ScalarKind.Guid when value.IdOf is { } of => $"{Execution}GlobalId.DecodeGuid({Names.Literal(names.Of(of))}, (string){source})",
                    ScalarKind.Guid => $"{Support}IdGuid({source})",
                    ScalarKind.Int32 => $"{Support}IdInt32({source})",
                    ScalarKind.Int64 => $"{Support}IdInt64({source})",
                    _ => $"(string){source}",
                };
            case ValueKind.List:
                var item = value.Item!;
                var parameter = variable + "i";
                var array = $"{Support}List<{item.ClrDeclared}>({source}, static {parameter} => {Read(names, item, parameter, parameter + "x")})";
                return value.Shape switch
                {
                    ListShape.List => $"new global::System.Collections.Generic.List<{item.ClrDeclared}>({array})",
                    ListShape.Set => $"new global::System.Collections.Generic.HashSet<{item.ClrDeclared}>({array})",
                    ListShape.Immutable => $"global::System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray({array})",
                    _ => array,
                };
        }

        return value.Scalar switch
        {
            ScalarKind.String => value.Sdl is null ? $"(string){source}" : $"{Support}Text({source})",
            ScalarKind.Boolean => $"(bool){source}",
            ScalarKind.Byte => $"{Support}Byte({source})",
            ScalarKind.Int16 => $"{Support}Int16({source})",
            ScalarKind.Int32 => $"(int){source}",
            ScalarKind.UInt32 => $"{Support}UInt32({source})",
            ScalarKind.Int64 => $"(long){source}",
            ScalarKind.Single => $"(float)(double){source}",
            ScalarKind.Double => $"(double){source}",
            ScalarKind.Decimal => $"(decimal){source}",
            ScalarKind.Guid => $"(global::System.Guid){source}",
            ScalarKind.DateTime => $"((global::System.DateTimeOffset){source}).UtcDateTime",
            ScalarKind.DateTimeOffset => $"(global::System.DateTimeOffset){source}",
            ScalarKind.DateOnly => $"(global::System.DateOnly){source}",
            ScalarKind.Uri => $"(global::System.Uri){source}",
            ScalarKind.Json => $"(global::System.Text.Json.JsonElement){source}",
            _ => $"({value.Clr}){source}",
        };
    }

    /// <summary>Statements that write a value; they return false from the method when it is null.</summary>
    public static void Write(CodeWriter code, Names names, ValueModel value, string source)
    {
        if (source == "null")
        {
            code.Line("return false;");
            return;
        }

        // A literal is never null, and the compiler would say so.
        if (value is { ClrNullable: false, IsValueType: true } || source[0] == '"')
        {
            WriteValue(code, names, value, source, 0);
        }
        else
        {
            code.Open($"if ({source} is not {{ }} value)").Line("return false;").Close();
            WriteValue(code, names, value, "value", 0);
        }

        code.Line("return true;");
    }

    private static void WriteValue(CodeWriter code, Names names, ValueModel value, string source, int depth)
    {
        if (value.Kind != ValueKind.List)
        {
            code.Line(WriteLeaf(names, value, source) + ";");
            return;
        }

        var item = value.Item!;
        code.Line("writer.BeginList();");
        if (!item.Nullable)
        {
            code.Line($"var index{depth} = 0;");
        }

        code.Open($"foreach (var item{depth} in {source})");
        code.Line("writer.BeginItem();");
        if (item is { ClrNullable: false, IsValueType: true })
        {
            WriteValue(code, names, item, $"item{depth}", depth + 1);
        }
        else
        {
            code.Open($"if (item{depth} is not {{ }} value{depth})");
            code.Line(item.Nullable ? "writer.WriteNull();" : $"throw new {Execution}NullItemException(index{depth});");
            if (item.Nullable)
            {
                code.Line("continue;");
            }

            code.Close();
            WriteValue(code, names, item, $"value{depth}", depth + 1);
        }

        if (!item.Nullable)
        {
            code.Line($"index{depth}++;");
        }

        code.Close();
        code.Line("writer.EndList();");
    }

    private static string WriteLeaf(Names names, ValueModel value, string source) => value.Kind switch
    {
        ValueKind.Enum => $"writer.WriteRaw({names.Generated(value.Key, "Enum")}.Json({source}))",
        ValueKind.Id => value.Scalar switch
        {
            ScalarKind.Guid when value.IdOf is { } of => $"writer.WriteGlobalId({Names.Literal(names.Of(of))}u8, {source})",
            ScalarKind.Int32 or ScalarKind.Int64 => $"writer.WriteId({source})",
            _ => $"writer.Write({source})",
        },
        _ => value.Scalar switch
        {
            ScalarKind.Byte or ScalarKind.Int16 => $"writer.Write((int){source})",
            ScalarKind.UInt32 => $"writer.Write((long){source})",
            ScalarKind.Single => $"writer.Write((double){source})",
            _ => $"writer.Write({source})",
        },
    };

    /// <summary>An expression that gives an effect's value to the executor, of type <c>object?</c>.</summary>
    public static string Result(Names names, ValueModel value, string source, int depth = 0)
    {
        if (!NeedsConversion(value))
        {
            return $"(object?){source}";
        }

        if (value is { ClrNullable: false, IsValueType: true })
        {
            return ResultValue(names, value, source, depth);
        }

        var item = $"r{depth}";
        return $"({source} is {{ }} {item} ? {ResultValue(names, value, item, depth)} : null)";
    }

    private static string ResultValue(Names names, ValueModel value, string source, int depth) => value.Kind switch
    {
        ValueKind.List when value.IsSequence => $"(object?){Support}Sequence({source}, static i{depth} => {Result(names, value.Item!, $"i{depth}", depth + 1)})",
        ValueKind.List => $"(object?){Support}Results({source}, static i{depth} => {Result(names, value.Item!, $"i{depth}", depth + 1)})",
        ValueKind.Enum => $"(object?){names.Generated(value.Key, "Enum")}.Name({source})",
        ValueKind.Id => value.Scalar switch
        {
            ScalarKind.Guid when value.IdOf is { } of => $"(object?){Execution}GlobalId.Encode({Names.Literal(names.Of(of))}, {source})",
            _ => $"(object?){Support}Text({source})",
        },
        _ => value.Scalar switch
        {
            ScalarKind.Byte or ScalarKind.Int16 => $"(object?)(int){source}",
            ScalarKind.UInt32 => $"(object?)(long){source}",
            ScalarKind.Single => $"(object?)(double){source}",
            ScalarKind.DateTime => $"(object?){Support}Instant({source})",
            _ => $"(object?){source}",
        },
    };

    /// <summary>Whether an effect's value goes into the response without a box: numbers and booleans as their scalar writes them.</summary>
    public static bool IsUnboxed(ValueModel value)
        => value is
        {
            Kind: ValueKind.Scalar, Sdl: null, Nullable: false, ClrNullable: false,
            Scalar: ScalarKind.Int32 or ScalarKind.Int64 or ScalarKind.Double or ScalarKind.Boolean,
        };

    private static bool NeedsConversion(ValueModel value) => value.Kind switch
    {
        // The engine sees sequences of objects; what is a reference type is one already.
        ValueKind.List => NeedsConversion(value.Item!) || (value.IsSequence && value.Item!.IsValueType),
        ValueKind.Enum => true,
        ValueKind.Id => value.Scalar != ScalarKind.String,
        ValueKind.Scalar => value.Scalar is ScalarKind.Byte or ScalarKind.Int16 or ScalarKind.UInt32 or ScalarKind.Single or ScalarKind.DateTime,
        _ => false,
    };
}
