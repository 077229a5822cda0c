using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LuckyGraph.Generator.Diagnostics;

/// <summary>
/// Reports what the generator cannot make a schema of. It reads classes as the generator does, over the compilation that has the
/// generated code already.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GraphQLAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Rules.All;

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            // Many classes lead to one type; what is wrong with it is said once.
            var reported = new ConcurrentDictionary<(string, Location, string), bool>();
            var names = new TypeNames();
            start.RegisterSymbolAction(
                symbol => Analyze(symbol.Symbol, symbol.Compilation, names, diagnostic =>
                {
                    if (reported.TryAdd((diagnostic.Id, diagnostic.Location, diagnostic.GetMessage()), true))
                    {
                        symbol.ReportDiagnostic(diagnostic);
                    }
                }),
                SymbolKind.NamedType,
                SymbolKind.Method);
            start.RegisterCompilationEndAction(end => names.Report(end.ReportDiagnostic));
        });
    }

    private static void Analyze(ISymbol symbol, Compilation compilation, TypeNames names, Action<Diagnostic> report)
    {
        var attributes = symbol.GetAttributes();
        if (attributes.IsEmpty)
        {
            return;
        }

        if (symbol is IMethodSymbol method)
        {
            if (attributes.Find("DataLoader") is { } loader)
            {
                new TypeInference(compilation, report).ReadLoader(method, loader);
            }

            foreach (var kind in new[] { ClassKind.Query, ClassKind.Mutation, ClassKind.Subscription })
            {
                if (attributes.Has(kind.ToString()))
                {
                    var read = new TypeInference(compilation, report);
                    names.Add(read.ReadRootMethod(method, kind), method, read);
                }
            }

            return;
        }

        var type = (INamedTypeSymbol)symbol;
        var isClass = false;
        foreach (var attribute in attributes)
        {
            if (attribute.AttributeClass is not { } attributeClass || attributeClass.ContainingNamespace.ToDisplayString() != "LuckyGraph.Engine")
            {
                continue;
            }

            var inference = new TypeInference(compilation, report);
            switch (attributeClass.Name, attributeClass.IsGenericType)
            {
                case ("QueryTypeAttribute", _):
                    names.Add(inference.ReadStaticClass(type, ClassKind.Query, attribute), type, inference);
                    isClass = true;
                    break;
                case ("MutationTypeAttribute", _):
                    names.Add(inference.ReadStaticClass(type, ClassKind.Mutation, attribute), type, inference);
                    isClass = true;
                    break;
                case ("SubscriptionTypeAttribute", _):
                    names.Add(inference.ReadStaticClass(type, ClassKind.Subscription, attribute), type, inference);
                    isClass = true;
                    break;
                case ("ObjectTypeAttribute" or "InterfaceTypeAttribute", true):
                    names.Add(inference.ReadStaticClass(type, ClassKind.Extension, attribute), type, inference);
                    isClass = true;
                    break;
                case ("ObjectTypeAttribute" or "InterfaceTypeAttribute" or "UnionTypeAttribute" or "EnumTypeAttribute" or "InputObjectTypeAttribute" or "NodeAttribute", false):
                    names.Add(inference.ReadType(type, attributeClass.Name.Substring(0, attributeClass.Name.Length - "Attribute".Length)), type, inference);
                    isClass = true;
                    break;
            }
        }

        if (isClass)
        {
            foreach (var guarded in type.GetMembers().Prepend<ISymbol>(type))
            {
                if (guarded.GetAttributes().Any(a => a.AttributeClass?.FullName() == "Microsoft.AspNetCore.Authorization.AuthorizeAttribute"))
                {
                    report(Diagnostic.Create(Rules.ForeignAuthorize, guarded.Locations.FirstOrDefault(), guarded.Name));
                }
            }
        }
    }
}
