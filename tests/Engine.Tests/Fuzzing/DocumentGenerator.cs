using System.Text;
using System.Text.Json.Nodes;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>
/// Makes documents that are valid as often as not: selections, arguments, variables and fragments follow the schema, with a
/// slip now and then, and some texts are damaged token by token.
/// </summary>
internal sealed class DocumentGenerator(Random random, GeneratedSchema schema)
{
    private readonly List<(string Name, string On)> _fragments = [];
    private readonly List<(string Name, string Type, string? Default)> _variables = [];
    private readonly HashSet<string> _conditions = [];
    private readonly HashSet<string> _spread = [];
    private bool _mayErr;
    private bool _constant;

    /// <summary>A document and its variables.</summary>
    public (string Document, JsonObject Variables) Generate()
    {
        _fragments.Clear();
        _variables.Clear();
        _conditions.Clear();
        _spread.Clear();
        _mayErr = random.Next(2) == 0;
        for (var i = random.Next(4); i > 0; i--)
        {
            _fragments.Add(($"F{i}", Pick([.. schema.Composites.Keys.Where(c => c is not ("Mutation" or "Subscription"))])));
        }

        var operation = random.Next(12) switch { 0 => "mutation", 1 => "subscription", _ => "query" };
        var root = char.ToUpperInvariant(operation[0]) + operation[1..];
        var selections = Selections(root, random.Next(2, 4));
        var text = new StringBuilder();
        var fragments = new StringBuilder();
        while (_fragments.Count > 0)
        {
            // The last fragment that is left spreads only those before it; what nothing spreads is rarely there.
            var (name, on) = _fragments[^1];
            _fragments.RemoveAt(_fragments.Count - 1);
            if (_spread.Contains(name) || Slips(3))
            {
                fragments.Append($"\n{Description()}fragment {name} on {on}{Mark()} {Selections(on, 1)}");
            }
        }

        _constant = true;
        var declared = string.Join(", ", _variables.Select(v => $"{Description()}${v.Name}: {v.Type}" + (v.Default is null ? "" : $" = {v.Default}") + Mark()));
        if (declared.Length > 0 || operation != "query" || random.Next(6) > 0)
        {
            text.Append(Description()).Append(operation).Append(Slips(3) ? "" : " Q").Append(declared.Length > 0 ? $"({declared})" : "").Append(Slips(20) ? " @unknown" : "").Append(' ');
        }

        text.Append(selections).Append(fragments)
            .Append(random.Next(30) == 0 ? "\nquery More { __typename }" : "")
            .Append(Slips(10) ? "\nfragment Unused on Query { __typename }" : "");
        _constant = false;
        var variables = new JsonObject();
        foreach (var (name, type, _) in _variables)
        {
            if (random.Next(6) > 0)
            {
                // The specification leaves open what a condition of null means.
                variables[name] = Json(type, 3) ?? (_conditions.Contains(name) ? true : null);
            }
        }

        return (random.Next(8) == 0 ? Damage(text.ToString()) : text.ToString(), variables);
    }

    private string Description() => random.Next(8) switch { 0 => "\"About it.\" ", 1 => "\"\"\"\n  About\n    it.\n\"\"\" ", _ => "" };

    private bool Slips(int oneIn) => _mayErr && random.Next(oneIn * 4) == 0;

    private string Selections(string type, int depth)
    {
        var text = new StringBuilder("{");
        var fields = schema.Composites[type];
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            text.Append(random.Next(5) == 0 ? "\n  " : " ");
            var choice = random.Next(10);
            if (choice == 0)
            {
                text.Append("__typename");
            }
            else if (choice == 1 && _fragments.Count > 0)
            {
                var fragment = Pick([.. _fragments.Where(f => Slips(1) || Overlaps(f.On, type)).DefaultIfEmpty((Name: "", On: ""))]);
                var spread = fragment.Name.Length > 0 && Slips(6) ? Pick(["F1", "F2", "F3"]) : fragment.Name;
                _spread.Add(spread);
                text.Append(spread.Length > 0 ? $"...{spread}{Condition()}" : "__typename");
            }
            else if (choice <= 3 && depth > 0)
            {
                // An interface that nothing implements overlaps with no type, itself included.
                var on = Pick([.. schema.Composites.Keys.Where(c => Slips(2) || Overlaps(c, type)).DefaultIfEmpty(type)]);
                text.Append(random.Next(4) == 0 ? $"...{Condition()} {Selections(type, depth - 1)}" : $"... on {on}{Condition()} {Selections(on, depth - 1)}");
            }
            else if (fields.Count == 0)
            {
                text.Append("__typename");
            }
            else
            {
                text.Append(Field(Pick(fields), depth));
            }
        }

