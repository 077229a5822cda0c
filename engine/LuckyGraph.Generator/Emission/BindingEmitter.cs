using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Model;
using LuckyGraph.Generator.Reading;

namespace LuckyGraph.Generator.Emission;

/// <summary>Emits the FieldBinding subclass of one C# class and the code that defines its fields.</summary>
internal sealed partial class BindingEmitter
{
    private const string Execution = "global::LuckyGraph.Engine.Execution.";
    private const string Types = "global::LuckyGraph.Engine.Types.";

    private readonly CodeWriter _code = new();
    private readonly Names _names;
    private readonly string _class;
    private readonly List<BoundField> _fields = [];
    private readonly bool _bound;
    private EquatableArray<NodeModel> _nodes;

    /// <summary>A field with its number; payload fields have numbers of their own.</summary>
    private sealed class BoundField(int index, FieldModel field, bool isErrors = false)
    {
        public int Index { get; } = index;
        public FieldModel Field { get; } = field;
        public bool IsErrors { get; } = isErrors;
        public List<InputValueModel> Arguments { get; } = ArgumentsOf(field);
        public List<BoundField> Payload { get; } = [];

        public string ArgumentOf(string name) => $"arguments.A{Arguments.FindIndex(a => a.Name == name)}";

        private static List<InputValueModel> ArgumentsOf(FieldModel field)
        {
            var arguments = new List<InputValueModel>();
            // What the resolver says about an argument goes before what its source stream says.
            foreach (var parameter in field.Parameters.Concat(field.Subscription?.Parameters ?? default))
            {
                foreach (var argument in parameter.Argument is { } single ? [single] : parameter.Group.AsEnumerable())
                {
                    if (!arguments.Any(a => a.Name == argument.Name))
                    {
                        arguments.Add(argument);
                    }
                }
            }

            return arguments;
        }
    }

    private BindingEmitter(Names names, string key, string suffix, IEnumerable<FieldModel> fields, bool bound = true)
    {
        _names = names;
        _class = Naming.Generated(key, suffix);
        _bound = bound;
        var index = 0;
        foreach (var field in fields)
        {
            var entry = new BoundField(index++, field);
            _fields.Add(entry);
        }

        foreach (var entry in _fields.ToList())
        {
            if (entry.Field.Mutation is { } mutation)
            {
                foreach (var field in mutation.Fields)
                {
                    var payload = new BoundField(index++, field);
                    entry.Payload.Add(payload);
                    _fields.Add(payload);
                }

                if (mutation.ErrorUnion is not null)
                {
                    var list = new ValueModel(ValueKind.List, "object", Nullable: true, ClrNullable: true, IsValueType: false)
                    {
                        Item = new ValueModel(ValueKind.Composite, "object", Nullable: false, ClrNullable: false, IsValueType: false) { Name = new NameReference(mutation.ErrorUnion) },
                    };
                    var errors = new BoundField(index++, new FieldModel("errors", "Errors", list, ResolverKind.Pure, $"(({Execution}MutationPayload){{parent}}).Errors")
                    {
                        Description = "Why the mutation did not do what was asked; null when it did.",
                    }, isErrors: true);
                    entry.Payload.Add(errors);
                    _fields.Add(errors);
                }
            }
        }
    }

    /// <summary>The file of an attributed static class.</summary>
    public static string Class(ClassModel model, Names names)
    {
        var emitter = new BindingEmitter(names, model.Key, "Binding", model.Fields);
        emitter._nodes = model.Nodes;
        emitter.Emit(() => emitter.DefineClass(model));
        return emitter._code.ToString();
    }

    /// <summary>The file of an object, interface or error type.</summary>
    /// <param name="model">The type.</param>
    /// <param name="replaced">Members whose fields other classes replace.</param>
    /// <param name="names">Names.</param>
    public static string Object(ObjectModel model, ISet<string> replaced, Names names)
    {
        var emitter = new BindingEmitter(names, model.Key, "Type", model.Fields.Where(f => !replaced.Contains(f.Member) && !replaced.Contains("." + f.Name)), !model.IsInterface);
        emitter._nodes = model.Node is { } node ? EquatableArray.From([node]) : default;
        emitter.Emit(() => emitter.DefineObject(model));
        return emitter._code.ToString();
    }

    private void Emit(System.Action define)
    {
        _code.Line($"namespace {_names.Namespace};").Line();
        _code.Open($"internal sealed class {_class}{(_bound ? $" : {Execution}FieldBinding" : "")}");
        if (_bound)
        {
            _code.Line($"internal static readonly {_class} Instance = new();").Line();
        }

        define();
        if (_bound)
        {
            EmitBinding();
        }

        _code.Close();
    }

    private void DefineObject(ObjectModel model)
    {
        _code.Open($"internal static void Define({Types}SchemaBuilder schema)");
        _code.Line($"var type = schema.{(model.IsInterface ? "Interface" : "Object")}({Names.Literal(_names.Of(model.Name))}, typeof({model.Clr}));");
        if (_names.Description(model.Description) is { } description)
        {
            _code.Line($"type.Description({Names.Literal(description)});");
        }

        foreach (var name in model.Implements)
        {
            _code.Line($"type.Implements({Names.Literal(_names.Of(name))});");
        }

        foreach (var directive in model.Directives)
        {
            _code.Line($"type.Directive({Names.Literal(directive)});");
        }

        foreach (var field in _fields)
        {
            // Two modules may find the same type of a shared assembly; both read it the same way.
            DefineField("type", field, "replace: true");
        }

        DefineNodes();
        DefineData();
        foreach (var union in model.MemberOf)
        {
            _code.Line($"schema.Union({Names.Literal(_names.Of(union))}).Member({Names.Literal(_names.Of(model.Name))});");
        }

        _code.Close().Line();
    }

