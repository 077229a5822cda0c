using System;
using System.Collections.Generic;
using System.Linq;
using LuckyGraph.Generator.Model;

namespace LuckyGraph.Generator.Emission;

// The methods that the executor calls.
internal sealed partial class BindingEmitter
{
    private const string Support = Execution + "GeneratedValues.";
    private const string Unkeyed = "global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.";
    private const string Keyed = "global::Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions.";

    private void EmitBinding()
    {
        var withArguments = _fields.Where(f => f.Arguments.Count > 0).ToList();
        if (withArguments.Count > 0)
        {
            _code.Open($"public override object? BindArguments(int field, {Execution}CoercedArguments arguments) => field switch");
            foreach (var bound in withArguments)
            {
                var source = bound.Field.Mutation?.InputName is null ? "arguments" : $"({Execution}InputObjectValue)arguments[0]!";
                _code.Line($"{bound.Index} => new Arguments{bound.Index}({source}),");
            }

            _code.Line("_ => null,").Close(";").Line();
        }

        var pure = _fields.Where(f => f.Field.Kind == ResolverKind.Pure).ToList();
        EmitWrite(pure.Where(f => f.Field.Type.IsLeaf).ToList());
        EmitRead(pure.Where(f => !f.Field.Type.IsLeaf).ToList());
        EmitDispatch("global::System.Threading.Tasks.ValueTask<object?> ResolveAsync", $"{Execution}ResolverContext", "Resolve",
            _fields.Where(f => f.Field.Kind is ResolverKind.Effect or ResolverKind.Subscription).ToList());
        EmitDispatch("global::System.Threading.Tasks.ValueTask ResolveBatchAsync", $"{Execution}BatchResolverContext", "Batch",
            _fields.Where(f => f.Field.Kind == ResolverKind.Batch).ToList());
        EmitDispatch("global::System.Threading.Tasks.ValueTask<global::System.Collections.Generic.IAsyncEnumerable<object?>> SubscribeAsync", $"{Execution}ResolverContext", "Subscribe",
            _fields.Where(f => f.Field.Subscription is not null).ToList());

        foreach (var bound in _fields)
        {
            switch (bound.Field.Kind)
            {
                case ResolverKind.Effect or ResolverKind.Subscription:
                    EmitResolver(bound);
                    break;
                case ResolverKind.Batch:
                    EmitBatch(bound);
                    break;
            }

            if (bound.Field.Subscription is { } subscription)
            {
                EmitSource(bound, subscription);
            }
        }

        EmitNodes();
        foreach (var bound in withArguments)
        {
            EmitArguments(bound);
        }
    }

    private void EmitNodes()
    {
        if (_nodes.Count == 0)
        {
            return;
        }

        _code.Open($"public override global::System.Threading.Tasks.ValueTask<object?> ResolveNodeAsync(int field, {Execution}ResolverContext context, global::System.Guid id) => field switch");
        for (var i = 0; i < _nodes.Count; i++)
        {
            _code.Line($"{i} => Node{i}(context, id),");
        }

        _code.Line("_ => base.ResolveNodeAsync(field, context, id),").Close(";").Line();
        for (var i = 0; i < _nodes.Count; i++)
        {
            var resolver = new BoundField(i, _nodes[i].Resolver);
            var isAsync = resolver.Field.Async != AsyncKind.None;
            _code.Open($"private static {(isAsync ? "async " : "")}global::System.Threading.Tasks.ValueTask<object?> Node{i}({Execution}ResolverContext context, global::System.Guid id)");
            EmitCall(resolver, Invoke(resolver, "context.Parent!"), isAsync);
            _code.Close().Line();
        }
    }