        return text.Append(" }").ToString();
    }

    private string Field(GeneratedField field, int depth)
    {
        var isLeaf = schema.IsLeaf(field.Named);
        if (!isLeaf && depth <= 0)
        {
            return "__typename";
        }

        var text = new StringBuilder(random.Next(4) == 0 ? $"k{random.Next(3)}: " : "").Append(Slips(8) ? "missing" : field.Name);
        var arguments = field.Arguments.Where(a => a.IsRequired ? !Slips(5) : random.Next(2) == 0).Select(a => $"{(Slips(10) ? "none" : a.Name)}: {Value(a.Type, 3, a.Default is not null)}").ToList();
        text.Append(arguments.Count > 0 ? $"({string.Join(", ", arguments)})" : "").Append(Condition());
        return (isLeaf != Slips(10) ? text : text.Append(' ').Append(Selections(isLeaf ? "Query" : field.Named, depth - 1))).ToString();
    }

    private string Condition() => random.Next(8) switch
    {
        0 => $" @{(random.Next(2) == 0 ? "skip" : "include")}(if: {(random.Next(2) == 0 ? If() : random.Next(2) == 0 ? "true" : "false")})",
        1 => Mark(),
        _ => "",
    };

    private string If()
    {
        var value = Value("Boolean!", 0, false);
        if (value.StartsWith('$'))
        {
            _conditions.Add(value[1..]);
        }

        return value;
    }

    private string Mark() => random.Next(3) > 0 ? "" : $" @mark(at: {Value("Int", 1, false)}{(random.Next(2) == 0 ? ", tags: " + Value("[String!]", 2, false) : "")})";

    private bool Overlaps(string a, string b) => schema.PossibleTypes[a].Intersect(schema.PossibleTypes[b]).Any();

    private string Value(string type, int depth, bool hasDefault)
    {
        if (!_constant && random.Next(5) == 0)
        {
            return Variable(type, hasDefault);
        }

        if (Slips(8))
        {
            return Pick(["\"text\"", "1", "1.5", "true", "null", "V00", "{ i0: 1 }", "[1]", "{}", "[null]", "3000000000", _constant ? "-0.5" : "$undefined"]);
        }

        if (type.EndsWith('!'))
        {
            return NonNullValue(type[..^1], depth);
        }

        return random.Next(8) == 0 || depth <= 0 ? "null" : NonNullValue(type, depth);
    }

    private string NonNullValue(string type, int depth)
    {
        if (type.StartsWith('['))
        {
            // A single value stands for a list of one.
            return random.Next(5) == 0 ? Value(type[1..^1], depth - 1, false) : $"[{string.Join(" ", Enumerable.Range(0, depth <= 0 ? 0 : random.Next(3)).Select(_ => Value(type[1..^1], depth - 1, false)))}]";
        }

        if (schema.Enums.TryGetValue(type, out var values))
        {
            return Pick(values);
        }

        if (schema.Inputs.TryGetValue(type, out var fields))
        {
            return InputObject(type, fields, depth);
        }

        return type switch
        {
            "Int" => Pick(["0", "-7", "42", "2147483647"]),
            "Float" => Pick(["0.5", "3", "-1e3", "1.25E-2"]),
            "String" => Pick(["\"\"", "\"a b\"", "\"\\u00e9\\n\"", "\"\"\"\n  block\n    more\n\"\"\""]),
            "Boolean" => Pick(["true", "false"]),
            "ID" => Pick(["\"id\"", "7"]),
            _ => Pick(["1", "\"now\"", "{ a: [1, true] }", "[null]", "WHEN"]),
        };
    }

    private string InputObject(string type, List<GeneratedField> fields, int depth)
    {
        if (schema.OneOf.Contains(type))
        {
            // Constants only: about variables in here graphql-js and the specification disagree.
            var (chosen, constant) = (Pick(fields), _constant);
            _constant = true;
            var value = depth <= 0 ? "null" : NonNullValue(chosen.Type, depth - 1);
            _constant = constant;
            return Slips(4) ? "{}" : $"{{ {chosen.Name}: {value} }}";
        }

        var given = fields.Where(f => f.IsRequired ? !Slips(5) : depth > 0 && random.Next(2) == 0).Select(f => $"{(Slips(10) ? "none" : f.Name)}: {Value(f.Type, depth - 1, f.Default is not null)}");
        return $"{{ {string.Join(", ", given)} }}";
    }

    private string Variable(string type, bool hasDefault)
    {
        var known = _variables.FindIndex(v => v.Type == type || v.Type == type + "!");
        if (known >= 0 && random.Next(2) == 0)
        {
            return $"${_variables[known].Name}";
        }

        if (Slips(6))
        {
            type = Pick(["Int", "String!", "[Int]", "In0", "E0", "Boolean", "A"]);
        }

        var declared = type.EndsWith('!') && (hasDefault || random.Next(6) == 0) ? type[..^1] : type;
        var withDefault = declared != type || random.Next(3) == 0;
        var name = $"v{_variables.Count}";
        _constant = true;
        // Where the type is nullable only for its default, the default is no null.
        _variables.Add((name, declared, !withDefault ? null : declared != type ? NonNullValue(declared, 2) : Value(declared, 2, false)));
        _constant = false;
        return Slips(12) ? "$other" : $"${name}";
    }

    private JsonNode? Json(string type, int depth)
    {
        if (random.Next(25) == 0)
        {
            return Pick<Func<JsonNode?>>([() => null, () => "text", () => 1, () => 1.5, () => true, () => new JsonObject(), () => new JsonArray(1, null), () => 3_000_000_000])();
        }

        if (!type.EndsWith('!') && (random.Next(6) == 0 || depth <= 0))
        {
            return null;
        }

        type = type.TrimEnd('!');
        if (type.StartsWith('['))
        {
            return random.Next(5) == 0 ? Json(type[1..^1], depth - 1) : new JsonArray([.. Enumerable.Range(0, depth <= 0 ? 0 : random.Next(3)).Select(_ => Json(type[1..^1], depth - 1))]);
        }

        if (schema.Enums.TryGetValue(type, out var values))
        {
            return Pick(values);
        }

        if (schema.Inputs.TryGetValue(type, out var fields))
        {
            var map = new JsonObject();
            foreach (var field in schema.OneOf.Contains(type) ? [Pick(fields)] : fields.Where(f => f.IsRequired || random.Next(2) == 0))
            {
                map[random.Next(60) == 0 ? "none" : field.Name] = Json(field.Type, depth - 1);
            }

            return map;
        }

        return type switch
        {
            "Int" => random.Next(-100, 100),
            "Float" => random.Next(2) == 0 ? 2 : 0.25,
            "Boolean" => random.Next(2) == 0,
            "ID" => random.Next(2) == 0 ? "id" : 12,
            "Stamp" => new JsonArray(1, "x", new JsonObject { ["a"] = null }),
            _ => "variable",
        };
    }

    private string Damage(string text)
    {
        string[] pieces = ["{", "}", "(", ")", ":", "$", "!", "@", "[", "]", "...", "=", "|", "&", "\"", "\"\"\"", "#", "\n", "\r", ",", "name", "on", "fragment", "1", "-", ".", "1.", "01", "\\u", "é", "\uFEFF", "query", "type"];
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            var at = random.Next(text.Length);
            text = random.Next(3) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at)),
                1 => text.Insert(at, Pick(pieces)),
                _ => text.Insert(at, text.Substring(at, Math.Min(random.Next(1, 8), text.Length - at))),
            };
        }

        return text;
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
