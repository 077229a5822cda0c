using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Tests.Fuzzing;

/// <summary>Writes a valid document in other ways that ask for the same: no oracle is needed to know what they answer.</summary>
internal sealed class Variations(Schema schema, DocumentNode document, JsonElement variables)
{
    private readonly Dictionary<string, FragmentDefinitionNode> _fragments = document.Definitions.OfType<FragmentDefinitionNode>().ToDictionary(f => f.Name.Value);
    private readonly OperationDefinitionNode _operation = document.Definitions.OfType<OperationDefinitionNode>().First();

    /// <summary>What was done, the document, and its variables.</summary>
    public IEnumerable<(string What, string Document, JsonElement Variables)> All()
    {
        yield return ("printed", Printer.Print(document), variables);
        yield return ("printed on one line", Printer.PrintCompact(document), variables);
        yield return ("its fragments inlined", Print(new Rewriter { Selection = Inline }, fragments: false), variables);
        yield return ("@include(if: true) everywhere", Print(new Rewriter { Directives = Include }), variables);
        if (document.Definitions.OfType<OperationDefinitionNode>().Count() > 1)
        {
            // Fragments serve all operations, but variables belong to one.
            yield break;
        }

        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        yield return ("its literals lifted into variables", Lift(values), Merge(values));
        if (Inlined() is { } inlined)
        {
            yield return ("its variables written as literals", inlined, default);
        }
    }

    /// <summary>The document with <c>@defer</c> on its inline fragments.</summary>
    public string Deferred() => Print(new Rewriter { Selection = static s => s is InlineFragmentNode ? With(s, s.Directives.Add(new DirectiveNode { Name = new Name("defer") })) : s });

    // The directives of the fragment's definition come along: they may be all that uses a variable.
    private SelectionNode Inline(SelectionNode selection) => selection is FragmentSpreadNode spread && _fragments[spread.Name.Value] is var fragment
        ? new InlineFragmentNode
        {
            TypeCondition = fragment.TypeCondition,
            Directives = spread.Directives.AddRange(fragment.Directives),
            SelectionSet = new Rewriter { Selection = Inline }.Rewrite(fragment.SelectionSet),
        }
        : selection;

    private static ImmutableArray<DirectiveNode> Include(ImmutableArray<DirectiveNode> directives)
        => directives.Any(d => d.Name.Value == "include")
            ? directives
            : directives.Add(new DirectiveNode { Name = new Name("include"), Arguments = [new ArgumentNode { Name = new Name("if"), Value = new BooleanValueNode { Value = true } }] });

    // A field's arguments without variables become variables of the arguments' types; one for each value, so that fields still merge.
    private string Lift(Dictionary<string, JsonNode?> values)
    {
        var definitions = _operation.Variables.ToBuilder();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var rewriter = new Rewriter
        {
            Schema = schema,
            Argument = (argument, definition) =>
            {
                if (definition is null || !TryJson(argument.Value, out var json))
                {
                    return argument;
                }

                var key = $"{definition.Type} {json?.ToJsonString()}";
                if (!names.TryGetValue(key, out var name))
                {
                    names[key] = name = $"lifted{names.Count}";
                    values[name] = json;
                    definitions.Add(new VariableDefinitionNode { Variable = new VariableNode { Name = new Name(name) }, Type = Parser.ParseType(definition.Type.ToString()!) });
                }

                return new ArgumentNode { Name = argument.Name, Value = new VariableNode { Name = new Name(name) } };
            },
        };

        var rewritten = Rewrite(rewriter);
        return Printer.Print(new DocumentNode { Definitions = [.. rewritten.Definitions.Select(d => d is OperationDefinitionNode o ? Named(o, definitions.ToImmutable()) : d)] });
    }

