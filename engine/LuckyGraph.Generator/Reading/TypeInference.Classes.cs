using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// From attributed classes to models.
internal sealed partial class TypeInference
{
    /// <summary>Reads a static class whose members are fields of a root type or of another type.</summary>
    public ClassModel? ReadStaticClass(INamedTypeSymbol type, ClassKind kind, AttributeData attribute)
    {
        _root = type;
        var attributes = (IReadOnlyList<AttributeData>)type.GetAttributes();
        var parent = kind == ClassKind.Extension ? attribute.AttributeClass!.TypeArguments[0] as INamedTypeSymbol : null;
        if (!CheckClass(type, attribute) || (kind == ClassKind.Extension && parent is null or { TypeKind: TypeKind.Error }))
        {
            return null;
        }

        var parentName = parent is null ? new NameReference(kind.ToString()) : NameOf(parent);
        var isInterface = parent?.GetAttributes().Has("InterfaceType") == true;
        if (parent is not null)
        {
            if (!isInterface && (parent.TypeKind == TypeKind.Interface || attribute.AttributeClass!.Name == "InterfaceTypeAttribute"))
            {
                Report(Rules.InterfaceNotMarked, type, type.Name, parent.Name);
                return null;
            }

            AddOutput(parent);
        }

        var authorize = Authorization(attributes);
        var use = new MethodUse(kind) { Parent = parent, ClassAttributes = attributes };
        var sources = new HashSet<string>(type.GetMembers().OfType<IMethodSymbol>()
            .Select(m => m.GetAttributes().Find("Subscribe").NamedText("With"))
            .Where(w => w is not null)!, StringComparer.Ordinal);
        var fields = new List<FieldModel>();
        var nodes = new List<NodeModel>();
        string? configure = null;
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { Name: "Configure", IsStatic: true, ReturnsVoid: true, Parameters.Length: 1 } describing
                && describing.Parameters[0].Type.FullName() == "LuckyGraph.Engine.Types.ComplexTypeBuilder")
            {
                if (describing.IsReachable())
                {
                    configure = $"{type.Key()}.Configure";
                }
                else
                {
                    Report(Rules.NotReachable, describing, describing.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
                }

                continue;
            }

            if (RootOf(member) is { } root && root != kind)
            {
                continue;
            }

            if (!member.IsStatic || member.IsImplicitlyDeclared || member.GetAttributes().Has("GraphQLIgnore") || member.GetAttributes().Has("DataLoader")
                || member.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal)
                || sources.Contains(member.Name))
            {
                continue;
            }

            if (member is IMethodSymbol finder && finder.GetAttributes().Has("NodeResolver"))
            {
                if (NodeResolver(finder, parent ?? ResultEntity(finder), use) is { } node)
                {
                    nodes.Add(node);
                }

                if (parent is not null)
                {
                    continue;
                }
            }

            var field = member switch
            {
                // Internal methods are the class's own business unless an attribute says that they are fields.
                IMethodSymbol { MethodKind: MethodKind.Ordinary, IsGenericMethod: false } method
                    when member.DeclaredAccessibility == Accessibility.Public || method.GetAttributes().Any(IsEngineAttribute) || method.Parameters.Any(p => p.GetAttributes().Any(IsEngineAttribute))
                    => Method(method, $"{type.Key()}.{Escape(method.Name)}", type, parent is null ? null : parentName, authorize, use),
                IPropertySymbol { IsIndexer: false, GetMethod: not null, DeclaredAccessibility: Accessibility.Public } property
                    => Property(property, $"{type.Key()}.{Escape(property.Name)}", parent is null ? null : parentName, authorize),
                _ => null,
            };
            if (field?.Replaces is { } replaced && parent is not null)
            {
                CheckMember(replaced, member, parent);
            }

