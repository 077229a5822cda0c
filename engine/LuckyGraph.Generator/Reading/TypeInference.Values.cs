using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// From CLR types to GraphQL types.
internal sealed partial class TypeInference
{
    /// <summary>What <c>[ID]</c> says about a member.</summary>
    private sealed record IdUse(NameReference? Of);

    /// <summary>The GraphQL view of a member's type; null, and reported, when it has none.</summary>
    /// <param name="type">The type, without Task around it.</param>
    /// <param name="input">Whether it is an argument or input field.</param>
    /// <param name="owner">The member, for messages.</param>
    /// <param name="attributes">The member's attributes.</param>
    /// <param name="idDefault">The type that a bare <c>[ID]</c> belongs to.</param>
    private ValueModel? Value(ITypeSymbol type, bool input, ISymbol owner, IReadOnlyList<AttributeData> attributes, NameReference? idDefault)
    {
        IdUse? id = null;
        if (attributes.Find("ID", generic: true) is { AttributeClass: { } generic } && generic.TypeArguments[0] is INamedTypeSymbol target)
        {
            id = new IdUse(NameOf(target));
        }
        else if (attributes.Find("ID") is { } plain)
        {
            id = new IdUse(plain.Text() is { } name ? new NameReference(name) : idDefault);
        }

        var sdl = attributes.Find("GraphQLType").Text();
        var value = Value(type, input, id, sdl is not null, out var problem);
        if (value is null)
        {
            if (problem is not null)
            {
                Report(Rules.UnsupportedType, owner, owner.Name, owner.ContainingSymbol?.Name ?? "", type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), problem);
            }

            return null;
        }

