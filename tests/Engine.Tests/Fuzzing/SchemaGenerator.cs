using System.Text;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>A field or argument of a generated schema: its name, its type as SDL writes it, its arguments and its default.</summary>
internal sealed record GeneratedField(string Name, string Type, List<GeneratedField> Arguments, string? Default = null, bool IsDeprecated = false)
{
    public string Named => Type.Trim('[', ']', '!');

    public bool IsRequired => Type.EndsWith('!') && Default is null;
}

/// <summary>A generated schema: SDL and what a generator of documents and data needs to know of it.</summary>
internal sealed class GeneratedSchema
{
    public static readonly string[] Scalars = ["Int", "Float", "String", "Boolean", "ID", "Stamp"];

    public required string Sdl { get; init; }

    public required Dictionary<string, List<GeneratedField>> Composites { get; init; }

    public required Dictionary<string, List<GeneratedField>> Inputs { get; init; }

    public required Dictionary<string, string[]> Enums { get; init; }

    public required Dictionary<string, List<string>> PossibleTypes { get; init; }

    public required HashSet<string> OneOf { get; init; }

    public bool IsLeaf(string name) => Scalars.Contains(name) || Enums.ContainsKey(name);
}

/// <summary>Makes schemas with every kind of type: a few of each, wired at random.</summary>
internal sealed class SchemaGenerator(Random random)
{
    private static readonly string[] s_interfaces = ["I0", "I1", "I2"];

    private readonly Dictionary<string, List<GeneratedField>> _own = [];
    private readonly Dictionary<string, List<string>> _implements = [];
    private readonly Dictionary<string, string[]> _enums = [];
    private readonly Dictionary<string, List<GeneratedField>> _inputs = [];
    private readonly HashSet<string> _oneOf = [];
    private readonly Dictionary<string, List<GeneratedField>> _composites = [];
    private readonly Dictionary<string, List<string>> _possible = [];
    private readonly StringBuilder _sdl = new();

    public GeneratedSchema Generate()
    {
        _sdl.Append("scalar Stamp @specifiedBy(url: \"https://example.com/stamp\")\n")
            .Append("directive @mark(at: Int, tags: [String!]) repeatable on QUERY | MUTATION | FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION | VARIABLE_DEFINITION\n");
        for (var i = 0; i < 2; i++)
        {
            _enums[$"E{i}"] = [.. Enumerable.Range(0, random.Next(1, 4)).Select(v => $"V{i}{v}")];
            _sdl.AppendLine($"enum E{i} {{ {string.Join(' ', _enums[$"E{i}"])} }}");
        }

        for (var i = 0; i < 3; i++)
        {
            Input($"In{i}", isOneOf: i == 2);
        }

        Composites();
        return new GeneratedSchema { Sdl = _sdl.ToString(), Composites = _composites, Inputs = _inputs, Enums = _enums, PossibleTypes = _possible, OneOf = _oneOf };
    }

    private void Input(string name, bool isOneOf)
    {
        string[] known = [.. GeneratedSchema.Scalars, .. _enums.Keys, .. _inputs.Keys, name];
        var fields = new List<GeneratedField>();
        for (var i = 0; i < random.Next(1, 5); i++)
        {
            // The first field is never the input itself: some value of it is finite.
            var type = known[random.Next(known.Length - (i == 0 ? 1 : 0))];
            var wrapped = type == name || isOneOf ? (random.Next(3) == 0 ? $"[{type}]" : type) : Wrap(type);
            fields.Add(new GeneratedField($"i{i}", wrapped, [], isOneOf ? null : Default(wrapped, name)));
        }

        if (isOneOf)
        {
            _oneOf.Add(name);
        }

        _inputs[name] = fields;
        _sdl.AppendLine($"{Description()}input {name}{(isOneOf ? " @oneOf" : "")} {{ {string.Join(' ', fields.Select(Sdl))} }}");
    }

