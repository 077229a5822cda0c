using System.Linq.Expressions;
using System.Reflection;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Data;

/// <summary>A member of an entity that queries can load, filter by and sort by.</summary>
internal abstract class DataColumn<T>(string name, string scalar, DataOperations operations)
{
    private const string Suffix = "OperationFilterInput";

    /// <summary>The GraphQL field.</summary>
    public string Field { get; } = name;
    public DataOperations Operations => operations;
    public bool CanFilter => (operations & DataOperations.Equality) != 0;
    public bool CanSort => (operations & DataOperations.Sorting) != 0;
    public abstract MemberInfo Member { get; }
    /// <summary>The type of the field's filter, such as <c>StringOperationFilterInput</c>.</summary>
    public string FilterType => (scalar is "ID" or "UUID" or "URL" ? scalar[0] + scalar[1..].ToLowerInvariant() : scalar) + Suffix;

    public abstract Expression Read(Expression entity);
    public abstract PageKey<T> Key(bool descending);
    protected abstract Expression Condition(Expression entity, string operation, object? value, string path);

    /// <summary>Adds the type of the field's filter.</summary>
    public void DefineFilter(SchemaBuilder schema)
    {
        var type = schema.Input(FilterType).Description($"Conditions on a value of type {scalar}. All that are given must hold.");
        if ((operations & DataOperations.Text) != 0)
        {
            type.Field("and", $"[{FilterType}!]", description: "All of these hold.").Field("or", $"[{FilterType}!]", description: "One of these holds.");
        }

        type.Field("eq", scalar, description: "It is this; null: it has no value.").Field("neq", scalar, description: "It is not this; null: it has a value.");
        if ((operations & DataOperations.Membership) != 0)
        {
            type.Field("in", $"[{scalar}]", description: "It is one of these.").Field("nin", $"[{scalar}]", description: "It is none of these.");
        }

        if ((operations & DataOperations.Comparison) != 0)
        {
            type.Field("gt", scalar, description: "It is greater.").Field("gte", scalar, description: "It is greater or equal.")
                .Field("lt", scalar, description: "It is less.").Field("lte", scalar, description: "It is less or equal.");
        }

        if ((operations & DataOperations.Text) != 0)
        {
            type.Field("contains", scalar, description: "It contains this text.")
                .Field("startsWith", scalar, description: "It starts with this text.")
                .Field("endsWith", scalar, description: "It ends with this text.");
        }
    }

    /// <summary>What a filter says of this column; null when it says nothing.</summary>
    public Expression? Filter(Expression entity, InputObjectValue operationValues, string path, ref int budget)
    {
        Expression? all = null;
        for (var i = 0; i < operationValues.Count; i++)
        {
            if (!operationValues.IsProvided(i))
            {
                continue;
            }

            var operation = operationValues.Type.Fields[i].Name;
            var here = $"{path}.{operation}";
            Expression? one;
            if (operation is "and" or "or")
            {
                one = Combine(entity, operationValues[i], operation == "or", here, ref budget);
            }
            else
            {
                DataModel.Spend(ref budget, operationValues[i] is object?[] list ? Math.Max(1, list.Length) : 1);
                one = Condition(entity, operation, operationValues[i], here);
            }

            all = DataModel.And(all, one);
        }

        return all;
    }

    private Expression? Combine(Expression entity, object? value, bool any, string path, ref int budget)
    {
        Expression? result = null;
        foreach (var item in value as object?[] ?? throw DataModel.IsNull(path))
        {
            var one = Filter(entity, (InputObjectValue)item!, path, ref budget);
            result = any ? DataModel.Or(result, one) : DataModel.And(result, one);
        }

        return result;
    }
}

internal sealed class DataColumn<T, TValue> : DataColumn<T>
{
    private static readonly FieldInfo _value = typeof(Holder).GetField(nameof(Holder.Value))!;
    private static readonly FieldInfo _values = typeof(ListHolder).GetField(nameof(ListHolder.Values))!;
    private static readonly MethodInfo _in = new Func<IEnumerable<TValue>, TValue, bool>(Enumerable.Contains).Method;
    private static readonly MethodInfo _contains = typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;
    private static readonly MethodInfo _startsWith = typeof(string).GetMethod(nameof(string.StartsWith), [typeof(string)])!;
    private static readonly MethodInfo _endsWith = typeof(string).GetMethod(nameof(string.EndsWith), [typeof(string)])!;

    private readonly Expression<Func<T, TValue>> _selector;
    private readonly Func<object, TValue>? _convert;
    private readonly bool _nullable;
    private PageKey<T>? _ascending;
    private PageKey<T>? _descending;

    public DataColumn(string field, string scalar, DataOperations operations, Expression<Func<T, TValue>> selector, Func<object, TValue>? convert, bool nullable)
        : base(field, scalar, operations)
    {
        _selector = selector;
        _convert = convert;
        _nullable = nullable;
        Member = ((MemberExpression)selector.Body).Member;
    }

    public override MemberInfo Member { get; }

    public override Expression Read(Expression entity) => ParameterRebinding.Of(_selector, entity);

    public override PageKey<T> Key(bool descending) => descending
        ? _descending ??= new PageKey<T, TValue>(_selector, true, _nullable)
        : _ascending ??= new PageKey<T, TValue>(_selector, false, _nullable);

    protected override Expression Condition(Expression entity, string operation, object? value, string path)
    {
        var column = Read(entity);
        if (operation is "in" or "nin")
        {
            var items = value as object?[] ?? throw DataModel.IsNull(path);
            var values = new TValue[items.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Convert(items[i], path);
            }

            var isIn = Expression.Call(_in, Expression.Field(Expression.Constant(new ListHolder(values)), _values), column);
            return operation == "in" ? isIn : Expression.Not(isIn);
        }

        if (value is null && operation is not ("eq" or "neq"))
        {
            throw DataModel.IsNull(path);
        }

        var converted = Convert(value, path);
        // A member of a captured object becomes a parameter of the statement, so that one statement serves all values.
        Expression operand = value is null ? Expression.Constant(null, typeof(TValue)) : Expression.Field(Expression.Constant(new Holder(converted)), _value);
        return operation switch
        {
            "eq" => Expression.Equal(column, operand),
            "neq" => Expression.NotEqual(column, operand),
            "gt" => Expression.GreaterThan(column, operand),
            "gte" => Expression.GreaterThanOrEqual(column, operand),
            "lt" => Expression.LessThan(column, operand),
            "lte" => Expression.LessThanOrEqual(column, operand),
            "contains" => Expression.Call(column, _contains, operand),
            "startsWith" => Expression.Call(column, _startsWith, operand),
            "endsWith" => Expression.Call(column, _endsWith, operand),
            _ => throw new InvalidOperationException($"The filter {path} has no such operation."),
        };
    }

    private TValue Convert(object? value, string path)
        => value is not null ? _convert!(value)
        : _nullable ? default!
        : throw DataModel.Invalid($"\"{path}\" must not contain null: every {typeof(T).Name} has a {Field}.");

    private sealed class Holder(TValue value)
    {
        public readonly TValue Value = value;
    }

    private sealed class ListHolder(TValue[] values)
    {
        public readonly TValue[] Values = values;
    }
}
