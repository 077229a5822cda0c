using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Uploads;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>The coerced variables of one request, by their index in the operation's variable definitions.</summary>
public sealed class VariableValues
{
    private readonly VariableCoercion variables;
    private readonly object?[] values;
    private readonly bool[] provided;
    private readonly JsonElement[] sources;
    private readonly VariableFiles? files;

    internal VariableValues(VariableCoercion variables, object?[] values, bool[] provided, JsonElement[] sources, VariableFiles? files)
    {
        this.files = files;
        this.variables = variables;
        this.values = values;
        this.provided = provided;
        this.sources = sources;
    }

    /// <summary>Number of variables that the operation defines.</summary>
    public int Count => values.Length;

    /// <summary>The value by index; null when not provided.</summary>
    public object? this[int index] => values[index];

    /// <summary>Whether the variable was given or has a default.</summary>
    public bool IsProvided(int index) => provided[index];

    /// <summary>The JSON as the client sent it; undefined when the value is the default or absent. Valid as long as the request's variables.</summary>
    public JsonElement Source(int index) => sources[index];

    /// <summary>The value by name; false when the variable is not defined, or has neither value nor default.</summary>
    public bool TryGet(string name, out object? value)
    {
        var index = variables.IndexOf(name);
        if (index >= 0 && provided[index])
        {
            value = values[index];
            return true;
        }

        value = null;
        return false;
    }

    internal GraphType? TypeOf(string name) => variables.IndexOf(name) is >= 0 and var index ? variables.TypeOf(index) : null;

    /// <summary>Whether a file is the value of the variable, or stands anywhere in it.</summary>
    internal bool HoldsFile(string name) => files?.TakenBy(name) == true;

    internal ValueNode? Literal(string name)
    {
        var index = variables.IndexOf(name);
        if (index < 0 || !provided[index])
        {
            return null;
        }

        return sources[index].ValueKind == JsonValueKind.Undefined ? variables.DefaultOf(index) : VariableSubstitution.ToLiteral(sources[index]);
    }
}

/// <summary>
/// Coerces the variables of one operation (6.1.2 CoerceVariableValues). Made once per compiled operation; each request
/// then only reads its JSON.
/// </summary>
public sealed class VariableCoercion
{
    /// <summary>Most errors reported for one request.</summary>
    public const int MaxErrors = 50;

    private readonly Variable[] definitions;
    private readonly DocumentNode document;

    /// <summary>Prepares the variables of an operation that has passed validation.</summary>
    public VariableCoercion(Schema schema, DocumentNode document, OperationDefinitionNode operation)
    {
        this.document = document;
        definitions = new Variable[operation.Variables.Length];
        for (var i = 0; i < definitions.Length; i++)
        {
            var node = operation.Variables[i];
            var type = schema.Type(node.Type);
            type = type is { IsInput: true } ? type : null;
            object? defaultValue = null;
            if (node.DefaultValue is { } literal && type is not null)
            {
                InputCoercion.TryCoerce(literal, type, null, out defaultValue, []);
            }

            definitions[i] = new Variable(node.Variable.Name.Value, Encoding.UTF8.GetBytes(node.Variable.Name.Value), type, node, defaultValue);
        }
    }

    /// <summary>Number of variables.</summary>
    public int Count => definitions.Length;

    /// <summary>The index of a variable, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < definitions.Length; i++)
        {
            if (definitions[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The name of a variable.</summary>
    public string NameOf(int index) => definitions[index].Name;

    /// <summary>The type of a variable; null when its type reference names no input type.</summary>
    public GraphType? TypeOf(int index) => definitions[index].Type;

    internal ValueNode? DefaultOf(int index) => definitions[index].Node.DefaultValue;

    /// <summary>Coerces the variables of a request.</summary>
    /// <param name="json">A JSON object, or undefined or null when there are no variables.</param>
    /// <param name="values">The coerced variables; null when some do not fit.</param>
    /// <param name="errors">Why they do not fit.</param>
    public bool TryCoerce(JsonElement json, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VariableValues? values, out ImmutableArray<GraphQLError> errors)
        => TryCoerce(json, null, out values, out errors);

    /// <summary>Coerces the variables of a request with files; a file that no variable of the operation takes is an error.</summary>
    internal bool TryCoerce(
        JsonElement json, VariableFiles? files, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VariableValues? values, out ImmutableArray<GraphQLError> errors)
    {
        errors = [];
        values = null;
        var hasValues = json.ValueKind == JsonValueKind.Object;
        if (!hasValues && json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            errors = [new GraphQLError("Variables must be a JSON object.") { Code = ErrorCodes.Variables }];
            return false;
        }

        var coerced = new object?[definitions.Length];
        var provided = new bool[definitions.Length];
        var sources = new JsonElement[definitions.Length];
        List<GraphQLError>? failed = null;
        for (var i = 0; i < definitions.Length; i++)
        {
            var definition = definitions[i];
            if (definition.Type is not { } type)
            {
                Fail(ref failed, definition, $"Variable \"${definition.Name}\" expected value of type \"{Printer.Print(definition.Node.Type)}\" which cannot be used as an input type.", definition.Node.Type);
                continue;
            }

            if (!hasValues || !json.TryGetProperty(definition.Utf8Name, out var value))
            {
                if (definition.Node.DefaultValue is not null)
                {
                    coerced[i] = definition.Default;
                    provided[i] = true;
                }
                else if (type.IsNonNull)
                {
                    Fail(ref failed, definition, $"Variable \"${definition.Name}\" has invalid value: Expected a value of non-null type \"{type}\" to be provided.");
                }

                continue;
            }

            var reasons = new List<InputError>();
            files?.Enter(definition.Name);
            if (InputCoercion.TryCoerce(value, type, files, out coerced[i], reasons))
            {
                provided[i] = true;
                sources[i] = value;
                continue;
            }

            foreach (var reason in reasons)
            {
                var at = reason.Path.IsEmpty ? "" : " at " + string.Concat(reason.Path.Select(p => p is int index ? $"[{index}]" : $".{p}"));
                Fail(ref failed, definition, $"Variable \"${definition.Name}\" has invalid value{at}: {reason.Message}");
            }
        }

        if (failed is null && files is not null)
        {
            foreach (var path in files.Untaken())
            {
                failed ??= [];
                failed.Add(new GraphQLError($"The file at \"variables.{path}\" is no value of type Upload in the operation.") { Code = ErrorCodes.Variables });
            }
        }

        if (failed is not null)
        {
            errors = [.. failed];
            return false;
        }

        values = new VariableValues(this, coerced, provided, sources, files);
        return true;
    }

    private void Fail(ref List<GraphQLError>? failed, Variable definition, string message, SyntaxNode? node = null)
    {
        failed ??= [];
        if (failed.Count < MaxErrors)
        {
            failed.Add(new GraphQLError(message)
            {
                Code = ErrorCodes.Variables,
                Locations = [document.GetLocation((node ?? definition.Node).Start)],
            });
        }
        else if (failed.Count == MaxErrors)
        {
            failed.Add(new GraphQLError("Too many errors processing variables, error limit reached.") { Code = ErrorCodes.Variables });
        }
    }

    private sealed record Variable(string Name, byte[] Utf8Name, GraphType? Type, VariableDefinitionNode Node, object? Default);
}