    private string? Inlined()
    {
        var literals = new Dictionary<string, ValueNode>(StringComparer.Ordinal);
        foreach (var definition in _operation.Variables)
        {
            var name = definition.Variable.Name.Value;
            if (variables.TryGetProperty(name, out var given))
            {
                // Null is no literal of a place that takes none, although a variable may bring it.
                if (given.ValueKind == JsonValueKind.Null)
                {
                    return null;
                }

                literals[name] = Literal(given, schema.Type(definition.Type)!);
            }
            else if (definition.DefaultValue is { } value and not NullValueNode)
            {
                literals[name] = value;
            }
            else
            {
                return null;
            }
        }

        if (literals.Count == 0)
        {
            return null;
        }

        var rewritten = Rewrite(new Rewriter { Variable = v => literals[v.Name.Value] });
        return Printer.Print(new DocumentNode { Definitions = [.. rewritten.Definitions.Select(d => d is OperationDefinitionNode o ? Named(o, []) : d)] });
    }

    private static OperationDefinitionNode Named(OperationDefinitionNode o, ImmutableArray<VariableDefinitionNode> definitions)
        => new() { Operation = o.Operation, Name = o.Name, Variables = definitions, Directives = o.Directives, SelectionSet = o.SelectionSet };

    private static ValueNode Literal(JsonElement value, GraphType type)
    {
        var named = type.Nullable is ListType ? null : type.Named;
        switch (value.ValueKind)
        {
            case JsonValueKind.Null: return new NullValueNode();
            case JsonValueKind.True or JsonValueKind.False: return new BooleanValueNode { Value = value.GetBoolean() };
            case JsonValueKind.Number: return value.TryGetInt64(out _) ? new IntValueNode { Value = value.GetRawText() } : new FloatValueNode { Value = value.GetRawText() };
            case JsonValueKind.String: return type.Named is EnumType ? new EnumValueNode { Value = value.GetString()! } : new StringValueNode { Value = value.GetString()! };
            case JsonValueKind.Array: return new ListValueNode { Values = [.. value.EnumerateArray().Select(i => Literal(i, type.Nullable is ListType list ? list.OfType : type))] };
            default:
                return new ObjectValueNode
                {
                    Fields = [.. value.EnumerateObject().Select(m => new ObjectFieldNode { Name = new Name(m.Name), Value = Literal(m.Value, ((named ?? type.Named) as InputObjectType)?.Field(m.Name)?.Type ?? type) })],
                };
        }
    }

    // Names of enum values are JSON strings, which custom scalars would take for text.
    private static bool TryJson(ValueNode value, out JsonNode? json)
    {
        json = null;
        switch (value)
        {
            case NullValueNode: return true;
            case BooleanValueNode flag: json = flag.Value; return true;
            case IntValueNode number: json = JsonNode.Parse(number.Value); return true;
            case FloatValueNode number: json = JsonNode.Parse(number.Value); return true;
            case StringValueNode text: json = text.Value; return true;
            case EnumValueNode name when name.Value != "WHEN": json = name.Value; return true;
            case ListValueNode list:
                var items = new JsonArray();
                foreach (var item in list.Values)
                {
                    if (!TryJson(item, out var one))
                    {
                        return false;
                    }

                    items.Add(one);
                }

                json = items;
                return true;
            case ObjectValueNode map:
                var members = new JsonObject();
                foreach (var field in map.Fields)
                {
                    if (!TryJson(field.Value, out var one))
                    {
                        return false;
                    }

                    members[field.Name.Value] = one;
                }

                json = members;
                return true;
            default: return false;
        }
    }

    private JsonElement Merge(Dictionary<string, JsonNode?> values)
    {
        var all = variables.ValueKind == JsonValueKind.Object ? JsonNode.Parse(variables.GetRawText())!.AsObject() : [];
        foreach (var (name, value) in values)
        {
            all[name] = value?.DeepClone();
        }

        return JsonSerializer.SerializeToElement(all);
    }

    private string Print(Rewriter rewriter, bool fragments = true) => Printer.Print(Rewrite(rewriter, fragments));

