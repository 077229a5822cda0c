using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace LuckyGraph.Data;

/// <summary>One column of a <see cref="PageOrder{T}"/>.</summary>
internal abstract class PageKey<T>(string name, bool descending)
{
    public string Name { get; } = name;
    public bool Descending { get; } = descending;

    public abstract IQueryable<T> Sort(IQueryable<T> source, bool descending, bool first);
    public abstract Expression Compare(ParameterExpression entity, object value, bool greater);
    public abstract Expression Equal(ParameterExpression entity, object value);
    public abstract void Write(Utf8JsonWriter json, T node);
    public abstract object Read(JsonElement json);
}

internal sealed class PageKey<T, TKey> : PageKey<T>
{
    private static readonly MethodInfo _compareText = typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;
    private static readonly FieldInfo _value = typeof(Holder).GetField(nameof(Holder.Value))!;

    private readonly Expression<Func<T, TKey>> _selector;
    private readonly Func<T, TKey> _read;

    public PageKey(Expression<Func<T, TKey>> selector, bool descending) : base(selector.Body.ToString(), descending)
    {
        if (Nullable.GetUnderlyingType(typeof(TKey)) is not null || !IsSupported(typeof(TKey)))
        {
            throw new ArgumentException($"A page cannot be ordered by {selector.Body}: {typeof(TKey).Name} is no key.", nameof(selector));
        }

        _selector = selector;
        _read = selector.Compile();
    }

    public override IQueryable<T> Sort(IQueryable<T> source, bool descending, bool first) => (first, descending) switch
    {
        (true, false) => source.OrderBy(_selector),
        (true, true) => source.OrderByDescending(_selector),
        (false, false) => ((IOrderedQueryable<T>)source).ThenBy(_selector),
        (false, true) => ((IOrderedQueryable<T>)source).ThenByDescending(_selector),
    };

    public override Expression Compare(ParameterExpression entity, object value, bool greater)
    {
        var (left, right) = Operands(entity, value);
        if (typeof(TKey) == typeof(string))
        {
            left = Expression.Call(_compareText, left, right);
            right = Expression.Constant(0);
        }

        return greater ? Expression.GreaterThan(left, right) : Expression.LessThan(left, right);
    }

    public override Expression Equal(ParameterExpression entity, object value)
    {
        var (left, right) = Operands(entity, value);
        return Expression.Equal(left, right);
    }

    public override void Write(Utf8JsonWriter json, T node)
    {
        switch (_read(node))
        {
            case string text: json.WriteStringValue(text); break;
            case Guid id: json.WriteStringValue(id); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            // Ticks keep what PostgreSQL keeps (microseconds); text would have to agree on a precision.
            case DateTimeOffset instant: json.WriteNumberValue(instant.UtcTicks); break;
            case DateOnly date: json.WriteNumberValue(date.DayNumber); break;
            case var other: throw new InvalidOperationException($"The key {Name} is {other?.GetType().Name ?? "null"}.");
        }
    }

    public override object Read(JsonElement json)
    {
        if (typeof(TKey) == typeof(string))
        {
            return json.GetString() ?? throw new FormatException();
        }

        if (typeof(TKey) == typeof(Guid))
        {
            return json.GetGuid();
        }

        if (typeof(TKey) == typeof(int))
        {
            return json.GetInt32();
        }

        if (typeof(TKey) == typeof(long))
        {
            return json.GetInt64();
        }

        if (typeof(TKey) == typeof(decimal))
        {
            return json.GetDecimal();
        }

        if (typeof(TKey) == typeof(DateOnly))
        {
            var day = json.GetInt32();
            return day >= 0 && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day) : throw new FormatException();
        }

        var ticks = json.GetInt64();
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw new FormatException();
    }

    /// <summary>The value is a member of a captured object, so that EF Core sends it as a parameter and caches the statement.</summary>
    private (Expression Left, Expression Right) Operands(ParameterExpression entity, object value)
        => (new Rebind(_selector.Parameters[0], entity).Visit(_selector.Body),
            Expression.Field(Expression.Constant(new Holder((TKey)value)), _value));

    private static bool IsSupported(Type type)
        => type == typeof(string) || type == typeof(Guid) || type == typeof(int) || type == typeof(long)
        || type == typeof(decimal) || type == typeof(DateTimeOffset) || type == typeof(DateOnly);

    private sealed class Holder(TKey value)
    {
        public readonly TKey Value = value;
    }

    private sealed class Rebind(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
