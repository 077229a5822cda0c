using System.Collections.Immutable;
using System.Text.Json;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Builds a schema from the answer to an introspection query (4.2), for tools that work with other servers.</summary>
public static class SchemaFromIntrospection
{
    /// <summary>
    /// Builds the schema. <paramref name="data"/> is the <c>data</c> of the response, an object with <c>__schema</c>. The schema has
    /// no resolvers and is not checked against section 3: <see cref="SchemaValidator"/> does that.
    /// </summary>
    /// <exception cref="SchemaException">The answer is incomplete, or does not describe a schema.</exception>
    public static Schema Build(JsonElement data)
    {
        var schema = new SchemaBuilder().AddSdl(ToDocument(data)).BuildUnchecked(validateSdl: false);
        Check(schema);
        return schema;
    }

    /// <summary>The answer as type-system definitions.</summary>
    /// <exception cref="SchemaException">The answer is incomplete.</exception>
    public static DocumentNode ToDocument(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("__schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            throw Fail("Not an introspection result: expected the \"data\" of a response, an object with \"__schema\".");
        }

        var definitions = ImmutableArray.CreateBuilder<DefinitionNode>();
        definitions.Add(new SchemaDefinitionNode { Description = Description(schema), OperationTypes = [.. Roots(schema)] });
        foreach (var type in Array(schema, "types", "__schema"))
        {
            var name = Text(type, "name", "type");
            if (!name.StartsWith("__", StringComparison.Ordinal) && !WellKnownScalars.IsBuiltIn(name))
            {
                definitions.Add(Type(type, name));
            }
        }

        foreach (var directive in schema.TryGetProperty("directives", out var listed) && listed.ValueKind == JsonValueKind.Array ? listed.EnumerateArray() : default)
        {
            var name = Text(directive, "name", "directive");
            definitions.Add(new DirectiveDefinitionNode
            {
                Name = new Name(name),
                Description = Description(directive),
                IsRepeatable = directive.TryGetProperty("isRepeatable", out var repeatable) && repeatable.ValueKind == JsonValueKind.True,
                Locations = [.. Array(directive, "locations", $"directive @{name}").Select(l => new Name(l.GetString()!))],
                Arguments = Inputs(directive, "args", $"directive @{name}"),
            });
        }

