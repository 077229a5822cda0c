using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Execution.Costs;

/// <summary>The weights of a schema's fields, types and arguments: applied <c>@cost</c> and <c>@listSize</c>, and the defaults.</summary>
internal sealed class CostModel
{
    private readonly Dictionary<FieldDefinition, double> _fields = [];
    private readonly Dictionary<FieldDefinition, ListSize> _lists = [];
    private readonly Dictionary<NamedType, double> _types = [];
    private readonly Dictionary<InputValueDefinition, double> _inputs = [];
    private readonly List<SchemaError> _errors = [];

    /// <summary>Reads a schema's directives.</summary>
    /// <exception cref="SchemaException">A weight is no number, or <c>@listSize</c> names what does not exist.</exception>
    public CostModel(Schema schema, CostOptions options)
    {
        Schema = schema;
        Options = options;
        foreach (var type in schema.TypesById)
        {
            AddWeight(_types, type, type.AppliedDirectives, type.Name);
            if (type is ComplexType complex)
            {
                foreach (var field in complex.Fields)
                {
                    Add(field);
                }
            }
            else if (type is InputObjectType input)
            {
                foreach (var field in input.Fields)
                {
                    AddWeight(_inputs, field, field.AppliedDirectives, $"{input.Name}.{field.Name}");
                }
            }
        }

        foreach (var directive in schema.DirectivesInOrder)
        {
            foreach (var argument in directive.Arguments)
            {
                AddWeight(_inputs, argument, argument.AppliedDirectives, $"@{directive.Name}({argument.Name}:)");
            }
        }

        if (_errors.Count > 0)
        {
            throw new SchemaException([.. _errors]);
        }
    }

    public Schema Schema { get; }

    public CostOptions Options { get; }

    /// <summary>Whether any argument or input field has a weight.</summary>
    public bool HasInputWeights => _inputs.Count > 0;

    /// <summary>The weight of resolving a field once.</summary>
    public double OfField(FieldDefinition field)
    {
        if (_fields.Count > 0 && _fields.TryGetValue(field, out var weight))
        {
            return weight;
        }

        return field.Kind != FieldKind.Pure ? Options.ResolverWeight : OfType(field.Type.Named);
    }

    /// <summary>The weight of one value of a type.</summary>
    public double OfType(NamedType type)
    {
        if (_types.Count > 0 && _types.TryGetValue(type, out var weight))
        {
            return weight;
        }

        return type.IsComposite ? Options.CompositeWeight : Options.ScalarWeight;
    }

    /// <summary>The list size of a field, if it has one.</summary>
    public ListSize? ListSizeOf(FieldDefinition field) => _lists.Count > 0 ? _lists.GetValueOrDefault(field) : null;

    /// <summary>The weight of an argument or input field that is given with a coerced value.</summary>
    public double OfInput(InputValueDefinition definition, object? value) => _inputs.GetValueOrDefault(definition) + OfValue(value);

    /// <summary>The weight of an argument or input field that is given with a literal; variables inside of it count nothing but themselves.</summary>
    public double OfInput(InputValueDefinition definition, ValueNode value) => _inputs.GetValueOrDefault(definition) + OfLiteral(definition.Type.Named, value);

    private double OfLiteral(NamedType type, ValueNode value)
    {
        var weight = 0d;
        switch (value)
        {
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    weight += OfLiteral(type, item);
                }

                break;
            case ObjectValueNode node when type is InputObjectType input:
                foreach (var field in node.Fields)
                {
                    if (input.Field(field.Name.Value) is { } definition)
                    {
                        weight += OfInput(definition, field.Value);
                    }
                }

                break;
        }

        return weight;
    }

    private double OfValue(object? value)
    {
        var weight = 0d;
        switch (value)
        {
            case object?[] items:
                foreach (var item in items)
                {
                    weight += OfValue(item);
                }

                break;
            case InputObjectValue input:
                for (var i = 0; i < input.Count; i++)
                {
                    if (input.IsProvided(i))
                    {
                        weight += OfInput(input.Type.Fields[i], input[i]);
                    }
                }

                break;
        }

        return weight;
    }

    private void Add(FieldDefinition field)
    {
        AddWeight(_fields, field, field.AppliedDirectives, field.ToString());
        foreach (var argument in field.Arguments)
        {
            AddWeight(_inputs, argument, argument.AppliedDirectives, $"{field}({argument.Name}:)");
        }

        foreach (var directive in field.AppliedDirectives)
        {
            if (directive.Name.Value == "listSize")
            {
                _lists[field] = ListSizeOf(field, directive);
            }
        }
    }

    private ListSize ListSizeOf(FieldDefinition field, DirectiveNode directive)
    {
        int? assumed = Argument(directive, "assumedSize") is IntValueNode size && int.TryParse(size.Value, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (assumed < 0)
        {
            Fail($"@listSize of \"{field}\" assumes {assumed} items: a size is not negative.", directive);
        }

        var slicing = ImmutableArray.CreateBuilder<InputValueDefinition>();
        foreach (var name in Names(Argument(directive, "slicingArguments")))
        {
            if (field.Argument(name) is { } argument)
            {
                slicing.Add(argument);
            }
            else
            {
                Fail($"@listSize of \"{field}\" slices by \"{name}\", which is no argument of the field.", directive);
            }
        }

        var sized = Names(Argument(directive, "sizedFields")).ToFrozenSet(StringComparer.Ordinal);
        foreach (var name in sized)
        {
            if (!Schema.PossibleTypes(field.Type.Named).Any(t => t.Field(name) is not null) && (field.Type.Named as ComplexType)?.Field(name) is null)
            {
                Fail($"@listSize of \"{field}\" sizes \"{name}\", which is no field of \"{field.Type.Named}\".", directive);
            }
        }

        return new ListSize(field, assumed, slicing.ToImmutable(), sized, Argument(directive, "requireOneSlicingArgument") is not BooleanValueNode { Value: false });
    }

    private void AddWeight<T>(Dictionary<T, double> weights, T element, ImmutableArray<DirectiveNode> directives, string coordinate) where T : class
    {
        foreach (var directive in directives)
        {
            if (directive.Name.Value != "cost")
            {
                continue;
            }

            var text = Argument(directive, "weight") switch { StringValueNode s => s.Value, IntValueNode i => i.Value, FloatValueNode f => f.Value, _ => "" };
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight))
            {
                weights[element] = weight;
            }
            else
            {
                Fail($"@cost of \"{coordinate}\" has the weight \"{text}\", which is no number.", directive);
            }
        }
    }

    private void Fail(string message, DirectiveNode directive) => _errors.Add(new SchemaError(message, [directive]));

    private static ValueNode? Argument(DirectiveNode directive, string name)
    {
        foreach (var argument in directive.Arguments)
        {
            if (argument.Name.Value == name)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static IEnumerable<string> Names(ValueNode? value) => value switch
    {
        ListValueNode list => list.Values.OfType<StringValueNode>().Select(v => v.Value),
        // 3.11: a single value is a list of one.
        StringValueNode single => [single.Value],
        _ => [],
    };
}
