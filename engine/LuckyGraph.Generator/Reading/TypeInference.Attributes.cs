using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LuckyGraph.Generator.Reading;

// Descriptions, directives, defaults and authorization.
internal sealed partial class TypeInference
{
    /// <summary>A C# default: in SDL, or only known to C#.</summary>
    private readonly record struct DefaultConstant(string? Sdl, bool OnlyClr);

    private static string? Description(ISymbol symbol, IReadOnlyList<AttributeData> attributes)
        => attributes.Find("GraphQLDescription").Text() ?? Documentation.Summary(symbol);

    private static string? Deprecation(IReadOnlyList<AttributeData> attributes)
    {
        if (attributes.Find("GraphQLDeprecated").Text() is { } reason)
        {
            return reason;
        }

        var obsolete = attributes.FirstOrDefault(a => a.AttributeClass?.FullName() == "System.ObsoleteAttribute");
        return obsolete is null ? null : obsolete.Text() ?? "No longer supported";
    }

    private static EquatableArray<string> TypeDirectives(IReadOnlyList<AttributeData> attributes)
    {
        var directives = attributes.FindAll("EntityKey").Select(k => $"@key(fields: {Quote(k.Text() ?? "")})").ToList();
        AddMarkers(attributes, directives);
        AddCost(attributes, directives);
        return EquatableArray.From(directives);
    }

