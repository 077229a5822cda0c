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
        var name = attributes.Find("GraphQLName").Text() ?? Naming.Method(method.Name, async != AsyncKind.None || (result is not null && IsSequence(result)));
        var lookup = attributes.Has("Lookup");
        var resultEntity = result is null ? null : Entity(result);
        if (!method.IsReachable())
        {
            Report(Rules.NotReachable, method, method.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
            return null;
        }

        // A lookup's ids are those of the entity that it finds.
        var argumentId = (lookup || attributes.Has("NodeResolver")) && resultEntity is not null ? NameOf(resultEntity) : null;
        var parameters = Parameters(method, argumentId, use);
        var batch = attributes.Has("BatchResolver");
        var data = use.Kind is ClassKind.Query or ClassKind.Extension or ClassKind.Type ? Data(method, ref result, ref async, parameters) : null;
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

        if (value.IsSequence && (batch || use.Kind == ClassKind.Mutation))
        {
            Report(Rules.UnsupportedType, method, method.Name, owner.Name, method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), "read it, and return a list");
            return null;
        }

        if (lookup && (value.Kind != ValueKind.Composite || !value.Nullable))
        {
            Report(Rules.LookupResult, method, method.Name, resultEntity?.Name ?? "Entity", value.Kind == ValueKind.List ? "a list" : value.Nullable ? "a scalar" : "one that cannot be null");
        }

        var authorize = EffectiveAuthorization(attributes, inherited);
        var middleware = Middleware(method, attributes, batch ? "a batch resolver answers many parents at once; write it into the method" : null);
        CheckListSize(method, attributes, value, parameters);
        var kind = use.Kind switch
        {
            ClassKind.Subscription => ResolverKind.Subscription,
            ClassKind.Mutation => ResolverKind.Effect,
            _ when batch => ResolverKind.Batch,
            _ when async == AsyncKind.None && !value.IsSequence && data is null && authorize.Count == 0 && middleware.Count == 0 && value.Named.Scalar != ScalarKind.Other
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
            Middleware = middleware,
            Data = data,
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

        if (IsSequence(result) || ItemType(result, input: false, out _) is not { } item)
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
