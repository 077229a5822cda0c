using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// Paging, projection, filtering and sorting of queries.
internal sealed partial class TypeInference
{
    private const string DataPrefix = "data ";
    private const string InputObject = "global::LuckyGraph.Engine.Execution.InputObjectValue";

    private static readonly string[] _dataAttributes = ["UsePaging", "UseProjection", "UseFiltering", "UseSorting"];

    /// <summary>What the data attributes and parameters of a method ask for; null when it has none, or when they do not fit.</summary>
    /// <param name="method">The method.</param>
    /// <param name="result">What it returns, without Task; replaced by what the field returns.</param>
    /// <param name="async">How the method is awaited; generated code loads queries asynchronously.</param>
    /// <param name="parameters">The parameters; hidden ones are added for arguments that the method itself does not take.</param>
    private DataUse? Data(IMethodSymbol method, ref ITypeSymbol? result, ref AsyncKind async, List<ParameterModel> parameters)
    {
        var attributes = method.GetAttributes();
        var context = method.Parameters.Select(p => p.Type).OfType<INamedTypeSymbol>().FirstOrDefault(IsQueryContext);
        var paging = attributes.Find("UsePaging") ?? attributes.Find("UseConnection");
        var used = attributes.Select(a => System.Array.FindIndex(_dataAttributes, n => attributes.FindAll(n).Contains(a))).Where(i => i >= 0).ToList();
        if (context is null && paging is null && used.Count == 0)
        {
            return null;
        }

        if (used.Zip(used.Skip(1), (left, right) => left > right).Any(wrong => wrong))
        {
            Report(Rules.DataOrder, method, method.Name, string.Join(", ", used.OrderBy(i => i).Select(i => "[" + _dataAttributes[i] + "]")));
        }

        // Middleware sees the loaded list: the order in which it is written says so.
        var isBelow = false;
        foreach (var attribute in attributes)
        {
            if (isBelow && MiddlewareType(attribute) is { } middleware)
            {
                Report(Rules.MiddlewarePlacement, method, middleware.Name, method.Name, "it runs around what the data attributes do; write it before them");
            }

            isBelow |= _dataAttributes.Any(n => attribute.IsNamed(n, generic: false));
        }

        var query = result is INamedTypeSymbol { Name: "IQueryable" or "IOrderedQueryable", TypeArguments.Length: 1 } named && named.ContainingNamespace.ToDisplayString() == "System.Linq"
            ? named : null;
        var connection = result is INamedTypeSymbol { Name: "PageConnection", TypeArguments.Length: 1 } page ? page : null;
        var problem =
            attributes.Has("UseConnection") && !parameters.Any(p => p.Role == ParameterRole.ArgumentGroup)
                ? "[UseConnection] sets the limits of a parameter PagingArguments, which it lacks; take one, or return IQueryable with [UsePaging]"
            : attributes.Has("UseConnection") && connection is null ? "[UseConnection] needs the result PageConnection<T>"
            : query is not null && async != AsyncKind.None ? "a query is not awaited: return IQueryable itself"
            : query is null && (attributes.Has("UsePaging") || attributes.Has("UseProjection")) ? "[UsePaging] and [UseProjection] need the result IQueryable<T>"
            : query is not null && context is not null ? "generated code applies the attributes to an IQueryable; take no QueryContext, or load the query and return what it gives"
            : query is null && context is null && used.Count > 0 ? "[UseFiltering] and [UseSorting] need the result IQueryable<T>, or a parameter QueryContext<T>"
            : null;
        var entity = (query ?? context ?? connection)?.TypeArguments[0] as INamedTypeSymbol;
        if (problem is null && (entity is null || IsSystem(entity) || entity.TypeKind is not (TypeKind.Class or TypeKind.Interface)))
        {
            problem = "its entity is no class";
        }

        if (problem is null && attributes.Has("UsePaging") && !EntityColumns(entity!, out _).Any(c => c.IsKey))
        {
            problem = $"[UsePaging] needs an entity with a key: give {entity!.Name} a property Id, or mark its key [Key] (System.ComponentModel.DataAnnotations)";
        }

        if (problem is not null || entity is null)
        {
            Report(Rules.DataUse, method, method.Name, problem ?? "its entity is no class");
            return null;
        }

        var usesModel = query is not null || context is not null;
        if (usesModel)
        {
            AddData(entity);
        }

        var use = new DataUse(entity.Key())
        {
            LoadsQuery = query is not null,
            IsConnection = attributes.Has("UsePaging") || connection is not null,
            Filters = attributes.Has("UseFiltering"),
            Sorts = attributes.Has("UseSorting"),
            Projects = context is not null || attributes.Has("UseProjection"),
            Paging = paging is null ? null : PagingOptions(paging),
        };
        var arguments = new List<InputValueModel>();
        if (query is not null)
        {
            async = AsyncKind.Task;
            var container = attributes.Has("UsePaging") ? "LuckyGraph.Data.PageConnection`1" : "System.Collections.Generic.List`1";
            result = compilation.GetTypeByMetadataName(container)?.Construct([entity.WithNullableAnnotation(NullableAnnotation.NotAnnotated)], [NullableAnnotation.NotAnnotated])
                .WithNullableAnnotation(NullableAnnotation.NotAnnotated) ?? result;
            if (attributes.Has("UsePaging") && compilation.GetTypeByMetadataName("LuckyGraph.Data.PagingArguments") is { } group)
            {
                parameters.Add(new ParameterModel(ParameterRole.Hidden, "paging", group.Clr()) { Group = Group(group) });
            }
        }

        var name = NameOf(entity);
        if (use.Filters)
        {
            var filter = new ValueModel(ValueKind.Scalar, InputObject, Nullable: true, ClrNullable: true, IsValueType: false) { Scalar = ScalarKind.Other, Name = new NameReference("{0}FilterInput", "", EquatableArray.From([name])) };
            arguments.Add(new InputValueModel("where", "where", filter) { Description = "Which to keep." });
        }

        if (use.Sorts)
        {
            var entry = new ValueModel(ValueKind.Scalar, InputObject, Nullable: false, ClrNullable: false, IsValueType: false) { Scalar = ScalarKind.Other, Name = new NameReference("{0}SortInput", "", EquatableArray.From([name])) };
            var order = new ValueModel(ValueKind.List, InputObject + "[]", Nullable: true, ClrNullable: true, IsValueType: false) { Item = entry };
            arguments.Add(new InputValueModel("order", "order", order) { Description = "The order: by the first entry, then by the next." });
        }

        if (paging is not null)
        {
            DescribeLimits(parameters, paging);
        }

        if (arguments.Count > 0)
        {
            parameters.Add(new ParameterModel(ParameterRole.Hidden, "data", "") { Group = EquatableArray.From(arguments) });
        }

        return use;
    }

