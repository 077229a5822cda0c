using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>
/// Finds input objects that no finite value can have, because required fields lead back to them, and defaults that need
/// themselves (3.10 Circular References, InputObjectDefaultValueHasCycle).
/// </summary>
internal sealed class InputObjectCycles
{
    private readonly Schema schema;
    private readonly SchemaErrors errors;
    private readonly HashSet<InputObjectType> finite;
    private readonly HashSet<InputObjectType> visited = [];
    private readonly List<InputValueDefinition> path = [];
    private readonly Dictionary<InputObjectType, int> pathIndex = [];
    private readonly HashSet<InputValueDefinition> visitedDefaults = [];
    private readonly List<InputValueDefinition> defaultPath = [];
    private readonly Dictionary<InputValueDefinition, int> defaultIndex = [];

    public InputObjectCycles(Schema schema, SchemaErrors errors)
    {
        this.schema = schema;
        this.errors = errors;
        finite = Finite();
    }

    public void Validate(InputObjectType type)
    {
        Required(type);
        Defaults(type, new ObjectValueNode { Fields = [] });
    }

    // The least fixpoint: a type is finite when every required field is, and for oneOf when some field is.
    private HashSet<InputObjectType> Finite()
    {
        var result = new HashSet<InputObjectType>();
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var type in schema.TypesInOrder)
            {
                if (type is InputObjectType input && !result.Contains(input))
                {
                    var can = input.IsOneOf
                        ? input.Fields.Any(f => f.Type.Nullable is not InputObjectType nested || result.Contains(nested))
                        : input.Fields.All(f => f.Type is not NonNullType { OfType: InputObjectType nested } || result.Contains(nested));
                    grown |= can && result.Add(input);
                }
            }
        }

        return result;
    }

    private void Required(InputObjectType type)
    {
        if (finite.Contains(type) || !visited.Add(type))
        {
            return;
        }

        pathIndex[type] = path.Count;
        foreach (var field in type.Fields)
        {
            if ((type.IsOneOf ? field.Type.Nullable : (field.Type as NonNullType)?.OfType) is not InputObjectType next || finite.Contains(next))
            {
                continue;
            }

            path.Add(field);
            if (pathIndex.TryGetValue(next, out var start))
            {
                var cycle = path.GetRange(start, path.Count - start);
                errors.Add(
                    $"Input Object {next.Name} cannot be provided a finite value because it references itself through fields: {string.Join(", ", cycle.Select(Coordinate))}.",
                    [.. cycle.Select(f => f.Node)]);
            }
            else
            {
                Required(next);
            }

            path.RemoveAt(path.Count - 1);
        }

        pathIndex.Remove(type);
    }

    private void Defaults(InputObjectType type, ValueNode value)
    {
        if (value is ListValueNode list)
        {
            foreach (var item in list.Values)
            {
                Defaults(type, item);
            }
        }

        if (value is not ObjectValueNode map)
        {
            return;
        }

        foreach (var field in type.Fields)
        {
            if (field.Type.Named is not InputObjectType nested)
            {
                continue;
            }

            if (map.Fields.FirstOrDefault(f => f.Name.Value == field.Name) is { } given)
            {
                Defaults(nested, given.Value);
            }
            else if (field.DefaultValue is { } applied)
            {
                Default(field, nested, applied);
            }
        }
    }

    private void Default(InputValueDefinition field, InputObjectType type, ValueNode value)
    {
        if (defaultIndex.TryGetValue(field, out var start))
        {
            var via = defaultPath.GetRange(start + 1, defaultPath.Count - start - 1);
            errors.Add(
                $"Invalid circular reference. The default value of Input Object field {Coordinate(field)} references itself{(via.Count > 0 ? $" via the default values of: {string.Join(", ", via.Select(Coordinate))}" : "")}.",
                [.. defaultPath.Skip(start).Select(f => f.DefaultValue)]);
            return;
        }

        if (visitedDefaults.Add(field))
        {
            defaultIndex[field] = defaultPath.Count;
            defaultPath.Add(field);
            Defaults(type, value);
            defaultPath.RemoveAt(defaultPath.Count - 1);
            defaultIndex.Remove(field);
        }
    }

    private static string Coordinate(InputValueDefinition field) => $"{field.DeclaringType?.Name}.{field.Name}";
}
