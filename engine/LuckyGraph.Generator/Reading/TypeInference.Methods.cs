using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// From methods to fields.
internal sealed partial class TypeInference
{
    /// <summary>In which kind of class a method is a field.</summary>
    private readonly record struct MethodUse(ClassKind Kind)
    {
        /// <summary>The T of ObjectType&lt;T&gt;.</summary>
        public INamedTypeSymbol? Parent { get; init; }
        /// <summary>The attributes of the class.</summary>
        public IReadOnlyList<AttributeData>? ClassAttributes { get; init; }
        /// <summary>Whether it is a root.</summary>
        public bool IsRoot => Kind is ClassKind.Query or ClassKind.Mutation or ClassKind.Subscription;
    }

    /// <summary>A result type without its asynchronous wrapper; null for void.</summary>
    private static ITypeSymbol? Unwrap(ITypeSymbol type, out AsyncKind async)
    {
        async = AsyncKind.None;
        if (type.SpecialType == SpecialType.System_Void)
        {
            return null;
        }

        if (type is INamedTypeSymbol named && named.ContainingNamespace?.ToDisplayString() == "System.Threading.Tasks")
        {
            async = named.Name switch { "Task" => AsyncKind.Task, "ValueTask" => AsyncKind.ValueTask, _ => AsyncKind.None };
            if (async != AsyncKind.None)
            {
                return named.TypeArguments.Length == 1 ? named.TypeArguments[0] : null;
            }
        }

        return type;
    }

    private FieldModel? Method(IMethodSymbol method, string target, INamedTypeSymbol owner, NameReference? idDefault, IReadOnlyList<AuthorizeModel> inherited, MethodUse use)
    {
        var attributes = (IReadOnlyList<AttributeData>)method.GetAttributes();
        var result = Unwrap(method.ReturnType, out var async);
        var name = attributes.Find("GraphQLName").Text() ?? Naming.Method(method.Name, async != AsyncKind.None);
        var lookup = attributes.Has("Lookup");
        var resultEntity = result is null ? null : Entity(result);
        if (!method.IsReachable())
        {
            Report(Rules.NotReachable, method, method.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
            return null;
        }

        // A lookup's ids are those of the entity that it finds.
        var argumentId = lookup && resultEntity is not null ? NameOf(resultEntity) : null;
        var parameters = Parameters(method, argumentId, use);
        var batch = attributes.Has("BatchResolver");
        ValueModel? value;
        if (result is null)
        {
            if (use.Kind != ClassKind.Mutation)
            {
                Report(Rules.UnsupportedType, method, method.Name, owner.Name, method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), "fields have a value; return one");
                return null;
            }

            // A mutation without a result says that it succeeded.
            value = new ValueModel(ValueKind.Scalar, "bool", Nullable: true, ClrNullable: true, IsValueType: true) { Scalar = ScalarKind.Boolean, Name = new NameReference("Boolean") };
        }
        else
        {
            var valueType = batch ? BatchItem(result, method, owner, use) : result;
            if (valueType is null)
            {
                return null;
            }

            value = Value(valueType, input: false, method, attributes, idDefault);
            if (value is null)
            {
                return null;
            }
        }

        if (lookup && (value.Kind != ValueKind.Composite || !value.Nullable))
        {
            Report(Rules.LookupResult, method, method.Name, resultEntity?.Name ?? "Entity", value.Kind == ValueKind.List ? "a list" : value.Nullable ? "a scalar" : "one that cannot be null");
        }

        var authorize = EffectiveAuthorization(attributes, inherited);
        var kind = use.Kind switch
        {
            ClassKind.Subscription => ResolverKind.Subscription,
            ClassKind.Mutation => ResolverKind.Effect,
            _ when batch => ResolverKind.Batch,
            _ when async == AsyncKind.None && authorize.Count == 0 && value.Named.Scalar != ScalarKind.Other
                && parameters.All(p => p.Role is ParameterRole.Argument or ParameterRole.ArgumentGroup or ParameterRole.Parent) => ResolverKind.Pure,
            _ => ResolverKind.Effect,
        };

        if (lookup || parameters.Any(p => p.Argument?.Directives is not null))
        {
            AddLookupKeys(method, resultEntity, lookup, parameters);
        }

        var field = new FieldModel(name, method.Name, value, kind, target)
        {
            IsCall = true,
            Async = async,
            IsVoid = result is null,
            Parameters = EquatableArray.From(parameters),
            Description = Description(method, attributes),
            Deprecated = Deprecation(attributes),
            Directives = FieldDirectives(attributes, use.IsRoot ? use.ClassAttributes : null),
            Authorize = authorize,
            Replaces = attributes.Find("BindMember").Text(),
        };

        return use.Kind switch
        {
            ClassKind.Mutation => WithConventions(field, method, result, attributes, use.ClassAttributes),
            ClassKind.Subscription => WithSource(field, method, attributes, use),
            _ => field,
        };
    }