        return sdl is null ? value : value with { Sdl = sdl, Nullable = !sdl.EndsWith("!", StringComparison.Ordinal) };
    }

    private ValueModel? Value(ITypeSymbol type, bool input, IdUse? id, bool typed, out string? problem)
    {
        problem = null;
        var nullable = type.IsReferenceType && type.NullableAnnotation != NullableAnnotation.NotAnnotated;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } wrapped)
        {
            nullable = true;
            type = wrapped.TypeArguments[0];
        }

        if (type.TypeKind == TypeKind.Error)
        {
            // The compiler reports it.
            return null;
        }

        ValueModel Of(ValueKind kind) => new(kind, type.Clr(), nullable, nullable, type.IsValueType);

        if (Scalar(type) is { } scalar)
        {
            if (scalar == ScalarKind.File && !input)
            {
                problem = "files are arguments and input fields; return its address or its content as text";
                return null;
            }

            return id is not null && scalar is ScalarKind.String or ScalarKind.Int32 or ScalarKind.Int64 or ScalarKind.Guid
                ? Of(ValueKind.Id) with { Scalar = scalar, IdOf = scalar == ScalarKind.Guid ? id.Of : null, Name = new NameReference("ID") }
                : Of(ValueKind.Scalar) with { Scalar = scalar, Name = new NameReference(ScalarName(scalar)) };
        }

        if (type is INamedTypeSymbol && !type.IsReachable())
        {
            problem = "the type must be public or internal, and so must the classes around it";
            return null;
        }

        if (type.TypeKind == TypeKind.Enum && type is INamedTypeSymbol enumeration)
        {
            if (!typed)
            {
                AddEnum(enumeration);
            }

            return Of(ValueKind.Enum) with { Name = NameOf(enumeration), Key = enumeration.Key() };
        }

        if (type.IsOrImplements("System.Linq.IQueryable"))
        {
            problem = "run the query and return a list, or a page of it";
            return null;
        }

        if (ItemType(type, input, out var shape) is { } itemType)
        {
            if (itemType.SpecialType == SpecialType.System_Byte)
            {
                problem = "bytes have no scalar; return text, or leave the member out with [GraphQLIgnore]";
                return null;
            }

            var item = Value(itemType, input, id, typed, out problem);
            if (item is { IsSequence: true })
            {
                problem = "only the list of a field itself is yielded; read the inner ones and return a list of lists";
                return null;
            }

            return item is null ? null : Of(ValueKind.List) with { Item = item, Shape = shape };
        }

        if (typed && !input)
        {
            return type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface or TypeKind.Struct } composite && !IsSystem(type)
                ? Of(ValueKind.Composite) with { Name = NameOf(composite), Key = composite.Key() }
                : Of(ValueKind.Scalar) with { Scalar = ScalarKind.Other, Name = new NameReference("String") };
        }

        if (type is not INamedTypeSymbol named || IsSystem(type) || named.IsTupleType || named.TypeKind is TypeKind.Delegate)
        {
            problem = "give it a scalar with [GraphQLType(\"…\")], return a class of your own, or leave it out with [GraphQLIgnore]";
            return null;
        }

        if (input)
        {
            if (named.TypeKind == TypeKind.Interface || named.IsAbstract)
            {
                problem = "inputs are concrete classes, records or structs";
                return null;
            }

            AddInput(named);
            return Of(ValueKind.Input) with { Name = InputNameOf(named), Key = named.Key() };
        }

        if (named.TypeKind == TypeKind.Interface && !IsAbstractType(named))
        {
            problem = "mark the interface [InterfaceType] or [UnionType], or return a class";
            return null;
        }

        AddOutput(named);
        return Of(ValueKind.Composite) with { Name = NameOf(named), Key = named.Key() };
    }

    private static bool IsSystem(ITypeSymbol type)
        => type.SpecialType != SpecialType.None || type.FullName().StartsWith("System.", StringComparison.Ordinal);

    private static ScalarKind? Scalar(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_String => ScalarKind.String,
        SpecialType.System_Boolean => ScalarKind.Boolean,
        SpecialType.System_Byte => ScalarKind.Byte,
        SpecialType.System_Int16 => ScalarKind.Int16,
        SpecialType.System_Int32 => ScalarKind.Int32,
        SpecialType.System_UInt32 => ScalarKind.UInt32,
        SpecialType.System_Int64 => ScalarKind.Int64,
        SpecialType.System_Single => ScalarKind.Single,
        SpecialType.System_Double => ScalarKind.Double,
        SpecialType.System_Decimal => ScalarKind.Decimal,
        SpecialType.System_DateTime => ScalarKind.DateTime,
        SpecialType.None => type.Name switch
        {
            "Guid" when type.FullName() == "System.Guid" => ScalarKind.Guid,
            "DateTimeOffset" when type.FullName() == "System.DateTimeOffset" => ScalarKind.DateTimeOffset,
            "DateOnly" when type.FullName() == "System.DateOnly" => ScalarKind.DateOnly,
            "Uri" when type.FullName() == "System.Uri" => ScalarKind.Uri,
            "JsonElement" when type.FullName() == "System.Text.Json.JsonElement" => ScalarKind.Json,
            "IFile" when type.FullName() == "LuckyGraph.Engine.IFile" => ScalarKind.File,
            _ => null,
        },
        _ => null,
    };

    private static string ScalarName(ScalarKind kind) => kind switch
    {
        ScalarKind.Boolean => "Boolean",
        ScalarKind.Byte or ScalarKind.Int16 or ScalarKind.Int32 => "Int",
        ScalarKind.UInt32 or ScalarKind.Int64 => "Long",
        ScalarKind.Single or ScalarKind.Double => "Float",
        ScalarKind.Decimal => "Decimal",
        ScalarKind.Guid => "UUID",
        ScalarKind.DateTime or ScalarKind.DateTimeOffset => "DateTime",
        ScalarKind.DateOnly => "LocalDate",
        ScalarKind.Uri => "URL",
        ScalarKind.Json => "JSON",
        ScalarKind.File => "Upload",
        _ => "String",
    };

    private static ITypeSymbol? ItemType(ITypeSymbol type, bool input, out ListShape shape)
    {
        shape = ListShape.Array;
        if (type is IArrayTypeSymbol array)
        {
            return array.Rank == 1 ? array.ElementType : null;
        }

        if (type is not INamedTypeSymbol named || type.SpecialType == SpecialType.System_String)
        {
            return null;
        }

        if (named.TypeArguments.Length == 1)
        {
            switch (named.OriginalDefinition.FullName())
            {
                case "System.Collections.Generic.IEnumerable":
                case "System.Collections.Generic.IReadOnlyList":
                case "System.Collections.Generic.IReadOnlyCollection":
                case "System.Collections.Generic.IList":
                case "System.Collections.Generic.ICollection":
                    return named.TypeArguments[0];
                case "System.Collections.Generic.List":
                    shape = ListShape.List;
                    return named.TypeArguments[0];
                case "System.Collections.Generic.HashSet":
                case "System.Collections.Generic.ISet":
                case "System.Collections.Generic.IReadOnlySet":
                    shape = ListShape.Set;
                    return named.TypeArguments[0];
                case "System.Collections.Immutable.ImmutableArray":
                    shape = ListShape.Immutable;
                    return named.TypeArguments[0];
            }
        }

        if (!input && IsSequence(named))
        {
            shape = ListShape.Sequence;
            return named.TypeArguments[0];
        }

        if (input || named.AllInterfaces.Any(i => i.Name is "IDictionary" or "IReadOnlyDictionary"))
        {
            return null;
        }

        // A collection class, not a class that happens to be enumerable: it counts its items.
        return named.AllInterfaces.FirstOrDefault(i => i.OriginalDefinition.FullName() == "System.Collections.Generic.IReadOnlyCollection")?.TypeArguments[0];
    }

    private static bool IsSequence(ITypeSymbol type)
        => type is INamedTypeSymbol { TypeArguments.Length: 1 } named && named.OriginalDefinition.FullName() == "System.Collections.Generic.IAsyncEnumerable";

    private static bool IsAbstractType(INamedTypeSymbol type)
        => type.GetAttributes() is var attributes && (attributes.Has("InterfaceType") || attributes.Has("UnionType"));

    /// <summary>The GraphQL name of an output type or enum.</summary>
    public NameReference NameOf(INamedTypeSymbol type)
    {
        var attributes = type.GetAttributes();
        var name = attributes.Find("GraphQLName").Text()
            ?? attributes.Find("ObjectType").NamedText("Name")
            ?? attributes.Find("InterfaceType").NamedText("Name")
            ?? attributes.Find("UnionType").Text();
        if (type.TypeArguments.Length > 0)
        {
            var arguments = type.TypeArguments.Select(a => a is INamedTypeSymbol argument ? ArgumentName(argument) : new NameReference(a.Name));
            return new NameReference(name ?? GenericFormat(type), type.Key(), EquatableArray.From(arguments));
        }

        return new NameReference(name ?? (IsAbstractType(type) ? Naming.WithoutI(type.Name) : type.Name), type.Key());
    }

    private NameReference ArgumentName(INamedTypeSymbol argument)
        => argument is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } ? ArgumentName((INamedTypeSymbol)argument.TypeArguments[0])
        : Scalar(argument) is { } scalar ? new NameReference(ScalarName(scalar))
        : NameOf(argument);

    /// <summary>
    /// <c>PageConnection&lt;Product&gt;</c> is ProductConnection, <c>PageEdge&lt;Product&gt;</c> ProductEdge; any other
    /// <c>Box&lt;Product&gt;</c> is BoxOfProduct.
    /// </summary>
    private static string GenericFormat(INamedTypeSymbol type)
    {
        foreach (var suffix in new[] { "Connection", "Edge" })
        {
            if (type.TypeArguments.Length == 1 && type.Name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return "{0}" + suffix;
            }
        }

        return type.Name + "Of" + string.Join("And", type.TypeArguments.Select((_, i) => "{" + i + "}"));
    }

    /// <summary>The GraphQL name of an input object.</summary>
    private NameReference InputNameOf(INamedTypeSymbol type)
    {
        var attributes = type.GetAttributes();
        if ((attributes.Find("InputObjectType").NamedText("Name") ?? attributes.Find("GraphQLName").Text()) is { } name)
        {
            return new NameReference(name);
        }

        var plain = type.TypeArguments.Length > 0 ? NameOf(type) : new NameReference(type.Name);
        return type.Name.EndsWith("Input", StringComparison.Ordinal) ? plain with { Key = "" } : plain with { Format = plain.Format + "Input", Key = "" };
    }
}