    private void EmitWrite(List<BoundField> leaves)
    {
        if (leaves.Count == 0)
        {
            return;
        }

        _code.Open($"public override bool Write(int field, object parent, object? bound, {Execution}ResponseWriter writer)");
        _code.Open("switch (field)");
        foreach (var bound in leaves)
        {
            _code.Open($"case {bound.Index}:");
            EmitLocals(bound, "bound");
            Values.Write(_code, _names, bound.Field.Type, Invoke(bound, "parent"));
            _code.Close();
        }

        _code.Line("default:").Line("    return base.Write(field, parent, bound, writer);");
        _code.Close().Close().Line();

        // The body of the base method, so that Write is a direct call.
        _code.Open($"public override bool WriteRun(global::System.ReadOnlySpan<{Execution}PureLeaf> run, ref int index, object parent, {Execution}ResponseWriter writer)");
        _code.Open("for (; index < run.Length; index++)");
        _code.Line("ref readonly var leaf = ref run[index];");
        _code.Line("writer.WriteKey(leaf.Key);");
        _code.Open("if (!Write(leaf.Field, parent, leaf.Arguments, writer))");
        _code.Open("if (leaf.IsNonNull)").Line("return false;").Close();
        _code.Line("writer.WriteNull();");
        _code.Close().Close();
        _code.Line("return true;").Close().Line();
    }

    private void EmitRead(List<BoundField> composites)
    {
        if (composites.Count == 0)
        {
            return;
        }

        _code.Open("public override object? Read(int field, object parent, object? bound)");
        _code.Open("switch (field)");
        foreach (var bound in composites)
        {
            _code.Open($"case {bound.Index}:");
            EmitLocals(bound, "bound");
            _code.Line($"return {Invoke(bound, "parent")};");
            _code.Close();
        }

        _code.Line("default:").Line("    return base.Read(field, parent, bound);");
        _code.Close().Close().Line();
    }

    private void EmitDispatch(string signature, string context, string method, List<BoundField> fields)
    {
        if (fields.Count == 0)
        {
            return;
        }

        var name = signature.Substring(signature.LastIndexOf(' ') + 1);
        _code.Open($"public override {signature}(int field, {context} context) => field switch");
        foreach (var bound in fields)
        {
            _code.Line($"{bound.Index} => {method}{bound.Index}(context),");
        }

        _code.Line($"_ => base.{name}(field, context),").Close(";").Line();
    }

    private void EmitLocals(BoundField bound, string source)
    {
        if (bound.Arguments.Count > 0)
        {
            _code.Line($"var arguments = (Arguments{bound.Index}){source}!;");
        }
    }

    private void EmitResolver(BoundField bound)
    {
        var field = bound.Field;
        var isAsync = field.Async != AsyncKind.None;
        var hasMiddleware = field.Middleware.Count > 0;
        if (field is { Async: AsyncKind.Task, IsVoid: false, Mutation: null } && !hasMiddleware)
        {
            // The executor waits for the task itself: no state machine in between.
            _code.Open($"private static global::System.Threading.Tasks.ValueTask<object?> Resolve{bound.Index}({Execution}ResolverContext context)");
            EmitLocals(bound, "context.Arguments");
            _code.Line(Values.IsUnboxed(field.Type)
                ? $"return context.Return({Invoke(bound, "context.Parent!")});"
                : $"return context.Return({Invoke(bound, "context.Parent!")}, static result => {Values.Result(_names, field.Type, "result")});");
            _code.Close().Line();
            return;
        }

        if (isAsync && !hasMiddleware)
        {
            // The executor awaits each result once, so the boxes of resolvers that wait can be reused.
            _code.Line("[global::System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(global::System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder<>))]");
        }

        _code.Open($"private static {(isAsync ? "async " : "")}global::System.Threading.Tasks.ValueTask<object?> {(hasMiddleware ? "Call" : "Resolve")}{bound.Index}({Execution}ResolverContext context)");
        EmitLocals(bound, "context.Arguments");
        var catches = field.Mutation?.Catches ?? default;
        if (catches.Count > 0 && !hasMiddleware)
        {
            _code.Open("try");
        }

        EmitCall(bound, Invoke(bound, "context.Parent!"), isAsync);
        if (catches.Count > 0 && !hasMiddleware)
        {
            EmitCatch(bound, isAsync);
        }

        _code.Close().Line();
        if (hasMiddleware)
        {
            EmitMiddleware(bound, catches.Count > 0);
        }

        if (catches.Count > 0)
        {
            _code.Open($"private static object? Error{bound.Index}(global::System.Exception exception) => exception switch");
            var number = 0;
            foreach (var entry in catches)
            {
                var name = $"e{number++}";
                _code.Line($"{entry.Exception} {name} => new {Execution}MutationError<{entry.Error}>({entry.Create.Replace("{exception}", name)}),");
            }

            _code.Line("_ => null,").Close(";").Line();
        }
    }