        CheckScalars(schema, definitions);
        return new DocumentNode { Definitions = definitions.DrainToImmutable() };
    }

    private static void Check(Schema schema)
    {
        foreach (var type in schema.TypesInOrder)
        {
            foreach (var field in (type as ComplexType)?.Fields ?? [])
            {
                if (!field.Type.IsOutput)
                {
                    throw Fail($"Field {field} must have an output type, but its type is {field.Type}.");
                }

                foreach (var argument in field.Arguments)
                {
                    CheckInput(argument, $"{field}({argument.Name}:)");
                }
            }

            foreach (var field in (type as InputObjectType)?.Fields ?? [])
            {
                CheckInput(field, $"{type.Name}.{field.Name}");
            }

            foreach (var node in (type as ComplexType)?.InterfaceNodes ?? [])
            {
                if (schema.Type(node.Name.Value) is not InterfaceType)
                {
                    throw Fail($"{type.Name} implements {node.Name}, which is no interface.");
                }
            }

            foreach (var node in (type as UnionType)?.MemberNodes ?? [])
            {
                if (schema.Type(node.Name.Value) is not ObjectType)
                {
                    throw Fail($"Union {type.Name} includes {node.Name}, which is no object type.");
                }
            }
        }

        foreach (var root in schema.Nodes.SelectMany(n => n.OperationTypes))
        {
            if (schema.Type(root.Type.Name.Value) is not ObjectType)
            {
                throw Fail($"The root type {root.Type.Name} is no object type of the introspection result.");
            }
        }
    }

    private static void CheckInput(InputValueDefinition input, string coordinate)
    {
        if (!input.Type.IsInput)
        {
            throw Fail($"{coordinate} must have an input type, but its type is {input.Type}.");
        }
    }

    // A result that uses a built-in scalar lists it; one that does not is cut short.
    private static void CheckScalars(JsonElement schema, IEnumerable<DefinitionNode> definitions)
    {
        var listed = Array(schema, "types", "__schema").Select(t => Text(t, "name", "type")).ToHashSet(StringComparer.Ordinal);
        foreach (var type in definitions.SelectMany(References))
        {
            if (WellKnownScalars.IsBuiltIn(type) && !listed.Contains(type))
            {
                throw Fail($"The introspection result is incomplete: it refers to \"{type}\" but does not list it.");
            }
        }
    }

    private static IEnumerable<string> References(DefinitionNode definition)
    {
        var types = definition switch
        {
            ComplexTypeDefinitionNode complex => complex.Fields.SelectMany(f => f.Arguments.Select(a => a.Type).Append(f.Type)),
            InputObjectTypeDefinitionNode input => input.Fields.Select(f => f.Type),
            _ => [],
        };
        foreach (var reference in types)
        {
            var type = reference;
            while (type is not NamedTypeNode)
            {
                type = type is ListTypeNode list ? list.Type : ((NonNullTypeNode)type).Type;
            }

            yield return ((NamedTypeNode)type).Name.Value;
        }
    }

    private static IEnumerable<OperationTypeNode> Roots(JsonElement schema)
    {
        foreach (var (member, operation) in new[] { ("queryType", OperationKind.Query), ("mutationType", OperationKind.Mutation), ("subscriptionType", OperationKind.Subscription) })
        {
            if (schema.TryGetProperty(member, out var root) && root.ValueKind == JsonValueKind.Object)
            {
                yield return new OperationTypeNode { Operation = operation, Type = Named(Text(root, "name", member)) };
            }
        }
    }

    private static TypeDefinitionNode Type(JsonElement type, string name)
    {
        var description = Description(type);
        switch (Text(type, "kind", $"type {name}"))
        {
            case "SCALAR":
                var url = type.TryGetProperty("specifiedByURL", out var specified) && specified.ValueKind == JsonValueKind.String ? specified.GetString() : null;
                return new ScalarTypeDefinitionNode { Name = new Name(name), Description = description, Directives = url is null ? [] : [Applications.SpecifiedBy(url)] };
            case "OBJECT":
                return new ObjectTypeDefinitionNode { Name = new Name(name), Description = description, Interfaces = Types(type, "interfaces", name), Fields = Fields(type, name) };
            case "INTERFACE":
                // Servers of before 2020 answer null here: interfaces did not implement interfaces.
                var interfaces = type.TryGetProperty("interfaces", out var list) && list.ValueKind == JsonValueKind.Null ? [] : Types(type, "interfaces", name);
                return new InterfaceTypeDefinitionNode { Name = new Name(name), Description = description, Interfaces = interfaces, Fields = Fields(type, name) };
            case "UNION":
                return new UnionTypeDefinitionNode { Name = new Name(name), Description = description, Types = Types(type, "possibleTypes", name) };
            case "ENUM":
                return new EnumTypeDefinitionNode
                {
                    Name = new Name(name),
                    Description = description,
                    Values = [.. Array(type, "enumValues", $"type {name}").Select(v => new EnumValueDefinitionNode
                    {
                        Name = new Name(Text(v, "name", $"a value of {name}")),
                        Description = Description(v),
                        Directives = Deprecation(v),
                    })],
                };
            case "INPUT_OBJECT":
                return new InputObjectTypeDefinitionNode
                {
                    Name = new Name(name),
                    Description = description,
                    Fields = Inputs(type, "inputFields", $"type {name}"),
                    Directives = type.TryGetProperty("isOneOf", out var oneOf) && oneOf.ValueKind == JsonValueKind.True ? [Applications.OneOf()] : [],
                };
            case var kind:
                throw Fail($"Type {name} has the unknown kind \"{kind}\".");
        }
    }

    private static ImmutableArray<FieldDefinitionNode> Fields(JsonElement type, string name) =>
    [
        .. Array(type, "fields", $"type {name}").Select(f => new FieldDefinitionNode
        {
            Name = new Name(Text(f, "name", $"a field of {name}")),
            Description = Description(f),
            Arguments = Inputs(f, "args", $"field {name}.{Text(f, "name", "field")}"),
            Type = Reference(f.TryGetProperty("type", out var reference) ? reference : default),
            Directives = Deprecation(f),
        }),
    ];

    private static ImmutableArray<InputValueDefinitionNode> Inputs(JsonElement parent, string member, string where) =>
    [
        .. Array(parent, member, where).Select(i => new InputValueDefinitionNode
        {
            Name = new Name(Text(i, "name", where)),
            Description = Description(i),
            Type = Reference(i.TryGetProperty("type", out var reference) ? reference : default),
            DefaultValue = i.TryGetProperty("defaultValue", out var value) && value.ValueKind == JsonValueKind.String ? Parser.ParseValue(value.GetString()!, isConst: true) : null,
            Directives = Deprecation(i),
        }),
    ];

    private static ImmutableArray<NamedTypeNode> Types(JsonElement type, string member, string name)
        => [.. Array(type, member, $"type {name}").Select(t => Named(Text(t, "name", $"{member} of {name}")))];

    private static TypeNode Reference(JsonElement type)
    {
        var kind = type.ValueKind == JsonValueKind.Object && type.TryGetProperty("kind", out var value) ? value.GetString() : null;
        if (kind is not ("LIST" or "NON_NULL"))
        {
            return Named(type.ValueKind == JsonValueKind.Object ? Text(type, "name", "a type reference") : throw Fail("A type reference is missing."));
        }

        if (!type.TryGetProperty("ofType", out var inner) || inner.ValueKind != JsonValueKind.Object)
        {
            throw Fail("A type is nested deeper than the introspection query asked for.");
        }

        var nested = Reference(inner);
        if (kind == "LIST")
        {
            return new ListTypeNode { Type = nested };
        }

        return nested is NonNullTypeNode ? throw Fail("A non-null type wraps a non-null type.") : new NonNullTypeNode { Type = nested };
    }

    private static ImmutableArray<DirectiveNode> Deprecation(JsonElement element)
    {
        var reason = element.TryGetProperty("deprecationReason", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        var deprecated = element.TryGetProperty("isDeprecated", out var flag) && flag.ValueKind == JsonValueKind.True;
        return reason is not null || deprecated ? [Applications.Deprecated(reason ?? "No longer supported")] : [];
    }

    private static NamedTypeNode Named(string name) => new() { Name = new Name(name) };

    private static StringValueNode? Description(JsonElement element)
        => element.TryGetProperty("description", out var text) && text.ValueKind == JsonValueKind.String ? new StringValueNode { Value = text.GetString()! } : null;

    private static string Text(JsonElement element, string member, string where)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw Fail($"The introspection result misses \"{member}\" of {where}.");

    private static JsonElement.ArrayEnumerator Array(JsonElement element, string member, string where)
        => element.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : throw Fail($"The introspection result misses \"{member}\" of {where}.");

    private static SchemaException Fail(string message) => new([new SchemaError(message, [])]);
}
