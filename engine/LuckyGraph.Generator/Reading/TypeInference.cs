using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

/// <summary>
/// Reads attributed classes and every type that their fields lead to. One instance reads one class; the same CLR type gives an
/// equal model wherever it is found.
/// </summary>
internal sealed partial class TypeInference(Compilation compilation, Action<Diagnostic>? report = null)
{
    private readonly Dictionary<string, TypeModel?> _types = new(StringComparer.Ordinal);
    private readonly IAssemblySymbol _assembly = compilation.Assembly;
    private readonly Dictionary<string, INamedTypeSymbol> _declarations = new(StringComparer.Ordinal);
    private ISymbol? _root;

    /// <summary>Where the types found so far are declared, by their keys; for diagnostics only, models hold no symbols.</summary>
    public IReadOnlyDictionary<string, INamedTypeSymbol> Declarations => _declarations;

    /// <summary>The types found so far, by name.</summary>
    public EquatableArray<TypeModel> Types
        => EquatableArray.From(_types.Values.Where(t => t is not null).Select(t => t!).OrderBy(t => t.Key, StringComparer.Ordinal));

    private void Report(DiagnosticDescriptor rule, ISymbol at, params object?[] arguments)
    {
        if (report is null)
        {
            return;
        }

        // A member of another assembly has no place in this one's source: the class that leads to it has.
        var location = at.Locations.FirstOrDefault(l => l.IsInSource) ?? _root?.Locations.FirstOrDefault() ?? Location.None;
        report(Diagnostic.Create(rule, location, arguments));
    }

    /// <summary>Adds an object, interface or union type.</summary>
    public void AddOutput(INamedTypeSymbol type)
    {
        var key = type.Key();
        if (_types.ContainsKey(key))
        {
            return;
        }

        _types[key] = null;
        _declarations[key] = type;
        var attributes = type.GetAttributes();
        if (attributes.Has("UnionType"))
        {
            _types[key] = new UnionModel(key, NameOf(type), type.Clr())
            {
                Description = Description(type, attributes),
                Directives = TypeDirectives(attributes),
            };
            AddImplementations(type);
            return;
        }

        var isInterface = attributes.Has("InterfaceType");
        _types[key] = new ObjectModel(key, NameOf(type), type.Clr())
        {
            IsInterface = isInterface,
            Description = Description(type, attributes),
            Directives = TypeDirectives(attributes),
            Implements = AbstractTypes(type, "InterfaceType"),
            MemberOf = isInterface ? default : AbstractTypes(type, "UnionType"),
            Fields = OwnFields(type, isInterface),
            Node = !isInterface && attributes.Has("Node") ? OwnNodeResolver(type) : null,
        };
        foreach (var abstraction in Abstractions(type))
        {
            AddOutput(abstraction);
        }

        if (isInterface)
        {
            AddImplementations(type);
        }
    }

