using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// From parameters to arguments, services and what else a resolver takes.
internal sealed partial class TypeInference
{
    private List<ParameterModel> Parameters(IMethodSymbol method, NameReference? idDefault, MethodUse use)
    {
        var parameters = new List<ParameterModel>();
        foreach (var parameter in method.Parameters)
        {
            if (Parameter(method, parameter, idDefault, use) is { } model)
            {
                parameters.Add(model);
            }
        }

        return parameters;
    }

    // What a class adds fields to is what their parents are.
    private void CheckParent(IMethodSymbol method, IParameterSymbol parameter, MethodUse use)
    {
        var type = method.GetAttributes().Has("BatchResolver") ? ItemType(parameter.Type, input: true, out _) ?? parameter.Type : parameter.Type;
        if (use.Parent is { } parent && !compilation.ClassifyCommonConversion(parent, type).IsImplicit)
        {
            Report(Rules.ParentType, parameter, parameter.Name, method.Name, parent.Name, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
        }
        else if (use.Kind is ClassKind.Query or ClassKind.Mutation or ClassKind.Subscription)
        {
            Report(Rules.ParentOfRoot, parameter, parameter.Name, method.Name);
        }
    }

    private ParameterModel? Parameter(IMethodSymbol method, IParameterSymbol parameter, NameReference? idDefault, MethodUse use)
    {
        var attributes = (IReadOnlyList<AttributeData>)parameter.GetAttributes();
        var type = parameter.Type;
        ParameterModel Of(ParameterRole role, string? key = null) => new(role, parameter.Name, type.Clr())
        {
            Key = key,
            ClrNullable = type.NullableAnnotation == NullableAnnotation.Annotated || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T,
        };

        if (attributes.Find("Parent") is { } parent)
        {
            CheckRequires(parent.Text(), parameter, type);
            CheckParent(method, parameter, use);
            return method.GetAttributes().Has("BatchResolver") && ItemType(type, input: true, out var shape) is { } item
                ? Of(ParameterRole.Parent, parent.Text()) with { Clr = item.Clr(), Shape = shape }
                : Of(ParameterRole.Parent, parent.Text());
        }

        if (attributes.Find("Service") is { } service)
        {
            return service.Text() is { } key ? Of(ParameterRole.KeyedService, key) : Of(ParameterRole.Service);
        }

        if (attributes.Find("GlobalState") is { } state)
        {
            return Of(ParameterRole.GlobalState, state.Text() ?? parameter.Name);
        }

        foreach (var (name, role) in new[] { ("ScopedState", ParameterRole.ScopedState), ("LocalState", ParameterRole.LocalState) })
        {
            if (attributes.Find(name) is not { } own)
            {
                continue;
            }

            if (method.GetAttributes().Has("BatchResolver"))
            {
                Report(Rules.BatchScopedState, parameter, method.Name, parameter.Name);
            }

            return Of(role, own.Text() ?? parameter.Name);
        }

        if (attributes.Find("IsSelected") is { } selected)
        {
            return Of(ParameterRole.IsSelected, selected.Text());
        }

        if (attributes.Has("EventMessage"))
        {
            return Of(ParameterRole.EventMessage);
        }

        var isArgument = attributes.Has("Argument") || attributes.Has("Require") || attributes.Has("Is")
            || attributes.Has("ID") || attributes.Find("ID", generic: true) is not null
            || attributes.Has("GraphQLType") || attributes.Has("DefaultValue");
        if (!isArgument)
        {
            switch (ByType(type))
            {
                case { } role:
                    return Of(role);
                case null when type.TypeKind == TypeKind.Error:
                    // An interface that this very generator emits for a DataLoader is unknown to the compilation it reads.
                    return type.Name.Length > 11 && type.Name[0] == 'I' && type.Name.EndsWith("DataLoader", StringComparison.Ordinal)
                        ? new ParameterModel(ParameterRole.DataLoader, parameter.Name, type.Name)
                        : null;
            }

            if (type.FullName() == "LuckyGraph.Data.PagingArguments" && type is INamedTypeSymbol group)
            {
                return Of(ParameterRole.ArgumentGroup) with { Group = Group(group) };
            }

            if (IsQueryContext(type))
            {
                return Of(ParameterRole.QueryContext);
            }

            if (IsServiceClass(type))
            {
                return Of(ParameterRole.Service);
            }

            if (IsAmbiguous(type))
            {
                Report(Rules.AmbiguousParameter, parameter, parameter.Name, method.Name, type.Name);
            }
        }

        var argument = InputValue(parameter, type, attributes, parameter.Name, DefaultOf(parameter, null, attributes), idDefault);
        return argument is null ? null : Of(ParameterRole.Argument) with
        {
            Argument = argument with
            {
                Description = attributes.Find("GraphQLDescription").Text() ?? Documentation.Parameter(method, parameter.Name),
            },
        };
    }

    /// <summary>What a parameter's type alone says about it.</summary>
    private static ParameterRole? ByType(ITypeSymbol type)
    {
        switch (type.FullName())
        {
            case "System.Threading.CancellationToken":
                return ParameterRole.CancellationToken;
            case "System.Security.Claims.ClaimsPrincipal":
                return ParameterRole.User;
            case "LuckyGraph.Engine.Execution.ResolverContext":
            case "LuckyGraph.Engine.Execution.BatchResolverContext":
            case "LuckyGraph.Engine.Batching.DataLoaderContext":
                return ParameterRole.Context;
            case "System.IServiceProvider":
                return ParameterRole.ServiceProvider;
        }

        if (type.TypeKind == TypeKind.Interface && type.IsOrImplements("LuckyGraph.Engine.Batching.IDataLoader"))
        {
            return ParameterRole.DataLoader;
        }

        return type.TypeKind switch
        {
            TypeKind.Interface when ItemType(type, input: true, out _) is null && Scalar(type) is null => ParameterRole.Service,
            TypeKind.Delegate => ParameterRole.Service,
            _ => null,
        };
    }

    /// <summary>
    /// Classes are services unless they look like data: records and structs, classes named or marked as inputs, and classes
    /// that a parameterless constructor and public setters describe whole.
    /// </summary>
    private static bool IsServiceClass(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class, SpecialType: SpecialType.None } named
            || ItemType(type, input: true, out _) is not null
            || Scalar(type) is not null
            || IsMarkedInput(named)
            || named.FullName() is var name && (name.StartsWith("System.Collections.", StringComparison.Ordinal) || name.StartsWith("System.Text.Json.JsonDocument", StringComparison.Ordinal)))
        {
            return false;
        }