    private static bool IsQueryContext(ITypeSymbol type) => type.FullName() == "LuckyGraph.Data.QueryContext";

    private static (int Limit, int Size) PageSizes(AttributeData attribute)
    {
        var limit = attribute.Named("MaxPageSize")?.Value is int max ? max : 100;
        return (limit, System.Math.Min(limit, attribute.Named("DefaultPageSize")?.Value is int given ? given : 20));
    }

    private static void DescribeLimits(List<ParameterModel> parameters, AttributeData attribute)
    {
        var (limit, size) = PageSizes(attribute);
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Group.FirstOrDefault(a => a.Name == "first") is not null)
            {
                parameters[i] = parameters[i] with
                {
                    Group = EquatableArray.From(parameters[i].Group.Select(a => a.Name switch
                    {
                        "first" => a with { Description = $"How many edges from the start: at most {limit}, and {size} when neither it nor last is given." },
                        "last" => a with { Description = $"How many edges from the end: at most {limit}." },
                        _ => a,
                    })),
                };
            }
        }
    }

    private static string PagingOptions(AttributeData attribute)
    {
        var (limit, size) = PageSizes(attribute);
        var counts = attribute.Named("IncludeTotalCount")?.Value is not false;
        return $"PageSizeLimit = {limit}, PageSizeDefault = {size}, IncludeTotalCount = {(counts ? "context.IsSelected(\"totalCount\")" : "false")}";
    }

    /// <summary>Adds the columns of an entity.</summary>
    private void AddData(INamedTypeSymbol type)
    {
        var key = DataPrefix + type.Key();
        if (_types.ContainsKey(key))
        {
            return;
        }

        _types[key] = null;
        var columns = EntityColumns(type, out var computed);
        _types[key] = new DataModel(key, NameOf(type), type.Clr())
        {
            Columns = EquatableArray.From(columns),
            Relations = EquatableArray.From(Relations(type)),
            Computed = EquatableArray.From(computed),
            Projects = !type.IsAbstract && type.TypeKind == TypeKind.Class
                && type.InstanceConstructors.Any(c => c.Parameters.Length == 0 && c.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal),
        };
    }

    // Other entities, each with a key, that this one refers to; what has no key may be stored in any way.
    private List<RelationModel> Relations(INamedTypeSymbol type)
    {
        var relations = new List<RelationModel>();
        foreach (var property in Members(type, isInterface: false).OfType<IPropertySymbol>())
        {
            var attributes = property.MemberAttributes();
            var item = ItemType(property.Type, input: false, out _);
            if ((item ?? property.Type) is not INamedTypeSymbol { TypeKind: TypeKind.Class } other || IsSystem(other) || !other.IsReachable()
                || property.SetMethod is not { DeclaredAccessibility: Accessibility.Public or Accessibility.Internal }
                || attributes.Any(a => a.AttributeClass?.Name == "NotMappedAttribute")
                || attributes.Has("Authorize") || attributes.Has("Inaccessible") || attributes.Has("Internal")
                || !EntityColumns(other, out _).Any(c => c.IsKey))
            {
                continue;
            }

            AddData(other);
            relations.Add(new RelationModel(
                property.Name, FieldName(property, attributes), DataPrefix + other.Key(), other.Clr(), item is not null, property.Type.NullableAnnotation == NullableAnnotation.Annotated));
        }

        return relations;
    }

    private List<ColumnModel> EntityColumns(INamedTypeSymbol type, out List<string> computed)
    {
        var columns = new List<ColumnModel>();
        computed = [];
        var members = Members(type, isInterface: false).ToList();
        var key = members.FirstOrDefault(m => m.GetAttributes().Any(a => a.AttributeClass?.FullName() == "System.ComponentModel.DataAnnotations.KeyAttribute"))
            ?? members.FirstOrDefault(m => m is IPropertySymbol { Name: "Id" })
            ?? members.FirstOrDefault(m => m is IPropertySymbol && m.Name == type.Name + "Id");
        foreach (var member in members)
        {
            var attributes = member.MemberAttributes();
            if (member is not IPropertySymbol property
                || property.SetMethod is not { DeclaredAccessibility: Accessibility.Public or Accessibility.Internal }
                || attributes.Any(a => a.AttributeClass?.Name == "NotMappedAttribute"))
            {
                computed.Add(FieldName(member, attributes));
                continue;
            }

            var wrapped = property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : property.Type;
            // What a caller may not read he may not guess by filters or by the order of a list either.
            var isOpen = !attributes.Has("Authorize") && !attributes.Has("Inaccessible") && !attributes.Has("Internal");
            var value = isOpen && (wrapped.TypeKind == TypeKind.Enum || Scalar(wrapped) is not (null or ScalarKind.Json or ScalarKind.Uri))
                ? Value(property.Type, input: true, property, attributes, NameOf(type))
                : null;
            columns.Add(new ColumnModel(property.Name, FieldName(property, attributes), property.Type.ClrDeclared())
            {
                Value = value,
                Nullable = value?.ClrNullable ?? false,
                IsKey = SymbolEqualityComparer.Default.Equals(property, key) && value is not null,
            });
        }

        return columns;
    }

    private static string FieldName(ISymbol member, IReadOnlyList<AttributeData> attributes)
        => attributes.Find("GraphQLName").Text() ?? (member is IMethodSymbol method ? Naming.Method(method.Name, Unwrap(method.ReturnType, out var async) is not null && async != AsyncKind.None) : Naming.Camel(member.Name));
}