            Add(fields, field, parent?.Name ?? kind.ToString(), member);
        }

        return new ClassModel(type.Key(), kind)
        {
            Parent = parentName,
            ParentIsInterface = isInterface,
            ParentName = kind == ClassKind.Extension ? attribute.NamedText("Name") : null,
            Fields = EquatableArray.From(fields),
            Nodes = EquatableArray.From(nodes),
            Configure = configure,
            Description = kind == ClassKind.Extension && parent is not null && Description(parent, parent.GetAttributes()) is null ? Description(type, attributes) : null,
            ParentDirectives = kind == ClassKind.Extension ? TypeDirectives(attributes) : default,
            TypeDirectives = EquatableArray.From(_typeDirectives.Distinct()),
            Types = Types,
        };
    }

    private static ClassKind? RootOf(ISymbol member)
        => member is not IMethodSymbol || member.GetAttributes() is not { Length: > 0 } attributes ? null
        : attributes.Has("Query") ? ClassKind.Query
        : attributes.Has("Mutation") ? ClassKind.Mutation
        : attributes.Has("Subscription") ? ClassKind.Subscription
        : null;

    private static bool IsEngineAttribute(AttributeData attribute)
        => attribute.AttributeClass?.ContainingNamespace.ToDisplayString() == "LuckyGraph.Engine";

    /// <summary>Reads a class, interface or enum that is a type itself.</summary>
    public ClassModel? ReadType(INamedTypeSymbol type, string attribute)
    {
        _root = type;
        switch (attribute)
        {
            case "EnumType":
                AddEnum(type);
                break;
            case "InputObjectType":
                AddInput(type);
                break;
            default:
                AddOutput(type);
                break;
        }

        return new ClassModel(type.Key(), ClassKind.Type) { Types = Types, TypeDirectives = EquatableArray.From(_typeDirectives.Distinct()) };
    }

    private bool CheckClass(INamedTypeSymbol type, AttributeData attribute)
    {
        var partial = type.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax syntax
            && syntax.Modifiers.Any(m => m.RawKind == (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.PartialKeyword));
        if (type.IsStatic && partial)
        {
            return true;
        }

        var name = attribute.AttributeClass!.Name;
        Report(Rules.ClassNotStaticPartial, type, type.Name, name.Substring(0, name.Length - "Attribute".Length));
        return false;
    }

    /// <summary>Reads a DataLoader's method.</summary>
    public LoaderModel? ReadLoader(IMethodSymbol method, AttributeData attribute)
    {
        LoaderModel? Fail(string reason)
        {
            Report(Rules.LoaderSignature, method, method.Name, reason);
            return null;
        }

        if (!method.IsStatic || !method.IsReachable())
        {
            return Fail("it is not a static method that other classes may call");
        }

        if (method.IsGenericMethod)
        {
            return Fail("it is generic");
        }

        if (method.Parameters.Length == 0)
        {
            return Fail("it takes no keys");
        }

        var result = Unwrap(method.ReturnType, out var async);
        var keys = method.Parameters[0].Type;
        var keyType = ItemType(keys, input: true, out var keyShape);
        if (result is null)
        {
            return Fail("it returns nothing");
        }

        LoaderKind kind;
        ITypeSymbol valueType;
        if (keyType is null)
        {
            (kind, keyType, valueType) = (LoaderKind.Cache, keys, result);
        }
        else if (keyShape != ListShape.Array || keys is IArrayTypeSymbol)
        {
            return Fail($"its keys are '{keys.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'");
        }
        else if (Arguments(result, "System.Linq.ILookup") is { } lookup)
        {
            (kind, valueType) = (LoaderKind.Group, lookup[1]);
            if (!SymbolEqualityComparer.Default.Equals(lookup[0], keyType))
            {
                return Fail("the keys of parameter and result differ");
            }
        }
        else if (Arguments(result, "System.Collections.Generic.IReadOnlyDictionary") is { } dictionary)
        {
            (kind, valueType) = (LoaderKind.Batch, dictionary[1]);
            if (!SymbolEqualityComparer.Default.Equals(dictionary[0], keyType))
            {
                return Fail("the keys of parameter and result differ");
            }
        }
        else
        {
            return Fail($"it returns '{result.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'");
        }

        var name = attribute.Text() ?? Naming.StripMethod(method.Name, asynchronous: true);
        if (name.EndsWith("DataLoader", StringComparison.Ordinal))
        {
            name = name.Substring(0, name.Length - "DataLoader".Length);
        }

        var parameters = new List<ParameterModel>();
        foreach (var parameter in method.Parameters.Skip(1))
        {
            var attributes = parameter.GetAttributes();
            if (attributes.Has("ScopedState") || attributes.Has("LocalState"))
            {
                return Fail($"'{parameter.Name}' is state of single resolver calls, which a batch serves many of");
            }

            var role = attributes.Has("GlobalState") ? ParameterRole.GlobalState
                : attributes.Find("Service") is { } service ? (service.Text() is null ? ParameterRole.Service : ParameterRole.KeyedService)
                : ByType(parameter.Type);
            if (role is null && parameter.Type.TypeKind == TypeKind.Error)
            {
                parameters.Add(new ParameterModel(ParameterRole.DataLoader, parameter.Name, parameter.Type.Name));
                continue;
            }

            if (role is null && (Scalar(parameter.Type) is not null || parameter.Type.TypeKind != TypeKind.Class || ItemType(parameter.Type, input: true, out _) is not null))
            {
                return Fail($"'{parameter.Name}' is neither keys nor service nor CancellationToken");
            }

            parameters.Add(new ParameterModel(role ?? ParameterRole.Service, parameter.Name, parameter.Type.Clr())
            {
                Key = attributes.Find("GlobalState") is { } state ? state.Text() ?? parameter.Name : attributes.Find("Service").Text(),
                ClrNullable = parameter.Type.NullableAnnotation == NullableAnnotation.Annotated,
            });
        }

        var lookups = new List<string>();
        foreach (var lookup in Texts(attribute, "Lookups"))
        {
            var source = method.ContainingType.GetMembers(lookup).OfType<IMethodSymbol>().FirstOrDefault(m => m.IsStatic && m.IsReachable()
                && m.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(m.Parameters[0].Type, valueType)
                && SymbolEqualityComparer.Default.Equals(m.ReturnType, keyType));
            if (source is null || kind == LoaderKind.Group)
            {
                return Fail(kind == LoaderKind.Group
                    ? "it loads lists, which single values cannot complete; remove Lookups"
                    : $"its lookup must be 'static {keyType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} {lookup}({valueType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} value)' of the same class, public or internal");
            }

            lookups.Add($"{method.ContainingType.Key()}.{Escape(lookup)}");
        }

        return new LoaderModel(
            method.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() : "",
            name,
            kind,
            keyType.Clr(),
            valueType.Clr())
        {
            Target = $"{method.ContainingType.Key()}.{Escape(method.Name)}",
            IsPublic = keyType.IsPublic() && valueType.IsPublic(),
            ValueIsStruct = valueType.IsValueType,
            ValueNullable = valueType.NullableAnnotation == NullableAnnotation.Annotated,
            Async = async,
            Lookups = EquatableArray.From(lookups),
            UsesRequestScope = attribute.Named("ServiceScope")?.Value is 1,
            MaxBatchSize = attribute.Named("MaxBatchSize")?.Value is int size ? size : 1000,
            Parameters = EquatableArray.From(parameters),
        };
    }

    private static IReadOnlyList<ITypeSymbol>? Arguments(ITypeSymbol type, string definition)
        => type is INamedTypeSymbol named && named.OriginalDefinition.FullName() == definition
            ? named.TypeArguments
            : type.AllInterfaces.FirstOrDefault(i => i.OriginalDefinition.FullName() == definition)?.TypeArguments;
}
