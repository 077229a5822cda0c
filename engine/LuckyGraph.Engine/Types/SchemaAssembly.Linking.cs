using System.Collections.Frozen;
using System.Collections.Immutable;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <content>Links what needs the whole schema: roots, possible types, meta-fields, bindings.</content>
internal sealed partial class SchemaAssembly
{
    private void SetRoots(Schema schema)
    {
        schema.Nodes = [.. schemaNodes];
        schema.AppliedDirectives = [.. schemaNodes.SelectMany(n => n.Directives)];
        var roots = schemaNodes.SelectMany(n => n.OperationTypes).ToList();
        foreach (var root in roots)
        {
            schema.RootNames[root.Operation] = root.Type.Name.Value;
        }

        if (!schemaNodes.Exists(n => !n.IsExtension))
        {
            // 3.3.1 default root operation type names
            foreach (var operation in Enum.GetValues<OperationKind>())
            {
                if (types.ContainsKey(operation.ToString()))
                {
                    schema.RootNames.TryAdd(operation, operation.ToString());
                }
            }
        }

        schema.QueryType = Root(OperationKind.Query)!;
        schema.MutationType = Root(OperationKind.Mutation);
        schema.SubscriptionType = Root(OperationKind.Subscription);
        return;

        ObjectType? Root(OperationKind operation)
            => schema.RootNames.TryGetValue(operation, out var name) ? types.GetValueOrDefault(name) as ObjectType : null;
    }

    private static void SetPossibleTypes(Schema schema)
    {
        var possible = new Dictionary<string, List<ObjectType>>(StringComparer.Ordinal);
        var runtime = new Dictionary<Type, ObjectType>();
        foreach (var type in schema.TypesInOrder)
        {
            switch (type)
            {
                case ObjectType objectType:
                    List(type.Name).Add(objectType);
                    foreach (var implemented in objectType.Interfaces.Distinct())
                    {
                        List(implemented.Name).Add(objectType);
                    }

                    if (objectType.RuntimeType is { } clr)
                    {
                        runtime.TryAdd(clr, objectType);
                    }

                    break;
                case UnionType union:
                    List(type.Name).AddRange(union.Types.Distinct());
                    break;
                case InterfaceType:
                    List(type.Name);
                    break;
            }
        }

        schema.PossibleTypesByName = possible.ToFrozenDictionary(p => p.Key, p => p.Value.ToImmutableArray(), StringComparer.Ordinal);
        foreach (var (name, members) in schema.PossibleTypesByName)
        {
            var bits = new ulong[(schema.TypesById.Length + 63) / 64];
            foreach (var member in members)
            {
                bits[member.Id >> 6] |= 1UL << (member.Id & 63);
            }

            schema.Types[name].PossibleIds = bits;
        }

        schema.ObjectTypesByRuntimeType = runtime.ToFrozenDictionary();
        return;

        List<ObjectType> List(string name) => possible.TryGetValue(name, out var list) ? list : possible[name] = [];
    }

    private void SetMetaFields(Schema schema, IntrospectionBinding binding)
    {
        var text = types["String"];
        var query = schema.QueryType;
        schema.TypeNameField = Meta("__typename", text.NonNull, []);
        schema.SchemaField = Meta("__schema", types["__Schema"].NonNull, []);
        schema.TypeField = Meta("__type", types["__Type"], [new InputValueDefinition { Name = "name", Type = text.NonNull }]);
        return;

        FieldDefinition Meta(string name, GraphType type, ImmutableArray<InputValueDefinition> arguments) => new()
        {
            Name = name,
            Type = type,
            Arguments = arguments,
            DeclaringType = query,
            Index = -1,
            Binding = name == "__typename" ? null : binding,
            BindingIndex = IntrospectionBinding.Number("", name),
        };
    }

    private void AttachBindings(ObjectType? subscription)
    {
        foreach (var type in types.Values)
        {
            if (type is ObjectType objectType)
            {
                foreach (var field in objectType.Fields)
                {
                    if (field.AttachOnBuild)
                    {
                        field.Kind = ReferenceEquals(type, subscription) ? FieldKind.Subscription : field.Kind;
                        field.BindingIndex = field.Binding!.Attach(field);
                    }
                }
            }
        }
    }
}