    /// <summary>The entity that a result is, for lookups.</summary>
    private INamedTypeSymbol? Entity(ITypeSymbol type)
        => ItemType(type, input: false, out _) is { } item ? Entity(item)
        : type is INamedTypeSymbol named && Scalar(named) is null && named.TypeKind is TypeKind.Class or TypeKind.Interface or TypeKind.Struct ? (INamedTypeSymbol)type
        : null;

    private ITypeSymbol? BatchItem(ITypeSymbol result, IMethodSymbol method, INamedTypeSymbol owner, MethodUse use)
    {
        var parentName = use.Parent?.Name ?? owner.Name;
        if (use.IsRoot)
        {
            Report(Rules.BatchSignature, method, method.Name, parentName, "it is a root field");
            return null;
        }

        if (ItemType(result, input: false, out _) is not { } item)
        {
            Report(Rules.BatchSignature, method, method.Name, parentName, "it returns no list");
            return null;
        }

        if (!method.Parameters.Any(p => p.GetAttributes().Has("Parent") && ItemType(p.Type, input: true, out _) is not null))
        {
            Report(Rules.BatchSignature, method, method.Name, parentName, "it takes no list of parents");
            return null;
        }

        return item;
    }

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
            return method.GetAttributes().Has("BatchResolver") && ItemType(type, input: true, out var shape) is { } item
                ? Of(ParameterRole.Parent) with { Clr = item.Clr(), Shape = shape }
                : Of(ParameterRole.Parent);
        }

        if (attributes.Find("Service") is { } service)
        {
            return service.Text() is { } key ? Of(ParameterRole.KeyedService, key) : Of(ParameterRole.Service);
        }

        if (attributes.Find("GlobalState") is { } state)
        {
            return Of(ParameterRole.GlobalState, state.Text());
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
            TypeKind.Interface when ItemType(type, input: true, out _) is null => ParameterRole.Service,
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

    private readonly List<TypeDirectiveModel> _typeDirectives = [];

    /// <summary>A lookup's arguments are a key of its entity (Composite Schemas, 3.2 Lookups).</summary>
    private void AddLookupKeys(IMethodSymbol method, INamedTypeSymbol? entity, bool lookup, List<ParameterModel> parameters)
    {
        if (!lookup || entity is null)
        {
            return;
        }

        IReadOnlyList<string> keys = [""];
        foreach (var parameter in parameters.Where(p => p.Role == ParameterRole.Argument))
        {
            var symbol = method.Parameters.First(p => p.Name == parameter.Name);
            var map = symbol.GetAttributes().Find("Is").Text() ?? parameter.Argument!.Name;
            var selections = FieldSelectionMap.Selections(map, out _);
            keys = [.. keys.SelectMany(k => selections.Select(s => k.Length == 0 ? s : k + " " + s))];
        }

        var isInterface = entity.GetAttributes().Has("InterfaceType");
        if (entity.GetAttributes().Has("UnionType"))
        {
            return;
        }

        foreach (var key in keys.Where(k => k.Length > 0))
        {
            _typeDirectives.Add(new TypeDirectiveModel(NameOf(entity), isInterface, $"@key(fields: {Quote(key)})"));
        }
    }

    private FieldModel WithSource(FieldModel field, IMethodSymbol method, IReadOnlyList<AttributeData> attributes, MethodUse use)
    {
        var message = method.Parameters.FirstOrDefault(p => p.GetAttributes().Has("EventMessage"))?.Type;
        var messageClr = message?.Clr() ?? field.Type.Clr;
        var topic = attributes.Find("Topic");
        var with = attributes.Find("Subscribe").NamedText("With");
        if (with is null)
        {
            if (topic is null)
            {
                Report(Rules.SubscriptionSource, method, method.Name, "it has neither");
            }

            return field with { Subscription = new SubscriptionModel(topic.Text() ?? field.Name, messageClr) };
        }

        var source = method.ContainingType.GetMembers(with).OfType<IMethodSymbol>().FirstOrDefault(m => m.IsStatic);
        var stream = source is null ? null : Unwrap(source.ReturnType, out _);
        if (source is null || stream is not INamedTypeSymbol { Name: "IAsyncEnumerable", TypeArguments.Length: 1 } events)
        {
            Report(Rules.SubscriptionSource, method, method.Name, source is null ? $"there is no static method '{with}'" : $"'{with}' returns something else");
            return field with { Subscription = new SubscriptionModel(field.Name, messageClr) };
        }

        Unwrap(source.ReturnType, out var async);
        return field with
        {
            Subscription = new SubscriptionModel(null, events.TypeArguments[0].Clr())
            {
                Target = $"{method.ContainingType.Key()}.{Escape(source.Name)}",
                Parameters = EquatableArray.From(Parameters(source, null, use)),
                Async = async,
            },
        };
    }
}
