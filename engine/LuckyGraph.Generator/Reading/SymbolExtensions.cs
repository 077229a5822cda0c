using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

/// <summary>What the readers ask of symbols.</summary>
internal static class SymbolExtensions
{
    private const string AttributeNamespace = "LuckyGraph.Engine";

    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat;

    private static readonly SymbolDisplayFormat QualifiedWithNullability = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Identifies a CLR type.</summary>
    public static string Key(this ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(Qualified);

    /// <summary>The C# type without a nullability of its own; type arguments keep theirs.</summary>
    public static string Clr(this ITypeSymbol type)
        => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(QualifiedWithNullability);

    /// <summary>The C# type as declared.</summary>
    public static string ClrDeclared(this ITypeSymbol type) => type.ToDisplayString(QualifiedWithNullability);

    /// <summary>The engine's attribute of that name, such as <c>Lookup</c>, without its suffix.</summary>
    public static AttributeData? Find(this IEnumerable<AttributeData> attributes, string name, bool generic = false)
        => attributes.FirstOrDefault(a => a.Is(name, generic));

    /// <summary>All attributes of that name.</summary>
    public static IEnumerable<AttributeData> FindAll(this IEnumerable<AttributeData> attributes, string name, bool generic = false)
        => attributes.Where(a => a.Is(name, generic));

    /// <summary>Whether there is an attribute of that name.</summary>
    public static bool Has(this IEnumerable<AttributeData> attributes, string name) => attributes.Any(a => a.Is(name, false));

    /// <summary>Whether it is the engine's attribute of that name.</summary>
    public static bool IsNamed(this AttributeData attribute, string name, bool generic) => attribute.Is(name, generic);

    private static bool Is(this AttributeData attribute, string name, bool generic)
        => attribute.AttributeClass is { } type
        && type.IsGenericType == generic
        && type.Name.Length == name.Length + 9
        && type.Name.StartsWith(name, StringComparison.Ordinal)
        && type.Name.EndsWith("Attribute", StringComparison.Ordinal)
        && type.ContainingNamespace.ToDisplayString() == AttributeNamespace;

    /// <summary>A constructor argument of type string.</summary>
    public static string? Text(this AttributeData? attribute, int index = 0)
        => attribute is not null && attribute.ConstructorArguments.Length > index ? attribute.ConstructorArguments[index].Value as string : null;

    /// <summary>A property that the attribute sets.</summary>
    public static TypedConstant? Named(this AttributeData? attribute, string name)
    {
        if (attribute is not null)
        {
            foreach (var pair in attribute.NamedArguments)
            {
                if (pair.Key == name)
                {
                    return pair.Value;
                }
            }
        }

        return null;
    }

    /// <summary>A property of type string that the attribute sets.</summary>
    public static string? NamedText(this AttributeData? attribute, string name) => attribute.Named(name)?.Value as string;

    /// <summary>A property's attributes, with those of the record parameter that it comes from.</summary>
    public static IReadOnlyList<AttributeData> MemberAttributes(this ISymbol member)
    {
        var own = member.GetAttributes();
        if (member is IPropertySymbol { ContainingType: { IsRecord: true } record })
        {
            foreach (var constructor in record.InstanceConstructors)
            {
                foreach (var parameter in constructor.Parameters)
                {
                    if (parameter.Name == member.Name && parameter.GetAttributes() is { Length: > 0 } more)
                    {
                        return [.. own, .. more];
                    }
                }
            }
        }

        return own;
    }

    /// <summary>The type and its base classes up to, and without, object.</summary>
    public static IEnumerable<INamedTypeSymbol> SelfAndBases(this INamedTypeSymbol type)
    {
        for (var current = type; current is not null && current.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); current = current.BaseType)
        {
            yield return current;
        }
    }

    /// <summary>Whether the type is, or derives from, a class with that full name.</summary>
    public static bool DerivesFrom(this ITypeSymbol type, string fullName)
    {
        for (var current = type; current is not null; current = current.BaseType!)
        {
            if (current.FullName() == fullName)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the type is, or implements, an interface with that full name.</summary>
    public static bool IsOrImplements(this ITypeSymbol type, string fullName)
        => type.FullName() == fullName || type.AllInterfaces.Any(i => i.FullName() == fullName);

    /// <summary>Namespace and name, without type arguments.</summary>
    public static string FullName(this ITypeSymbol type)
        => type.ContainingType is { } outer
            ? outer.FullName() + "." + type.Name
            : type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() + "." + type.Name : type.Name;

    /// <summary>Whether other classes of the assembly can use the symbol.</summary>
    public static bool IsReachable(this ISymbol symbol)
    {
        for (var current = symbol; current is not null and not INamespaceSymbol; current = current.ContainingSymbol)
        {
            if (current.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether other assemblies can use the type and its type arguments.</summary>
    public static bool IsPublic(this ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
        {
            return array.ElementType.IsPublic();
        }

        for (ITypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.DeclaredAccessibility != Accessibility.Public && current.TypeKind != TypeKind.TypeParameter)
            {
                return false;
            }
        }

        return type is not INamedTypeSymbol named || named.TypeArguments.All(IsPublic);
    }
}