    private DocumentNode Rewrite(Rewriter rewriter, bool fragments = true) => new()
    {
        Definitions =
        [
            .. document.Definitions.Where(d => fragments || d is not FragmentDefinitionNode).Select(d => d switch
            {
                OperationDefinitionNode o => new OperationDefinitionNode
                {
                    Operation = o.Operation, Name = o.Name, Variables = o.Variables, Directives = o.Directives.Select(rewriter.OnDirective).ToImmutableArray(),
                    SelectionSet = rewriter.Rewrite(o.SelectionSet, schema.RootType(o.Operation)),
                },
                FragmentDefinitionNode f => new FragmentDefinitionNode
                {
                    Name = f.Name, TypeCondition = f.TypeCondition, Directives = f.Directives.Select(rewriter.OnDirective).ToImmutableArray(),
                    SelectionSet = rewriter.Rewrite(f.SelectionSet, schema.Type(f.TypeCondition.Name.Value)),
                },
                _ => d,
            }),
        ],
    };

    private static SelectionNode With(SelectionNode selection, ImmutableArray<DirectiveNode> directives, SelectionSetNode? below = null, ImmutableArray<ArgumentNode>? arguments = null) => selection switch
    {
        FieldNode f => new FieldNode { Alias = f.Alias, Name = f.Name, Arguments = arguments ?? f.Arguments, Directives = directives, SelectionSet = below ?? f.SelectionSet },
        InlineFragmentNode i => new InlineFragmentNode { TypeCondition = i.TypeCondition, Directives = directives, SelectionSet = below ?? i.SelectionSet },
        FragmentSpreadNode s => new FragmentSpreadNode { Name = s.Name, Directives = directives },
        _ => selection,
    };

    /// <summary>Copies selections; what is set replaces parts of them.</summary>
    private sealed class Rewriter
    {
        public Schema? Schema { get; init; }

        public Func<SelectionNode, SelectionNode>? Selection { get; init; }

        public Func<ImmutableArray<DirectiveNode>, ImmutableArray<DirectiveNode>>? Directives { get; init; }

        public Func<ArgumentNode, InputValueDefinition?, ArgumentNode>? Argument { get; init; }

        public Func<VariableNode, ValueNode>? Variable { get; init; }

        public SelectionSetNode Rewrite(SelectionSetNode selectionSet, NamedType? parent = null)
            => new() { Selections = [.. selectionSet.Selections.Select(s => Rewrite(s, parent))] };

        public DirectiveNode OnDirective(DirectiveNode directive)
            => new() { Name = directive.Name, Arguments = [.. directive.Arguments.Select(a => new ArgumentNode { Name = a.Name, Value = OnValue(a.Value) })] };

        private SelectionNode Rewrite(SelectionNode selection, NamedType? parent)
        {
            ImmutableArray<DirectiveNode> directives = [.. selection.Directives.Select(OnDirective)];
            directives = Directives?.Invoke(directives) ?? directives;
            var copy = selection switch
            {
                FieldNode field => OnField(field, directives, parent),
                InlineFragmentNode inline => With(inline, directives, Rewrite(inline.SelectionSet, inline.TypeCondition is { } condition ? Schema?.Type(condition.Name.Value) : parent)),
                _ => With(selection, directives),
            };
            return Selection?.Invoke(copy) ?? copy;
        }

        private SelectionNode OnField(FieldNode field, ImmutableArray<DirectiveNode> directives, NamedType? parent)
        {
            var definition = parent is null ? null : Schema?.Field(parent, field.Name.Value);
            ImmutableArray<ArgumentNode> arguments =
            [
                .. field.Arguments
                    .Select(a => new ArgumentNode { Name = a.Name, Value = OnValue(a.Value) })
                    .Select(a => Argument?.Invoke(a, definition?.Argument(a.Name.Value)) ?? a),
            ];
            return With(field, directives, field.SelectionSet is { } below ? Rewrite(below, definition?.Type.Named) : null, arguments);
        }

        private ValueNode OnValue(ValueNode value) => value switch
        {
            VariableNode variable => Variable?.Invoke(variable) ?? variable,
            ListValueNode list => new ListValueNode { Values = [.. list.Values.Select(OnValue)] },
            ObjectValueNode map => new ObjectValueNode { Fields = [.. map.Fields.Select(f => new ObjectFieldNode { Name = f.Name, Value = OnValue(f.Value) })] },
            _ => value,
        };
    }
}
