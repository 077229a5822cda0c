using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// Node resolvers, and methods that are root fields by themselves.
internal sealed partial class TypeInference
{
    /// <summary>The resolver of a class that carries <c>[Node]</c>: its own static method.</summary>
    private NodeModel? OwnNodeResolver(INamedTypeSymbol type)
    {
        var method = type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m.GetAttributes().Has("NodeResolver"));
        if (method is not null)
        {
            return NodeResolver(method, type, new MethodUse(ClassKind.Type));
        }

        Report(Rules.NodeResolver, type, type.Name, type.Name, "the class carries [Node], and none of its static methods carries [NodeResolver]");
        return null;
    }

    private NodeModel? NodeResolver(IMethodSymbol method, INamedTypeSymbol? node, MethodUse use)
    {
        NodeModel? Fail(string reason)
        {
            Report(Rules.NodeResolver, method, method.Name, node?.Name ?? "Entity", reason);
            return null;
        }

        if (!method.IsStatic || method.IsGenericMethod || !method.IsReachable())
        {
            return Fail("it is not a static method that other classes may call");
        }

        var result = Unwrap(method.ReturnType, out var async);
        if (node is null || result is null || !SymbolEqualityComparer.Default.Equals(result, node) || node.TypeKind == TypeKind.Interface)
        {
            return Fail($"it returns '{method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'");
        }

        if (result.NullableAnnotation != NullableAnnotation.Annotated)
        {
            return Fail("its result cannot be null");
        }

        var id = node.SelfAndBases().SelectMany(t => t.GetMembers("Id")).OfType<IPropertySymbol>().FirstOrDefault();
        if (id is null || !IsGuid(id.Type) || id.MemberAttributes() is var marks && !marks.Has("ID") && marks.Find("ID", generic: true) is null)
        {
            return Fail($"'{node.Name}' has no such property");
        }

        var parameters = new List<ParameterModel>();
        foreach (var parameter in method.Parameters)
        {
            if (IsGuid(parameter.Type) && parameters.All(p => p.Role != ParameterRole.NodeId))
            {
                parameters.Add(new ParameterModel(ParameterRole.NodeId, parameter.Name, parameter.Type.Clr()));
            }
            else if (Parameter(method, parameter, null, use) is { } model)
            {
                if (model.Role is ParameterRole.Argument or ParameterRole.ArgumentGroup or ParameterRole.Parent or ParameterRole.EventMessage or ParameterRole.IsSelected)
                {
                    return Fail($"'{parameter.Name}' is more than the id");
                }

                parameters.Add(model);
            }
        }

        if (parameters.All(p => p.Role != ParameterRole.NodeId))
        {
            return Fail("it takes no id");
        }

        AddOutput(node);
        var value = new ValueModel(ValueKind.Composite, node.Clr(), Nullable: true, ClrNullable: true, IsValueType: node.IsValueType) { Name = NameOf(node) };
        var field = new FieldModel("node", method.Name, value, ResolverKind.Effect, $"{method.ContainingType.Key()}.{Escape(method.Name)}")
        {
            IsCall = true,
            Async = async,
            Parameters = EquatableArray.From(parameters),
        };
        var concurrent = parameters.All(p => p.Role is ParameterRole.NodeId or ParameterRole.DataLoader or ParameterRole.CancellationToken or ParameterRole.User or ParameterRole.GlobalState);
        return new NodeModel(NameOf(node), field, concurrent);
    }

    private static bool IsGuid(ITypeSymbol type) => type.FullName() == "System.Guid";

    /// <summary>Reads a method that is a root field by itself.</summary>
    public ClassModel? ReadRootMethod(IMethodSymbol method, ClassKind kind)
    {
        _root = method;
        var owner = method.ContainingType;
        var attributes = (IReadOnlyList<AttributeData>)owner.GetAttributes();
        if (attributes.Has(kind + "Type") || method.GetAttributes().Has("GraphQLIgnore"))
        {
            // A field of that root already, or none.
            return null;
        }

        if (!method.IsStatic || method.IsGenericMethod || owner.TypeParameters.Length > 0)
        {
            Report(Rules.RootMethod, method, method.Name, kind.ToString());
            return null;
        }

        var use = new MethodUse(kind) { ClassAttributes = attributes };
        var target = $"{owner.Key()}.{Escape(method.Name)}";
        if (Method(method, target, owner, null, Authorization(attributes), use) is not { } field)
        {
            return null;
        }

        var resolver = kind == ClassKind.Query && method.GetAttributes().Has("NodeResolver") ? NodeResolver(method, ResultEntity(method), use) : null;
        var overload = owner.GetMembers(method.Name).TakeWhile(m => !SymbolEqualityComparer.Default.Equals(m, method)).Count();
        return new ClassModel($"{owner.Key()}.{method.Name}{(overload == 0 ? "" : overload.ToString(System.Globalization.CultureInfo.InvariantCulture))}", kind)
        {
            Parent = new NameReference(kind.ToString()),
            Fields = EquatableArray.From([field]),
            Nodes = resolver is null ? default : EquatableArray.From([resolver]),
            TypeDirectives = EquatableArray.From(_typeDirectives.Distinct()),
            Types = Types,
        };
    }

    private INamedTypeSymbol? ResultEntity(IMethodSymbol method) => Unwrap(method.ReturnType, out _) is { } result ? Entity(result) : null;
}