    /// <summary>Every class of the assembly that implements an interface or union type can be its value, so it is a type.</summary>
    private void AddImplementations(INamedTypeSymbol abstraction)
    {
        if (!SymbolEqualityComparer.Default.Equals(abstraction.ContainingAssembly, _assembly))
        {
            return;
        }

        foreach (var candidate in AllTypes(_assembly.GlobalNamespace))
        {
            if (candidate is { IsAbstract: false, IsStatic: false, TypeParameters.Length: 0, TypeKind: TypeKind.Class or TypeKind.Struct }
                && candidate.IsReachable()
                && !candidate.GetAttributes().Has("GraphQLIgnore")
                && (candidate.AllInterfaces.Contains(abstraction, SymbolEqualityComparer.Default)
                    || candidate.SelfAndBases().Skip(1).Contains(abstraction, SymbolEqualityComparer.Default)))
            {
                AddOutput(candidate);
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> AllTypes(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol inner)
            {
                if (inner is INamedTypeSymbol type)
                {
                    yield return type;
                }

                foreach (var nested in AllTypes(inner))
                {
                    yield return nested;
                }
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> Abstractions(INamedTypeSymbol type)
        => type.AllInterfaces.Concat(type.SelfAndBases().Skip(1)).Where(IsAbstractType);

    private EquatableArray<NameReference> AbstractTypes(INamedTypeSymbol type, string attribute)
        => EquatableArray.From(Abstractions(type).Where(a => a.GetAttributes().Has(attribute)).Select(NameOf).OrderBy(n => n.Format, StringComparer.Ordinal));

    /// <summary>The public properties of a type, base classes first, and the methods of a type that is marked <c>[ObjectType]</c>.</summary>
    private EquatableArray<FieldModel> OwnFields(INamedTypeSymbol type, bool isInterface)
    {
        var fields = new List<FieldModel>();
        var idDefault = NameOf(type);
        var parent = $"(({type.Clr()}){{parent}})";
        var authorize = Authorization(type.GetAttributes());
        foreach (var member in Members(type, isInterface))
        {
            FieldModel? field = null;
            if (member is IPropertySymbol property)
            {
                field = Property(property, $"{parent}.{Escape(property.Name)}", idDefault, authorize, isInterface);
            }
            else if (member is IMethodSymbol method)
            {
                field = Method(method, $"{parent}.{Escape(method.Name)}", type, idDefault, authorize, new MethodUse(ClassKind.Type));
            }

            Add(fields, field, type.Name, member);
        }

        return EquatableArray.From(fields);
    }

    private void Add(List<FieldModel> fields, FieldModel? field, string owner, ISymbol at)
    {
        if (field is null)
        {
            return;
        }

        if (fields.FirstOrDefault(f => f.Name == field.Name) is { } other)
        {
            Report(Rules.DuplicateField, at, other.Member, field.Member, field.Name, owner);
            return;
        }

        fields.Add(field);
    }

    private static IEnumerable<ISymbol> Members(INamedTypeSymbol type, bool isInterface)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var ignored = new HashSet<string>(StringComparer.Ordinal);
        var levels = isInterface && type.TypeKind == TypeKind.Interface
            ? type.AllInterfaces.Reverse().Concat([type])
            : type.SelfAndBases().Reverse();
        var lists = new List<ISymbol>();
        foreach (var level in levels)
        {
            if (level.FullName() is "System.Exception")
            {
                continue;
            }

            foreach (var member in level.GetMembers())
            {
                if (member.IsStatic || member.DeclaredAccessibility != Accessibility.Public || member.IsImplicitlyDeclared && member is not IPropertySymbol)
                {
                    continue;
                }

                if (member.MemberAttributes().Has("GraphQLIgnore"))
                {
                    ignored.Add(member.Name);
                    continue;
                }

                if (member is IPropertySymbol { IsIndexer: false, GetMethod.DeclaredAccessibility: Accessibility.Public } property
                    && property.Name != "EqualityContract")
                {
                    // An override comes in the place of what it overrides.
                    if (seen.Add(property.Name))
                    {
                        lists.Add(property);
                    }
                    else
                    {
                        lists[lists.FindIndex(m => m.Name == property.Name)] = property;
                    }
                }
                else if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsOverride: false, IsGenericMethod: false } method
                    && !isInterface
                    && level.GetAttributes().Has("ObjectType")
                    && !IsRecordPlumbing(method)
                    && (!method.ReturnsVoid))
                {
                    lists.Add(method);
                }
            }
        }

        return lists.Where(m => !ignored.Contains(m.Name) || m is IMethodSymbol);
    }

    private static bool IsRecordPlumbing(IMethodSymbol method)
        => method.Name is "Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "CompareTo" or "PrintMembers" || method.Name.Contains("<");

    private FieldModel? Property(IPropertySymbol property, string target, NameReference? idDefault, IReadOnlyList<AuthorizeModel> inherited, bool isInterface = false)
    {
        var attributes = property.MemberAttributes();
        if (Value(property.Type, input: false, property, attributes, idDefault) is not { } value)
        {
            return null;
        }

        var authorize = EffectiveAuthorization(attributes, inherited);
        var middleware = Middleware(property, attributes, isInterface ? "fields of interfaces resolve nothing; put it on the properties of the classes" : null);
        CheckListSize(property, attributes, value, null);
        return new FieldModel(
            attributes.Find("GraphQLName").Text() ?? Naming.Camel(property.Name),
            property.Name,
            value,
            !isInterface && (authorize.Count > 0 || middleware.Count > 0 || value.IsSequence || value.Named.Scalar == ScalarKind.Other) ? ResolverKind.Effect : ResolverKind.Pure,
            target)
        {
            Description = Description(property, attributes),
            Deprecated = Deprecation(attributes),
            Directives = FieldDirectives(attributes),
            Authorize = authorize,
            Middleware = middleware,
            Replaces = attributes.Find("BindMember").Text(),
        };
    }

    private static string Escape(string name)
        => Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) != Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? "@" + name : name;
}
