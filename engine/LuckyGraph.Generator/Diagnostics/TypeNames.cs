using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Emission;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Diagnostics;

/// <summary>The names that all classes of a compilation give to GraphQL types, to find those that are given twice.</summary>
internal sealed class TypeNames
{
    private readonly ConcurrentBag<(ClassModel Model, ISymbol Class, IReadOnlyDictionary<string, INamedTypeSymbol> Declarations)> _classes = [];

    /// <summary>What gives a name: two of them with one name are in each other's way.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Key">Equal wherever the same type is found.</param>
    /// <param name="Title">How messages call it.</param>
    /// <param name="Location">The declaration.</param>
    private sealed record Claim(string Name, string Key, string Title, Location Location);

    /// <summary>Adds what one class leads to.</summary>
    public void Add(ClassModel? model, ISymbol symbol, TypeInference inference)
    {
        if (model is not null)
        {
            _classes.Add((model, symbol, inference.Declarations));
        }
    }

    /// <summary>Reports each type whose name another has too, once all classes are read.</summary>
    public void Report(Action<Diagnostic> report)
    {
        var given = _classes.Where(c => c.Model is { Parent: not null, ParentName: not null }).Select(c => new NamePair(c.Model.Parent!.Key, c.Model.ParentName!)).Distinct();
        var names = new Names(new NameTable("", EquatableArray.From(given), default, default));
        var claims = _classes.SelectMany(c => Claims(c.Model, c.Class, c.Declarations, names)).GroupBy(c => c.Name, StringComparer.Ordinal);
        foreach (var claim in claims)
        {
            // The place of a type of another assembly is the class that leads to it, and there may be many: the first of them.
            var rivals = claim
                .OrderBy(c => c.Key, StringComparer.Ordinal).ThenBy(c => c.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(c => c.Location.SourceSpan.Start)
                .GroupBy(c => c.Key, StringComparer.Ordinal).Select(g => g.First())
                .OrderBy(c => c.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(c => c.Location.SourceSpan.Start).ThenBy(c => c.Key, StringComparer.Ordinal)
                .ToList();
            foreach (var later in rivals.Skip(1))
            {
                report(Diagnostic.Create(Rules.DuplicateType, later.Location, rivals[0].Title, later.Title, later.Name));
            }
        }
    }

    private static IEnumerable<Claim> Claims(ClassModel model, ISymbol symbol, IReadOnlyDictionary<string, INamedTypeSymbol> declarations, Names names)
    {
        var place = symbol.Locations.FirstOrDefault() ?? Location.None;
        foreach (var type in model.Types.Where(t => t is not DataModel))
        {
            declarations.TryGetValue(type.Key, out var declaration);
            var clr = declaration?.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString() ?? type.Clr;
            var title = type switch
            {
                InputModel => $"the input '{clr}'",
                ObjectModel { IsError: true } => $"the error '{clr}'",
                _ => $"'{clr}'",
            };
            yield return new Claim(names.Of(type.Name), type.Key, title, declaration?.Locations.FirstOrDefault(l => l.IsInSource) ?? place);
        }

        foreach (var field in model.Fields)
        {
            if (field.Mutation is { } mutation)
            {
                foreach (var (name, what) in new[] { (mutation.InputName, "input"), (mutation.PayloadName, "payload"), (mutation.ErrorUnion, "error union") })
                {
                    if (name is not null)
                    {
                        yield return new Claim(name, $"{what} {model.Key}.{field.Name}", $"the {what} of the mutation '{field.Name}'", place);
                    }
                }
            }

            foreach (var claim in DataClaims(model, field, names, place))
            {
                yield return claim;
            }
        }
    }

    private static IEnumerable<Claim> DataClaims(ClassModel model, FieldModel field, Names names, Location place)
    {
        var entities = model.Types.OfType<DataModel>().ToDictionary(d => d.Key, StringComparer.Ordinal);
        if (field.Data is not { } data || !entities.TryGetValue("data " + data.Key, out var entity))
        {
            yield break;
        }

        foreach (var filtered in data.Filters ? Reached(entity, entities, one: false) : [])
        {
            yield return new Claim(names.Of(filtered.Name) + "FilterInput", "filter " + filtered.Key, $"the filter of '{names.Of(filtered.Name)}'", place);
        }

        foreach (var sorted in data.Sorts ? Reached(entity, entities, one: true) : [])
        {
            yield return new Claim(names.Of(sorted.Name) + "SortInput", "sort " + sorted.Key, $"the order of '{names.Of(sorted.Name)}'", place);
        }
    }

    // Filters reach through all relations of an entity, orders through those that are one.
    private static IEnumerable<DataModel> Reached(DataModel entity, Dictionary<string, DataModel> entities, bool one)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reached = new Stack<DataModel>([entity]);
        while (reached.Count > 0)
        {
            var next = reached.Pop();
            if (!seen.Add(next.Key))
            {
                continue;
            }

            yield return next;
            foreach (var relation in next.Relations.Where(r => !r.IsMany || !one))
            {
                if (entities.TryGetValue(relation.Key, out var related))
                {
                    reached.Push(related);
                }
            }
        }
    }
}