    private void DefineClass(ClassModel model)
    {
        _code.Open($"internal static void Define({Types}SchemaBuilder schema)");
        var parent = Names.Literal(_names.Of(model.Parent!));
        _code.Line($"var type = schema.{(model.ParentIsInterface ? "Interface" : "Object")}({parent});");
        if (_names.Description(model.Description) is { } description)
        {
            _code.Line($"type.Description({Names.Literal(description)});");
        }

        foreach (var directive in model.ParentDirectives)
        {
            _code.Line($"type.Directive({Names.Literal(directive)});");
        }

        var own = _fields.Take(model.Fields.Count).ToList();
        foreach (var field in own)
        {
            DefineField("type", field, field.Field.Replaces is null ? "" : "replace: true");
        }

        if (model.ParentIsInterface)
        {
            foreach (var implementation in model.Types.OfType<ObjectModel>().Where(t => !t.IsInterface && t.Implements.Contains(model.Parent!)))
            {
                foreach (var field in own)
                {
                    DefineField($"schema.Object({Names.Literal(_names.Of(implementation.Name))})", field, "replace: true");
                }
            }
        }

        foreach (var directive in model.TypeDirectives)
        {
            _code.Line($"schema.{(directive.IsInterface ? "Interface" : "Object")}({Names.Literal(_names.Of(directive.Type))}).Directive({Names.Literal(directive.Directive)});");
        }

        DefineData();
        foreach (var field in own.Where(f => f.Field.Mutation is not null))
        {
            DefinePayload(field);
        }

        DefineNodes();
        if (model.Configure is { } configure)
        {
            _code.Line($"{configure}(type);");
        }

        _code.Close().Line();
    }

    private void DefineNodes()
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            _code.Line($"schema.Node({Names.Literal(_names.Of(_nodes[i].Type))}, Instance, {i}, {(_nodes[i].IsConcurrent ? "true" : "false")});");
        }
    }

    /// <summary>The inputs of filters and sorting belong to the schema only where fields take them.</summary>
    private void DefineData()
    {
        foreach (var data in _fields.Select(f => f.Field.Data).OfType<DataUse>())
        {
            if (data.Filters)
            {
                _code.Line($"{_names.Generated(data.Key, "Data")}.Instance.DefineFilter(schema);");
            }

            if (data.Sorts)
            {
                _code.Line($"{_names.Generated(data.Key, "Data")}.Instance.DefineSort(schema);");
            }
        }
    }

    private void DefineField(string type, BoundField bound, string extra)
    {
        var field = bound.Field;
        var binding = _bound ? $", {Types}FieldKind.{field.Kind}, Instance, {bound.Index}" : "";
        var sdl = field.Mutation is { } mutation ? mutation.PayloadName + "!" : _names.Sdl(field.Type);
        var text = $"{type}.Field({Names.Literal(field.Name)}, {Names.Literal(sdl)}{binding}{(extra.Length > 0 ? ", " + extra : "")})";
        if (_names.Description(field.Description) is { } description)
        {
            text += $".Description({Names.Literal(description)})";
        }

        if (field.Deprecated is not null)
        {
            text += $".Deprecated({Names.Literal(field.Deprecated)})";
        }

        foreach (var directive in field.Directives)
        {
            text += $".Directive({Names.Literal(directive)})";
        }

        if (field.Mutation?.InputName is { } input)
        {
            text += $".Argument(\"input\", {Names.Literal(input + "!")})";
        }
        else
        {
            foreach (var argument in bound.Arguments)
            {
                text += ".Argument" + Input(argument);
            }
        }

        foreach (var requirement in field.Authorize)
        {
            text += $".Authorize([{string.Join(", ", requirement.Roles.Select(Names.Literal))}], {Names.LiteralOrNull(requirement.Policy)})";
        }

        _code.Line(text + ";");
    }

    private string Input(InputValueModel value)
        => $"({Names.Literal(value.Name)}, {Names.Literal(_names.Sdl(value.Type))}, {Names.LiteralOrNull(value.Default)}, {Names.LiteralOrNull(_names.Description(value.Description))}, {Names.LiteralOrNull(value.Directives)}, {Names.LiteralOrNull(value.Deprecated)})";

    private void DefinePayload(BoundField bound)
    {
        var mutation = bound.Field.Mutation!;
        if (mutation.InputName is { } input)
        {
            _code.Line($"var input{bound.Index} = schema.Input({Names.Literal(input)});");
            foreach (var argument in bound.Arguments)
            {
                _code.Line($"input{bound.Index}.Field{Input(argument)};");
            }
        }

        _code.Line($"var payload{bound.Index} = schema.Object({Names.Literal(mutation.PayloadName)});");
        foreach (var field in bound.Payload)
        {
            DefineField($"payload{bound.Index}", field, "");
        }

        if (mutation.ErrorUnion is { } union)
        {
            _code.Line($"{Execution}MutationPayload.DefineUserError(schema);");
            _code.Line($"var errors{bound.Index} = schema.Union({Names.Literal(union)});");
            foreach (var error in mutation.Errors)
            {
                _code.Line($"errors{bound.Index}.Member({Names.Literal(_names.Of(error))});");
            }
        }
    }
}
