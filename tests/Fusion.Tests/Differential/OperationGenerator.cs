using System.Text;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Fusion.Tests.Differential;

/// <summary>Writes random valid operations by walking a schema: aliases, arguments, variables, fragments, conditions.</summary>
internal sealed class OperationGenerator(Schema schema, int seed)
{
    private readonly Random _random = new(seed);
    private readonly StringBuilder _fragments = new();
    private readonly SortedDictionary<string, (string Type, string Value)> _variables = new(StringComparer.Ordinal);
    private int _names;
    private int _budget = 60;
    private int? _keys;

    public (string Document, string Variables) Create()
    {
        var root = schema.MutationType is { } mutation && _random.Next(6) == 0 ? mutation : schema.QueryType;
        var selection = Selection(root, 0, isShared: false);
        var declarations = _variables.Count == 0 ? "" : $"({string.Join(", ", _variables.Select(v => $"${v.Key}: {v.Value.Type}"))})";
        var kind = root == schema.QueryType ? "query" : "mutation";
        return ($"{kind} Op{declarations} {selection}{_fragments}", $"{{{string.Join(",", _variables.Select(v => $"\"{v.Key}\":{v.Value.Value}"))}}}");
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    // Below an abstract type sibling fragments may clash, so every field there gets a name of its own.
    private string Selection(NamedType type, int depth, bool isShared)
    {
        var text = new StringBuilder("{ ");
        var written = 0;
        var wanted = depth == 0 ? _random.Next(1, 5) : _random.Next(1, 6);
        for (var i = 0; i < wanted && _budget > 0; i++)
        {
            switch (type)
            {
                case ComplexType complex when !Chance(type is InterfaceType ? 40 : 12):
                    var fields = complex.Fields.Where(f => depth < 5 || f.Type.IsLeaf).ToArray();
                    if (fields.Length > 0)
                    {
                        text.Append(Field(fields[_random.Next(fields.Length)], depth, isShared || type is InterfaceType)).Append(' ');
                        written++;
                    }

                    break;
                case ComplexType or UnionType:
                    text.Append(Fragment(type, depth, isShared)).Append(' ');
                    written++;
                    break;
            }
        }

        if (written == 0 || Chance(25))
        {
            text.Append(Chance(50) || written == 0 ? "__typename " : $"n{_names++}: __typename ");
        }

        return text.Append('}').ToString();
    }

    private string Fragment(NamedType type, int depth, bool isShared)
    {
        var possible = schema.PossibleTypes(type);
        var condition = possible.Length > 0 ? possible[_random.Next(possible.Length)] : (NamedType)type;
        if (type is ObjectType @object && @object.Interfaces.Length > 0 && Chance(30))
        {
            condition = @object.Interfaces[0];
        }

        var selection = Selection(condition, depth + 1, isShared || type is not ObjectType || condition is not ObjectType);
        var directive = Directive();
        if (Chance(30))
        {
            var name = $"F{_names++}";
            _fragments.Append($" fragment {name} on {condition.Name} {selection}");
            return $"...{name}{directive}";
        }

        return Chance(20) && condition == type ? $"...{directive} {selection}" : $"... on {condition.Name}{directive} {selection}";
    }

    private string Field(FieldDefinition field, int depth, bool isShared)
    {
        _budget--;
        var text = new StringBuilder();
        if (isShared || field.Arguments.Length > 0 || Chance(20))
        {
            text.Append($"n{_names++}: ");
        }

        text.Append(field.Name);
        // All parts of a key name one object.
        _keys = null;
        var arguments = field.Arguments.Where(a => a.IsRequired || Chance(60)).Select(a => $"{a.Name}: {Value(field, a)}").ToArray();
        if (arguments.Length > 0)
        {
            text.Append($"({string.Join(", ", arguments)})");
        }

        // Two selections of one plain field must not end in different conditions of its children, which is fine: they merge.
        text.Append(Directive());
        if (!field.Type.IsLeaf)
        {
            text.Append(' ').Append(Selection(field.Type.Named, depth + 1, isShared));
        }

        return text.ToString();
    }

    private string Value(FieldDefinition field, InputValueDefinition argument)
    {
        var value = argument.Type.Named.Name switch
        {
            "Int" => $"{_random.Next(4)}",
            "Color" => ((string[])["RED", "GREEN", "BLUE"])[_random.Next(3)],
            "ID" when argument.Type is ListType or NonNullType { OfType: ListType } => $"[{string.Join(", ", Enumerable.Range(0, _random.Next(4)).Select(_ => Id(field)))}]",
            "ID" => Id(field),
            _ => $"\"{argument.Name}-{Entity(field)}-{(_keys ??= _random.Next(6))}\"",
        };
        if (!Chance(50))
        {
            return value;
        }

        var name = $"v{_names++}";
        _variables.Add(name, (argument.Type.ToString()!, argument.Type.Named is EnumType ? $"\"{value}\"" : value));
        return $"${name}";
    }

    private string Id(FieldDefinition lookup)
    {
        var number = _random.Next(6);
        _keys = number;
        return $"\"{WorldObject.Id(Entity(lookup), number)}\"";
    }

    private string Entity(FieldDefinition lookup)
    {
        var possible = schema.PossibleTypes(lookup.Type.Named);
        return possible[_random.Next(possible.Length)].Name;
    }

    private string Directive()
    {
        if (!Chance(15))
        {
            return "";
        }

        var value = Chance(50) ? "true" : "false";
        var kind = Chance(50) ? "include" : "skip";
        if (Chance(40))
        {
            return $" @{kind}(if: {value})";
        }

        var name = $"b{_random.Next(3)}";
        _variables.TryAdd(name, ("Boolean!", value));
        return $" @{kind}(if: ${name})";
    }
}
