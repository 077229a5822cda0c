using System.Text;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>A field or argument of a generated schema: its name, its type as SDL writes it, and its arguments.</summary>
internal sealed record GeneratedField(string Name, string Type, List<GeneratedField> Arguments, string? Default = null)
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
    private readonly Dictionary<string, string[]> _enums = [];
    private readonly Dictionary<string, List<GeneratedField>> _inputs = [];
    private readonly HashSet<string> _oneOf = [];
    private readonly Dictionary<string, List<GeneratedField>> _composites = [];
    private readonly Dictionary<string, List<string>> _possible = [];
    private readonly StringBuilder _sdl = new();

    public GeneratedSchema Generate()
    {
        _sdl.Append("scalar Stamp\ndirective @mark(at: Int, tags: [String!]) repeatable on QUERY | FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | FRAGMENT_DEFINITION\n");
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
            var type = known[random.Next(known.Length)];
            var wrapped = type == name || isOneOf ? (random.Next(3) == 0 ? $"[{type}]" : type) : Wrap(type);
            fields.Add(new GeneratedField($"i{i}", wrapped, [], isOneOf ? null : Default(wrapped)));
        }

        if (isOneOf)
        {
            _oneOf.Add(name);
        }

        _inputs[name] = fields;
        _sdl.AppendLine($"input {name}{(isOneOf ? " @oneOf" : "")} {{ {string.Join(' ', fields.Select(Sdl))} }}");
    }

    private void Composites()
    {
        string[] objects = ["A", "B", "C", "D"];
        string[] outputs = [.. GeneratedSchema.Scalars, .. _enums.Keys, .. objects, "I0", "I1", "U"];
        foreach (var name in new[] { "I0", "I1" })
        {
            _composites[name] = Fields(outputs, random.Next(1, 4), name == "I0" ? "x" : "y");
            _possible[name] = [];
        }

        foreach (var name in objects)
        {
            var fields = Fields(outputs, random.Next(2, 5), "f");
            var interfaces = new[] { "I0", "I1" }.Where(_ => random.Next(2) == 0).ToList();
            foreach (var implemented in interfaces)
            {
                fields.AddRange(_composites[implemented]);
                _possible[implemented].Add(name);
            }

            _composites[name] = fields;
            _possible[name] = [name];
            _sdl.AppendLine($"type {name}{(interfaces.Count > 0 ? " implements " + string.Join(" & ", interfaces) : "")} {{ {string.Join(' ', fields.Select(Sdl))} }}");
        }

        _possible["U"] = [.. objects.Where((_, i) => i == 0 || random.Next(2) == 0)];
        _sdl.AppendLine($"union U = {string.Join(" | ", _possible["U"])}");
        foreach (var name in new[] { "I0", "I1" })
        {
            _sdl.AppendLine($"interface {name} {{ {string.Join(' ', _composites[name].Select(Sdl))} }}");
        }

        _composites["U"] = [];
        foreach (var root in new[] { "Query", "Mutation", "Subscription" })
        {
            _composites[root] = Fields([.. outputs, .. objects, "I0", "U"], 5, "r");
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
                arguments.Add(new GeneratedField($"a{a}", type, [], Default(type)));
            }

            fields.Add(new GeneratedField($"{prefix}{i}", Wrap(outputs[random.Next(outputs.Length)]), arguments));
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

    private string? Default(string type) => random.Next(3) > 0 ? null : type switch
    {
        "Int" or "Int!" or "[Int]" => "3",
        "Float" or "Float!" => "1.5",
        "String" or "[String]" => "\"text\"",
        "Boolean!" => "false",
        "[Int!]!" => "[1, 2]",
        _ when !type.EndsWith('!') && random.Next(3) == 0 => "null",
        _ => null,
    };

    private static string Sdl(GeneratedField field)
        => field.Name + (field.Arguments.Count > 0 ? $"({string.Join(' ', field.Arguments.Select(Sdl))})" : "") + $": {field.Type}" + (field.Default is null ? "" : $" = {field.Default}");
}