    private void EmitCatch(BoundField bound, bool isAsync)
    {
        _code.Close();
        _code.Open($"catch (global::System.Exception exception) when ({Execution}MutationPayload.Match(exception, Error{bound.Index}) is {{ }} errors)");
        Return($"{Execution}MutationPayload.Failed(errors)", isAsync);
        _code.Close();
    }

    /// <summary>The chain from the outermost middleware to the resolver, made once; mutation errors are caught around all of it.</summary>
    private void EmitMiddleware(BoundField bound, bool catches)
    {
        var middleware = bound.Field.Middleware;
        string Call(int i) => middleware[i].Service is { } service
            ? $"{Execution}FieldMiddleware.InvokeAsync<{service}>(context, Next{bound.Index}_{i})"
            : $"Middleware{bound.Index}_{i}.InvokeAsync(context, Next{bound.Index}_{i})";

        // Innermost first: what a chain refers to is initialized before it.
        for (var i = middleware.Count - 1; i >= 0; i--)
        {
            if (middleware[i].Create is { } create)
            {
                _code.Line($"private static readonly global::LuckyGraph.Engine.FieldMiddlewareAttribute Middleware{bound.Index}_{i} = {create};");
            }

            _code.Line($"private static readonly {Execution}FieldDelegate Next{bound.Index}_{i} = {(i + 1 < middleware.Count ? $"static context => {Call(i + 1)}" : $"Call{bound.Index}")};");
        }

        _code.Line();
        _code.Open($"private static {(catches ? "async " : "")}global::System.Threading.Tasks.ValueTask<object?> Resolve{bound.Index}({Execution}ResolverContext context)");
        if (catches)
        {
            _code.Open("try").Line($"return await {Call(0)}.ConfigureAwait(false);");
            EmitCatch(bound, isAsync: true);
        }
        else
        {
            _code.Line($"return {Call(0)};");
        }

        _code.Close().Line();
    }

    private void EmitCall(BoundField bound, string call, bool isAsync)
    {
        var field = bound.Field;
        var value = isAsync ? $"await {call}.ConfigureAwait(false)" : call;
        if (field.IsVoid)
        {
            _code.Line(value + ";");
            Return(field.Mutation is null ? "true" : $"{Execution}MutationPayload.Of(true)", isAsync);
            return;
        }

        _code.Line($"var result = {value};");
        Return(
            field.Mutation is not null ? $"{Execution}MutationPayload.Of(result)"
                // Middleware sees the value itself.
                : field.Middleware.Count == 0 && Values.IsUnboxed(field.Type) ? "context.Leaf(result)"
                : Values.Result(_names, field.Type, "result"),
            isAsync);
    }

    private void Return(string value, bool isAsync)
        => _code.Line(isAsync ? $"return {value};" : $"return new global::System.Threading.Tasks.ValueTask<object?>({value});");

    private void EmitBatch(BoundField bound)
    {
        var field = bound.Field;
        var isAsync = field.Async != AsyncKind.None;
        _code.Open($"private static {(isAsync ? "async " : "")}global::System.Threading.Tasks.ValueTask Batch{bound.Index}({Execution}BatchResolverContext context)");
        EmitLocals(bound, "context.Arguments");
        var call = Invoke(bound, "context.Parents", batch: true);
        _code.Line($"var results = {(isAsync ? $"await {call}.ConfigureAwait(false)" : call)};");
        _code.Line(Values.IsUnboxed(field.Type)
            ? $"{Support}SetLeaves(context, results);"
            : $"{Support}SetResults(context, results, static result => {Values.Result(_names, field.Type, "result")});");
        if (!isAsync)
        {
            _code.Line("return default;");
        }

        _code.Close().Line();
    }

