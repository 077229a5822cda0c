using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Diagnostics;
using LuckyGraph.Generator.Model;
using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Reading;

// The mutation conventions: one input, a payload with the result and the errors.
internal sealed partial class TypeInference
{
    private const string Payload = "global::LuckyGraph.Engine.Execution.MutationPayload";
    private const string MutationError = "global::LuckyGraph.Engine.Execution.MutationError";

    private FieldModel WithConventions(FieldModel field, IMethodSymbol method, ITypeSymbol? result, IReadOnlyList<AttributeData> attributes, IReadOnlyList<AttributeData>? classAttributes)
    {
        var own = attributes.Find("UseMutationConvention");
        var inherited = classAttributes?.Find("UseMutationConvention");
        if ((own.Named("Disable")?.Value ?? inherited.Named("Disable")?.Value) is true)
        {
            return field;
        }

        var pascal = Naming.Pascal(field.Name);
        var arguments = field.Parameters.Where(p => p.Role is ParameterRole.Argument or ParameterRole.ArgumentGroup).ToList();
        var wrapped = arguments.Count > 0 && !(arguments.Count == 1 && arguments[0].Argument is { Name: "input", Type.Named.Kind: ValueKind.Input });

        var errors = new List<NameReference>();
        var catches = new List<(int Depth, CatchModel Model)>();
        foreach (var attribute in attributes.FindAll("Error", generic: true))
        {
            if (attribute.AttributeClass!.TypeArguments[0] is INamedTypeSymbol error && AddError(error, method, catches) is { } name && !errors.Contains(name))
            {
                errors.Add(name);
            }
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return field with
        {
            Mutation = new MutationModel(
                wrapped ? pascal + "Input" : null,
                pascal + "Payload",
                EquatableArray.From(PayloadFields(field, result, own.NamedText("PayloadFieldName"))))
            {
                ErrorUnion = errors.Count > 0 ? pascal + "Error" : null,
                Errors = EquatableArray.From(errors),
                Catches = EquatableArray.From(catches.OrderByDescending(c => c.Depth).Select(c => c.Model).Where(c => seen.Add(c.Exception))),
            },
        };
    }

    private List<FieldModel> PayloadFields(FieldModel field, ITypeSymbol? result, string? name)
    {
        var value = field.Type;
        if (name is null && value.Kind == ValueKind.Composite && result is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } payload
            && payload.Name.EndsWith("Payload", StringComparison.Ordinal))
        {
            // The class is the payload: its properties stand beside the errors, and are null when there are any.
            _types.Remove(payload.Key());
            var fields = new List<FieldModel>();
            foreach (var member in Members(payload, isInterface: false).OfType<IPropertySymbol>())
            {
                var target = payload.IsValueType
                    ? $"(({payload.Clr()}?)(({Payload}){{parent}}).Result)?.{Escape(member.Name)}"
                    : $"(({payload.Clr()}?)(({Payload}){{parent}}).Result)?.{Escape(member.Name)}";
                if (Property(member, target, NameOf(payload), []) is { } property)
                {
                    Add(fields, property with { Type = property.Type with { Nullable = true, ClrNullable = true, Sdl = property.Type.Sdl?.TrimEnd('!') } }, payload.Name, member);
                }
            }

            return fields;
        }

        var resultName = name ?? (field.IsVoid ? "success" : Naming.Camel(string.Format(value.Named.Name!.Format, [.. value.Named.Name.Arguments.Select(a => (object)a.Format)])));
        var nullable = value with { Nullable = true, ClrNullable = true, Sdl = value.Sdl?.TrimEnd('!') };
        return [new FieldModel(resultName, field.Member, nullable, ResolverKind.Pure, $"({value.Clr}?)(({Payload}){{parent}}).Result")];
    }

