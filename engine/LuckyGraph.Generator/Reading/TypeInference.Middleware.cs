using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LuckyGraph.Generator.Reading;

// Middleware: [UseMiddleware<T>], and attributes that derive from FieldMiddlewareAttribute.
internal sealed partial class TypeInference
{
    private const string MiddlewareAttribute = "LuckyGraph.Engine.FieldMiddlewareAttribute";

    /// <summary>The middleware of a field, outermost first: the order in which the attributes are written.</summary>
    /// <param name="member">The field.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="refusal">Why the field cannot have middleware; null when it can.</param>
    private EquatableArray<MiddlewareModel> Middleware(ISymbol member, IReadOnlyList<AttributeData> attributes, string? refusal)
    {
        List<MiddlewareModel>? found = null;
        foreach (var attribute in attributes)
        {
            if (attribute.AttributeClass is not { } type)
            {
                continue;
            }

            if (MiddlewareType(attribute) is not { } named)
            {
                continue;
            }

            var model = SymbolEqualityComparer.Default.Equals(named, type) ? new MiddlewareModel(null, Creation(attribute, type)) : new MiddlewareModel(named.Clr(), null);

            if (refusal is not null)
            {
                Report(Rules.MiddlewarePlacement, member, named.Name, member.Name, refusal);
            }
            else if (!named.IsReachable())
            {
                Report(Rules.NotReachable, member, named.Name);
            }
            else if (found?.Contains(model) == true)
            {
                Report(Rules.MiddlewarePlacement, member, named.Name, member.Name, "it is there already, and would run inside of itself; remove one");
            }
            else
            {
                (found ??= []).Add(model);
            }
        }

        return found is null ? default : EquatableArray.From(found);
    }

    /// <summary>The class that an attribute puts around a field: the one that it names, or itself; null when it is no middleware.</summary>
    private static ITypeSymbol? MiddlewareType(AttributeData attribute)
        => attribute.AttributeClass is not { } type ? null
        : attribute.IsNamed("UseMiddleware", generic: true) ? type.TypeArguments[0]
        : type.DerivesFrom(MiddlewareAttribute) ? type
        : null;

    /// <summary>An expression that makes the attribute again.</summary>
    private static string Creation(AttributeData attribute, INamedTypeSymbol type)
    {
        var arguments = string.Join(", ", attribute.ConstructorArguments.Select(Constant));
        var properties = string.Join(", ", attribute.NamedArguments.Select(p => $"{Escape(p.Key)} = {Constant(p.Value)}"));
        return $"new {type.Clr()}({arguments})" + (properties.Length > 0 ? $" {{ {properties} }}" : "");
    }

    private static string Constant(TypedConstant constant)
    {
        if (constant.IsNull)
        {
            return "null";
        }

        return constant.Kind switch
        {
            TypedConstantKind.Array => $"new {constant.Type!.Clr()} {{ {string.Join(", ", constant.Values.Select(Constant))} }}",
            TypedConstantKind.Type => $"typeof({((ITypeSymbol)constant.Value!).Clr()})",
            _ when constant.Value is string text => SymbolDisplay.FormatLiteral(text, quote: true),
            _ when constant.Value is char c => SymbolDisplay.FormatLiteral(c, quote: true),
            _ when constant.Value is bool flag => flag ? "true" : "false",
            _ => $"({constant.Type!.Clr()})({Convert.ToString(constant.Value, CultureInfo.InvariantCulture)})",
        };
    }
}