    private void EmitSource(BoundField bound, SubscriptionModel subscription)
    {
        _code.Open($"private static async global::System.Threading.Tasks.ValueTask<global::System.Collections.Generic.IAsyncEnumerable<object?>> Subscribe{bound.Index}({Execution}ResolverContext context)");
        EmitLocals(bound, "context.Arguments");
        if (subscription.Target is { } target)
        {
            var call = $"{target}({string.Join(", ", subscription.Parameters.Select(p => Parameter(bound, p, "context.Parent!")))})";
            if (subscription.Async == AsyncKind.None)
            {
                _code.Line("await global::System.Threading.Tasks.Task.CompletedTask.ConfigureAwait(false);");
                _code.Line($"var events = {call};");
            }
            else
            {
                _code.Line($"var events = await {call}.ConfigureAwait(false);");
            }
        }
        else
        {
            _code.Line($"var events = await context.Service<global::LuckyGraph.Engine.Subscriptions.ITopicEventReceiver>().SubscribeAsync<{subscription.Message}>({Topic(bound, subscription.Topic!)}, context.CancellationToken).ConfigureAwait(false);");
        }

        _code.Line($"return {Support}Events(events);");
        _code.Close().Line();
    }

    private static string Topic(BoundField bound, string template)
    {
        var parts = new List<string>();
        var position = 0;
        while (position < template.Length)
        {
            var open = template.IndexOf('{', position);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                break;
            }

            var name = template.Substring(open + 1, close - open - 1);
            var argument = bound.Arguments.FirstOrDefault(a => a.Name == name || a.Member == name);
            if (open > position)
            {
                parts.Add(Names.Literal(template.Substring(position, open - position)));
            }

            parts.Add(argument is null ? Names.Literal("{" + name + "}") : $"{Support}TopicPart({bound.ArgumentOf(argument.Name)})");
            position = close + 1;
        }

        if (position < template.Length || parts.Count == 0)
        {
            parts.Add(Names.Literal(template.Substring(position)));
        }