    /// <summary>Adds the object type of an error and the exceptions that become it.</summary>
    private NameReference? AddError(INamedTypeSymbol error, IMethodSymbol at, List<(int Depth, CatchModel Model)> catches)
    {
        var attributes = error.GetAttributes();
        var isException = error.DerivesFrom("System.Exception");
        var name = attributes.Find("GraphQLName").Text() ?? attributes.Find("ObjectType").NamedText("Name")
            ?? (isException && error.Name.EndsWith("Exception", StringComparison.Ordinal)
                ? error.Name.Substring(0, error.Name.Length - "Exception".Length) + "Error"
                : error.Name);
        var wrapper = $"{MutationError}<{error.Clr()}>";
        if (isException)
        {
            catches.Add((Depth(error), new CatchModel(error.Clr(), error.Clr(), "{exception}")));
        }
        else
        {
            var found = catches.Count;
            foreach (var constructor in error.InstanceConstructors)
            {
                AddFactory(constructor, $"new {error.Clr()}({{exception}})");
            }

            foreach (var factory in error.GetMembers("CreateErrorFrom").OfType<IMethodSymbol>().Where(m => m.IsStatic))
            {
                AddFactory(factory, $"{error.Key()}.CreateErrorFrom({{exception}})");
            }

            if (found == catches.Count)
            {
                Report(Rules.ErrorUnmappable, at, error.Name);
                return null;
            }
        }

        var reference = new NameReference(name);
        var key = "error " + error.Key();
        if (!_types.ContainsKey(key))
        {
            _types[key] = null;
            _declarations[key] = error;
            _types[key] = new ObjectModel(key, reference, wrapper)
            {
                IsError = true,
                Description = Description(error, attributes),
                Directives = TypeDirectives(attributes),
                Implements = EquatableArray.From([new NameReference("UserError")]),
                Fields = ErrorFields(error, isException, reference, $"(({wrapper}){{parent}}).Error"),
            };
        }

        return reference;

        void AddFactory(IMethodSymbol factory, string create)
        {
            if (factory.DeclaredAccessibility == Accessibility.Public && factory.Parameters.Length == 1
                && factory.Parameters[0].Type is INamedTypeSymbol exception && exception.DerivesFrom("System.Exception"))
            {
                catches.Add((Depth(exception), new CatchModel(exception.Clr(), error.Clr(), create)));
            }
        }
    }

    private static int Depth(INamedTypeSymbol type) => type.SelfAndBases().Count();

    /// <summary>Code, message and path first, as UserError names them, then the error's own properties.</summary>
    private EquatableArray<FieldModel> ErrorFields(INamedTypeSymbol error, bool isException, NameReference name, string instance)
    {
        var text = new ValueModel(ValueKind.Scalar, "string", Nullable: false, ClrNullable: false, IsValueType: false) { Scalar = ScalarKind.String, Name = new NameReference("String") };
        var texts = new ValueModel(ValueKind.List, "string[]", Nullable: true, ClrNullable: true, IsValueType: false) { Item = text };
        var properties = Members(error, isInterface: false).OfType<IPropertySymbol>().ToList();

        var code = properties.FirstOrDefault(p => p.Name == "Code" && p.Type.SpecialType == SpecialType.System_String);
        var message = properties.FirstOrDefault(p => p.Name == "Message" && p.Type.SpecialType == SpecialType.System_String);
        var path = properties.FirstOrDefault(p => p.Name == "Path" && ItemType(p.Type, input: false, out _)?.SpecialType == SpecialType.System_String);
        if (message is null && !isException)
        {
            Report(Rules.ErrorWithoutMessage, error, error.Name);
        }

        var stem = error.Name;
        foreach (var suffix in new[] { "Exception", "Error" })
        {
            if (stem.Length > suffix.Length && stem.EndsWith(suffix, StringComparison.Ordinal))
            {
                stem = stem.Substring(0, stem.Length - suffix.Length);
            }
        }

        var fields = new List<FieldModel>
        {
            new("code", "Code", text, ResolverKind.Pure, code is null ? $"\"{Naming.UpperSnake(stem)}\"" : $"{instance}.Code") { Description = code is null ? null : Description(code, []) },
            new("message", "Message", text, ResolverKind.Pure, message is null && !isException ? "\"\"" : $"{instance}.Message") { Description = message is null ? null : Description(message, []) },
            new("path", "Path", texts, ResolverKind.Pure, path is null ? "null" : $"{instance}.Path") { Description = path is null ? null : Description(path, []) },
        };
        foreach (var property in properties.Where(p => p.Name is not ("Code" or "Message" or "Path")))
        {
            Add(fields, Property(property, $"{instance}.{Escape(property.Name)}", name, []), error.Name, property);
        }

        return EquatableArray.From(fields);
    }
}