    private static void AddCost(IReadOnlyList<AttributeData> attributes, List<string> directives)
    {
        if (attributes.Find("Cost") is { ConstructorArguments.Length: 1 } cost && cost.ConstructorArguments[0].Value is double weight)
        {
            directives.Add($"@cost(weight: \"{weight.ToString("R", CultureInfo.InvariantCulture)}\")");
        }

        if (attributes.Find("ListSize") is not { } size)
        {
            return;
        }

        var arguments = new List<string>();
        if (size.Named("AssumedSize")?.Value is int assumed)
        {
            arguments.Add("assumedSize: " + assumed.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (property, argument) in new[] { ("SlicingArguments", "slicingArguments"), ("SizedFields", "sizedFields") })
        {
            if (Texts(size, property) is { Count: > 0 } names)
            {
                arguments.Add($"{argument}: [{string.Join(", ", names.Select(Quote))}]");
            }
        }

        if (size.Named("RequireOneSlicingArgument")?.Value is false)
        {
            arguments.Add("requireOneSlicingArgument: false");
        }

        directives.Add("@listSize" + (arguments.Count > 0 ? $"({string.Join(", ", arguments)})" : ""));
    }

    private static IReadOnlyList<string> Texts(AttributeData attribute, string property)
        => attribute.Named(property) is { Kind: TypedConstantKind.Array, IsNull: false } array ? [.. array.Values.Select(v => v.Value as string ?? "")] : [];

    private void CheckListSize(ISymbol member, IReadOnlyList<AttributeData> attributes, ValueModel value, List<ParameterModel>? parameters)
    {
        if (attributes.Find("ListSize") is not { } size)
        {
            return;
        }

        if (value.Kind != ValueKind.List && Texts(size, "SizedFields").Count == 0)
        {
            Report(Rules.ListSize, member, member.Name, "the result is no list; name the fields of the result that have the size in SizedFields, or remove it");
        }

        foreach (var name in Texts(size, "SlicingArguments"))
        {
            if (parameters?.Any(p => p.Argument?.Name == name || p.Group.Any(g => g.Name == name)) != true)
            {
                Report(Rules.ListSize, member, member.Name, $"there is no argument '{name}'; SlicingArguments names arguments as the schema does");
            }
        }
    }

    private static EquatableArray<string> FieldDirectives(IReadOnlyList<AttributeData> attributes, IReadOnlyList<AttributeData>? inherited = null)
    {
        var directives = new List<string>();
        if (attributes.Has("Lookup"))
        {
            directives.Add("@lookup");
        }

        AddMarkers(attributes, directives);
        AddCost(attributes, directives);
        if (inherited is not null)
        {
            AddMarkers(inherited, directives);
        }

        return EquatableArray.From(directives);
    }

    private static void AddMarkers(IReadOnlyList<AttributeData> attributes, List<string> directives)
    {
        foreach (var (name, directive) in new[] { ("Internal", "@internal"), ("Shareable", "@shareable"), ("Inaccessible", "@inaccessible") })
        {
            if (attributes.Has(name) && !directives.Contains(directive))
            {
                directives.Add(directive);
            }
        }
    }

    private string? ArgumentDirectives(IReadOnlyList<AttributeData> attributes, ISymbol member, string name)
    {
        var directives = new List<string>();
        if (attributes.Find("Is") is { } isAttribute)
        {
            CheckMap(isAttribute.Text() ?? "", member);
            directives.Add($"@is(field: {Quote(isAttribute.Text() ?? "")})");
        }

        if (attributes.Find("Require") is { } require)
        {
            var map = require.Text() ?? Naming.Camel(name);
            CheckMap(map, member);
            directives.Add($"@require(field: {Quote(map)})");
        }

        if (attributes.Has("Inaccessible"))
        {
            directives.Add("@inaccessible");
        }

        AddCost(attributes, directives);
        return directives.Count == 0 ? null : string.Join(" ", directives);
    }

    private void CheckMap(string map, ISymbol member)
    {
        FieldSelectionMap.Selections(map, out var error);
        if (error is not null)
        {
            Report(Rules.FieldSelection, member, map, member.Name, error);
        }
    }

    private static IReadOnlyList<AuthorizeModel> Authorization(IReadOnlyList<AttributeData> attributes)
        => [.. attributes.FindAll("Authorize").Select(a => new AuthorizeModel(
            a.Named("Roles") is { Kind: TypedConstantKind.Array } roles ? EquatableArray.From(roles.Values.Select(v => v.Value as string ?? "")) : default,
            a.NamedText("Policy")))];

    /// <summary>The member's own requirements after those of its class; <c>[AllowAnonymous]</c> lifts the class's.</summary>
    private static EquatableArray<AuthorizeModel> EffectiveAuthorization(IReadOnlyList<AttributeData> attributes, IReadOnlyList<AuthorizeModel> inherited)
        => EquatableArray.From((attributes.Has("AllowAnonymous") ? [] : inherited).Concat(Authorization(attributes)));

    private DefaultConstant DefaultOf(IParameterSymbol? parameter, IPropertySymbol? property, IReadOnlyList<AttributeData> attributes)
    {
        if (attributes.Find("DefaultValue").Text() is { } explicitDefault)
        {
            return new DefaultConstant(explicitDefault, false);
        }

        if (parameter is { HasExplicitDefaultValue: true })
        {
            var constant = Constant(parameter.ExplicitDefaultValue, parameter.Type);
            return constant is null ? new DefaultConstant(null, true) : new DefaultConstant(constant, false);
        }

        if (parameter is null && property?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is PropertyDeclarationSyntax { Initializer.Value: { } initializer })
        {
            return Initializer(initializer, property.Type);
        }

        return default;
    }

    private DefaultConstant Initializer(ExpressionSyntax expression, ITypeSymbol type)
    {
        if (expression is CollectionExpressionSyntax { Elements.Count: 0 })
        {
            return new DefaultConstant("[]", false);
        }

        if (!compilation.ContainsSyntaxTree(expression.SyntaxTree))
        {
            return default;
        }

        var value = compilation.GetSemanticModel(expression.SyntaxTree).GetConstantValue(expression);
        return value.HasValue && Constant(value.Value, type) is { } constant ? new DefaultConstant(constant, false) : default;
    }

    /// <summary>A C# constant in SDL; null for null and for structs, whose default only C# knows.</summary>
    private static string? Constant(object? value, ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }

        if (value is not null && type.TypeKind == TypeKind.Enum)
        {
            return type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, value)) is { } member
                ? EnumValueName(member)
                : null;
        }

        return value switch
        {
            null => null,
            bool flag => flag ? "true" : "false",
            string text => Quote(text),
            float or double or decimal or int or long or short or byte or uint => Convert.ToString(value, CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    /// <summary>A GraphQL string literal.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