    private void Composites()
    {
        string[] objects = ["A", "B", "C", "D"];
        string[] outputs = [.. GeneratedSchema.Scalars, .. _enums.Keys, .. objects, .. s_interfaces, "U"];
        foreach (var name in s_interfaces)
        {
            // Chains of interfaces: an interface has the fields of those that it implements, and their interfaces.
            var parents = random.Next(3) == 0 ? [] : Closure(s_interfaces.TakeWhile(i => i != name).Where(_ => random.Next(2) == 0));
            _implements[name] = parents;
            _composites[name] = [.. parents.SelectMany(p => _own[p]), .. _own[name] = Fields(outputs, random.Next(1, 4), name.Replace('I', 'x') + "_")];
            _possible[name] = [];
        }

        foreach (var name in objects)
        {
            var fields = Fields(outputs, random.Next(2, 5), "f");
            var interfaces = Closure(s_interfaces.Where(_ => random.Next(2) == 0));
            foreach (var implemented in interfaces)
            {
                // What an interface leaves nullable an object may promise.
                fields.AddRange(_own[implemented].Select(f => !f.Type.EndsWith('!') && random.Next(4) == 0 ? f with { Type = f.Type + "!" } : f));
                _possible[implemented].Add(name);
            }

            _composites[name] = fields;
            _possible[name] = [name];
            _sdl.AppendLine($"{Description()}type {name}{Implements(interfaces)} {{ {string.Join(' ', fields.Select(Sdl))} }}");
        }

        _possible["U"] = [.. objects.Where((_, i) => i == 0 || random.Next(2) == 0)];
        _sdl.AppendLine($"union U = {string.Join(" | ", _possible["U"])}");
        foreach (var name in s_interfaces)
        {
            _sdl.AppendLine($"interface {name}{Implements(_implements[name])} {{ {string.Join(' ', _composites[name].Select(Sdl))} }}");
        }

        _composites["U"] = [];
        foreach (var root in new[] { "Query", "Mutation", "Subscription" })
        {
            _composites[root] = Fields([.. outputs, .. objects, "I0", "U"], 5, root[..1].ToLowerInvariant());
            _possible[root] = [root];
            _sdl.AppendLine($"type {root} {{ {string.Join(' ', _composites[root].Select(Sdl))} }}");
        }
    }

    private List<GeneratedField> Fields(string[] outputs, int count, string prefix)
    {
        string[] inputs = [.. GeneratedSchema.Scalars, .. _enums.Keys, .. _inputs.Keys];
        var fields = new List<GeneratedField>();
        for (var i = 0; i < count; i++)
        {
            var arguments = new List<GeneratedField>();
            for (var a = random.Next(4) - 1; a > 0; a--)
            {
                var type = Wrap(inputs[random.Next(inputs.Length)]);
                var argument = new GeneratedField($"a{a}", type, [], Default(type));
                arguments.Add(argument with { IsDeprecated = !argument.IsRequired && random.Next(12) == 0 });
            }

            fields.Add(new GeneratedField($"{prefix}{i}", Wrap(outputs[random.Next(outputs.Length)]), arguments, IsDeprecated: random.Next(12) == 0));
        }

        return fields;
    }

    private string Wrap(string name) => random.Next(9) switch
    {
        0 or 1 => $"{name}!",
        2 => $"[{name}]",
        3 => $"[{name}!]!",
        4 => random.Next(2) == 0 ? $"[[{name}]!]" : $"[{name}!]",
        _ => name,
    };

    private string? Default(string type, string? of = null)
        => random.Next(3) > 0 ? null
        : !type.EndsWith('!') && random.Next(4) == 0 ? "null"
        // An input whose field defaults to itself would have no end.
        : type.Trim('[', ']', '!') == of ? null
        : Constant(type);

    private string? Constant(string type)
    {
        type = type.TrimEnd('!');
        if (type.StartsWith('['))
        {
            // One value stands for a list of one.
            return random.Next(4) == 0 ? Constant(type[1..^1]) : $"[{string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Constant(type[1..^1])))}]";
        }

        if (_enums.TryGetValue(type, out var values))
        {
            return values[random.Next(values.Length)];
        }

        if (_inputs.TryGetValue(type, out var fields))
        {
            var given = _oneOf.Contains(type) ? fields.Take(1) : fields.Where(f => f.IsRequired || (f.Named != type && random.Next(3) == 0));
            return $"{{ {string.Join(", ", given.Select(f => $"{f.Name}: {Constant(f.Type)}"))} }}";
        }

        return type switch { "Int" => "3", "Float" => "1.5", "String" => "\"text\"", "Boolean" => "false", "ID" => "\"id\"", _ => "{ at: [1, WHEN] }" };
    }

    private List<string> Closure(IEnumerable<string> names) => [.. names.SelectMany(n => _implements[n].Append(n)).Distinct().Order(StringComparer.Ordinal)];

    private static string Implements(List<string> interfaces) => interfaces.Count > 0 ? " implements " + string.Join(" & ", interfaces) : "";

    private string Description() => random.Next(10) == 0 ? "\"About it.\" " : "";

    private string Sdl(GeneratedField field)
        => Description() + field.Name + (field.Arguments.Count > 0 ? $"({string.Join(' ', field.Arguments.Select(Sdl))})" : "") + $": {field.Type}" + (field.Default is null ? "" : $" = {field.Default}")
            + (field.IsDeprecated ? " @deprecated(reason: \"old\")" : "");
}