        return string.Join(" + ", parts);
    }

    private string Invoke(BoundField bound, string parent, bool batch = false)
    {
        var target = bound.Field.Target.Replace("{parent}", parent);
        if (!bound.Field.IsCall)
        {
            return target;
        }

        var call = $"{target}({string.Join(", ", bound.Field.Parameters.Where(p => p.Role != ParameterRole.Hidden).Select(p => Parameter(bound, p, parent, batch)))})";
        return bound.Field.Data is { LoadsQuery: true } data ? Load(bound, data, call) : call;
    }

    /// <summary>Loads the query that a resolver returns.</summary>
    private string Load(BoundField bound, DataUse data, string query)
    {
        var model = _names.Generated(data.Key, "Data") + ".Instance";
        var context = QueryContext(bound, data);
        return data.IsConnection
            ? $"{model}.PageAsync({query}, {context}, {Paging(bound, bound.Field.Parameters.First(p => p is { Role: ParameterRole.Hidden, Name: "paging" }))}, context.CancellationToken)"
            : $"global::LuckyGraph.Data.DataModel<{bound.Field.Type.Item!.Clr}>.ListAsync({query}, {context}, context.CancellationToken)";
    }

    private string QueryContext(BoundField bound, DataUse data)
        => $"{_names.Generated(data.Key, "Data")}.Instance.Context(context, {(data.Filters ? bound.ArgumentOf("where") : "null")}, {(data.Sorts ? bound.ArgumentOf("order") : "null")}, "
        + $"{(data.Projects ? "true" : "false")}, {(data.IsConnection ? "\"nodes\", \"edges.node\"" : "\"\"")})";

    private static string Paging(BoundField bound, ParameterModel parameter)
        => $"new {parameter.Clr}({string.Join(", ", parameter.Group.Select(a => bound.ArgumentOf(a.Name)))})"
        + (bound.Field.Data?.Paging is { } options ? $" {{ {options} }}" : "");

    private string Parameter(BoundField bound, ParameterModel parameter, string parent, bool batch = false)
    {
        var clr = parameter.Clr;
        switch (parameter.Role)
        {
            case ParameterRole.Argument:
                return bound.ArgumentOf(parameter.Argument!.Name);
            case ParameterRole.ArgumentGroup:
                return Paging(bound, parameter);
            case ParameterRole.QueryContext:
                return QueryContext(bound, bound.Field.Data!);
            case ParameterRole.Parent when batch:
                var parents = $"{Support}Parents<{clr}>({parent})";
                return parameter.Shape switch
                {
                    ListShape.List => $"new global::System.Collections.Generic.List<{clr}>({parents})",
                    ListShape.Immutable => $"global::System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray({parents})",
                    _ => parents,
                };
            case ParameterRole.Parent:
                return $"({clr}){parent}";
            case ParameterRole.DataLoader:
                return $"context.DataLoader<{_names.Loader(clr)}>()";
            case ParameterRole.NodeId:
                return "id";
            case ParameterRole.EventMessage:
                return parameter.ClrNullable ? $"({clr}?)context.EventMessage" : $"({clr})context.EventMessage!";
            default:
                return Contextual(parameter);
        }
    }

    /// <summary>Parameters that resolvers and DataLoaders share.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="services">The provider of its services.</param>
    public static string Contextual(ParameterModel parameter, string services = "context.Services")
    {
        var (clr, key) = (parameter.Clr, Names.LiteralOrNull(parameter.Key));
        var nullable = clr[clr.Length - 1] == '?' ? clr : clr + "?";
        return parameter.Role switch
        {
            ParameterRole.CancellationToken => "context.CancellationToken",
            ParameterRole.User => "context.User",
            ParameterRole.Context => "context",
            ParameterRole.ServiceProvider => services,
            ParameterRole.IsSelected => $"context.IsSelected({key})",
            ParameterRole.GlobalState => parameter.ClrNullable
                ? $"(context.GlobalState.TryGetValue({key}, out var state_{parameter.Name}) ? ({nullable})state_{parameter.Name} : default({nullable}))"
                : $"({clr})context.GlobalState[{key}]!",
            ParameterRole.ScopedState => parameter.ClrNullable
                ? $"(context.TryGetScopedState({key}, out var state_{parameter.Name}) ? ({nullable})state_{parameter.Name} : default({nullable}))"
                : $"{Support}ScopedState<{clr}>(context, {key})",
            ParameterRole.LocalState => parameter.ClrNullable
                ? $"(context.LocalState.TryGetValue({key}, out var state_{parameter.Name}) ? ({nullable})state_{parameter.Name} : default({nullable}))"
                : $"{Support}LocalState<{clr}>(context, {key})",
            ParameterRole.KeyedService => parameter.ClrNullable
                ? $"{Keyed}GetKeyedService<{clr}>({services}, {key})"
                : $"{Keyed}GetRequiredKeyedService<{clr}>({services}, {key})",
            _ => parameter.ClrNullable
                ? $"{Unkeyed}GetService<{clr}>({services})"
                : $"{Unkeyed}GetRequiredService<{clr}>({services})",
        };
    }

    private void EmitArguments(BoundField bound)
    {
        var source = bound.Field.Mutation?.InputName is null ? "CoercedArguments" : "InputObjectValue";
        _code.Open($"private sealed class Arguments{bound.Index}({Execution}{source} source)");
        for (var i = 0; i < bound.Arguments.Count; i++)
        {
            var argument = bound.Arguments[i];
            _code.Line($"internal readonly {DeclaredType(argument)} A{i} = {ReadInput(_names, argument, i)};");
        }

        _code.Close().Line();
    }

    private static string DeclaredType(InputValueModel value)
        => value.Optional ? $"global::LuckyGraph.Engine.Optional<{value.Type.ClrDeclared}>" : value.Type.ClrDeclared;

    /// <summary>An expression that reads the input value with that index from <c>source</c>.</summary>
    public static string ReadInput(Names names, InputValueModel value, int index)
    {
        var read = Values.Read(names, value.Type, $"source[{index}]", $"x{index}");
        return value.Optional
            ? $"source.IsProvided({index}) ? new global::LuckyGraph.Engine.Optional<{value.Type.ClrDeclared}>({read}) : default"
            : read;
    }
}