        return named.IsAbstract
            || IsSystem(named)
            || !LooksLikeData(named);
    }

    private static bool LooksLikeData(INamedTypeSymbol type)
        => type.IsRecord
        || (type.BaseType?.SpecialType == SpecialType.System_Object
            && type.InstanceConstructors.Any(c => c.Parameters.Length == 0 && c.DeclaredAccessibility == Accessibility.Public)
            && type.GetMembers().OfType<IPropertySymbol>().Any(p => !p.IsStatic)
            && !type.GetMembers().OfType<IMethodSymbol>().Any(m => m.MethodKind == MethodKind.Ordinary && !m.IsStatic));

    private static bool IsMarkedInput(INamedTypeSymbol type)
        => type.GetAttributes() is var attributes && (attributes.Has("InputObjectType") || attributes.Has("OneOf"))
        || type.Name.EndsWith("Input", StringComparison.Ordinal)
        || type.Name.EndsWith("Filter", StringComparison.Ordinal)
        || type.Name.EndsWith("Sort", StringComparison.Ordinal);

    private static bool IsAmbiguous(ITypeSymbol type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Class, SpecialType: SpecialType.None } named
        && !IsSystem(named)
        && Scalar(type) is null
        && ItemType(type, input: true, out _) is null
        && !IsMarkedInput(named);

    private EquatableArray<InputValueModel> Group(INamedTypeSymbol type)
    {
        var constructor = type.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared || c.Parameters.Length > 0).OrderByDescending(c => c.Parameters.Length).First();
        var values = new List<InputValueModel>();
        foreach (var parameter in constructor.Parameters)
        {
            if (InputValue(parameter, parameter.Type, parameter.GetAttributes(), parameter.Name, DefaultOf(parameter, null, [])) is { } value)
            {
                values.Add(value with { Description = Documentation.Parameter(type, parameter.Name), ConstructorParameter = parameter.Name });
            }
        }

        return EquatableArray.From(values);
    }

    private void CheckRequires(string? requires, IParameterSymbol parameter, ITypeSymbol parent)
    {
        foreach (var member in (requires ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            CheckMember(member, parameter, ItemType(parent, input: true, out _) ?? parent);
        }
    }

    private void CheckMember(string member, ISymbol at, ITypeSymbol type)
    {
        if (type is INamedTypeSymbol named && !named.SelfAndBases().Concat(named.AllInterfaces).Any(t => t.GetMembers(member).Any(m => m is IPropertySymbol or IMethodSymbol)))
        {
            Report(Rules.UnknownMember, at, type.Name, member);
        }
    }
}
