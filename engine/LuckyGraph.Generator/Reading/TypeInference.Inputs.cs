using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// Enums and input objects.
internal sealed partial class TypeInference
{
    /// <summary>Adds an enum.</summary>
    public void AddEnum(INamedTypeSymbol type)
    {
        var key = type.Key();
        if (_types.ContainsKey(key))
        {
            return;
        }

        _declarations[key] = type;
        var attributes = type.GetAttributes();
        var values = type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue && !f.GetAttributes().Has("GraphQLIgnore"));
        var numbers = new HashSet<object>();
        _types[key] = new EnumModel(key, NameOf(type), type.Clr())
        {
            Description = Description(type, attributes),
            Directives = TypeDirectives(attributes),
            Values = EquatableArray.From(values.Select(f => new EnumValueModel(
                f.Name,
                EnumValueName(f),
                Description(f, f.GetAttributes()),
                Deprecation(f.GetAttributes()),
                f.GetAttributes().Has("Inaccessible") ? "@inaccessible" : null)
            {
                IsAlias = !numbers.Add(f.ConstantValue!),
            })),
        };
    }

    private static string EnumValueName(IFieldSymbol value) => value.GetAttributes().Find("GraphQLName").Text() ?? Naming.UpperSnake(value.Name);

    /// <summary>Adds an input object.</summary>
    public void AddInput(INamedTypeSymbol type)
    {
        var key = "input " + type.Key();
        if (_types.ContainsKey(key))
        {
            return;
        }

        _types[key] = null;
        _declarations[key] = type;
        var attributes = type.GetAttributes();
        var oneOf = attributes.Has("OneOf");
        var constructor = InputConstructor(type);
        var fields = new List<InputValueModel>();
        foreach (var property in InputProperties(type))
        {
            var memberAttributes = property.MemberAttributes();
            var parameter = constructor?.Parameters.FirstOrDefault(p => string.Equals(p.Name, property.Name, StringComparison.OrdinalIgnoreCase));
            if (parameter is null && property.SetMethod is not { DeclaredAccessibility: Accessibility.Public or Accessibility.Internal })
            {
                continue;
            }

            var defaults = DefaultOf(parameter, property, memberAttributes);
            if (InputValue(property, property.Type, memberAttributes, property.Name, defaults) is not { } field)
            {
                continue;
            }

            if (oneOf && (!field.Type.Nullable || field.Default is not null))
            {
                Report(Rules.OneOfNonNull, property, property.Name, type.Name, property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
            }

            fields.Add(field with
            {
                Description = Description(property, memberAttributes),
                ConstructorParameter = parameter?.Name,
            });
        }

        _types[key] = new InputModel(key, InputNameOf(type), type.Clr())
        {
            Description = Description(type, attributes),
            Directives = attributes.Has("Inaccessible") ? EquatableArray.From(["@inaccessible"]) : default,
            IsOneOf = oneOf,
            Fields = EquatableArray.From(fields),
        };
    }

    private static IEnumerable<IPropertySymbol> InputProperties(INamedTypeSymbol type)
        => type.SelfAndBases().Reverse().SelectMany(t => t.GetMembers()).OfType<IPropertySymbol>()
            .Where(p => p is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public }
                && p.Name != "EqualityContract"
                && !p.MemberAttributes().Has("GraphQLIgnore"));

    /// <summary>The constructor whose parameters are all properties; the parameterless one if there is one.</summary>
    private static IMethodSymbol? InputConstructor(INamedTypeSymbol type)
    {
        var names = new HashSet<string>(InputProperties(type).Select(p => p.Name), StringComparer.OrdinalIgnoreCase);
        return type.InstanceConstructors
            .Where(c => c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal
                && !(type.IsRecord && c.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(c.Parameters[0].Type, type))
                && c.Parameters.All(p => names.Contains(p.Name)))
            .OrderBy(c => c.Parameters.Length == 0 && !(type.IsValueType && c.IsImplicitlyDeclared) ? 0 : 1)
            .ThenByDescending(c => c.Parameters.Length)
            .FirstOrDefault();
    }

    private InputValueModel? InputValue(ISymbol member, ITypeSymbol type, IReadOnlyList<AttributeData> attributes, string name, DefaultConstant defaults, NameReference? idDefault = null)
    {
        var optional = type is INamedTypeSymbol { Name: "Optional", TypeArguments.Length: 1 } wrapper && wrapper.ContainingNamespace.ToDisplayString() == "LuckyGraph.Engine";
        if (optional)
        {
            type = ((INamedTypeSymbol)type).TypeArguments[0];
        }

        if (Value(type, input: true, member, attributes, idDefault) is not { } value)
        {
            return null;
        }

        // What may be omitted is nullable, whatever the type of its value.
        if (optional || defaults.OnlyClr)
        {
            value = value with { Nullable = true };
        }

        return new InputValueModel(name, attributes.Find("GraphQLName").Text() ?? attributes.Find("Argument").Text() ?? Naming.Camel(name), value)
        {
            Optional = optional,
            Default = defaults.Sdl,
            DefaultsInClr = defaults.OnlyClr,
            Deprecated = Deprecation(attributes),
            Directives = ArgumentDirectives(attributes, member, name),
        };
    }
}
