using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace LuckyGraph.Data;

/// <summary>One column of a <see cref="PageOrder{T}"/>.</summary>
internal abstract class PageKey<T>(string name, bool descending)
{
    public string Name { get; } = name;
    public bool Descending { get; } = descending;
    /// <summary>The member that it reads, when it does nothing else.</summary>
    public abstract MemberInfo? Member { get; }

    public abstract IQueryable<T> Sort(IQueryable<T> source, bool descending, bool first);
    public abstract Expression Compare(ParameterExpression entity, object? value, bool greater);
    public abstract Expression Equal(ParameterExpression entity, object? value);
    public abstract void Write(Utf8JsonWriter json, T node);
    public abstract object? Read(JsonElement json);
}

internal sealed class PageKey<T, TKey> : PageKey<T>
{
    private static readonly MethodInfo _compareText = typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;
    private static readonly Type _type = Nullable.GetUnderlyingType(typeof(TKey)) ?? typeof(TKey);
    private static readonly FieldInfo _value = typeof(Holder).GetField(nameof(Holder.Value))!;

    private readonly Expression<Func<T, TKey>> _selector;
    private readonly Func<T, TKey> _read;
    private readonly bool _nullable;

    /// <param name="selector">The column.</param>
    /// <param name="descending">Its direction.</param>
    /// <param name="nullable">Whether a text may be null; nullable structs say so themselves.</param>
    public PageKey(Expression<Func<T, TKey>> selector, bool descending, bool nullable = false) : base(selector.Body.ToString(), descending)
    {
        if (!IsSupported(_type))
        {
            throw new ArgumentException($"A page cannot be ordered by {selector.Body}: {typeof(TKey).Name} is no key.", nameof(selector));
        }

        _selector = selector;
        _read = selector.Compile();
        _nullable = nullable || _type != typeof(TKey);
    }

    public override MemberInfo? Member
        => _selector.Body is MemberExpression { Expression: ParameterExpression } member ? member.Member : null;

    public override IQueryable<T> Sort(IQueryable<T> source, bool descending, bool first) => (first, descending) switch
    {
        (true, false) => source.OrderBy(_selector),
        (true, true) => source.OrderByDescending(_selector),
        (false, false) => ((IOrderedQueryable<T>)source).ThenBy(_selector),
        (false, true) => ((IOrderedQueryable<T>)source).ThenByDescending(_selector),
    };

    // PostgreSQL sorts null as the greatest of all values.
    public override Expression Compare(ParameterExpression entity, object? value, bool greater)
    {
        var (left, right) = Operands(entity, value);
        if (value is null)
        {
            return greater ? Expression.Constant(false) : Expression.NotEqual(left, Null);
        }

        var isNull = _nullable && greater ? Expression.Equal(left, Null) : null;
        if (typeof(TKey) == typeof(string))
        {
            left = Expression.Call(_compareText, left, right);
            right = Expression.Constant(0);
        }

        var beyond = greater ? Expression.GreaterThan(left, right) : Expression.LessThan(left, right);
        return isNull is null ? beyond : Expression.OrElse(beyond, isNull);
    }

    public override Expression Equal(ParameterExpression entity, object? value)
    {
        var (left, right) = Operands(entity, value);
        return Expression.Equal(left, value is null ? Null : right);
    }

    public override void Write(Utf8JsonWriter json, T node)
    {
        switch (_read(node))
        {
            case null when _nullable: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case Guid id: json.WriteStringValue(id); break;
            case short number: json.WriteNumberValue(number); break;
            case int number: json.WriteNumberValue(number); break;
            case float number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            // Ticks keep what PostgreSQL keeps (microseconds); text would have to agree on a precision.
            case DateTimeOffset instant: json.WriteNumberValue(instant.UtcTicks); break;
            case DateTime instant: json.WriteNumberValue(instant.Ticks); break;
            case DateOnly date: json.WriteNumberValue(date.DayNumber); break;
            case var other: throw new InvalidOperationException($"The key {Name} is {other?.GetType().Name ?? "null"}.");
        }
    }

    public override object? Read(JsonElement json) => Type.GetTypeCode(_type) switch
    {
        _ when json.ValueKind == JsonValueKind.Null => _nullable ? null : throw new FormatException(),
        TypeCode.String => json.GetString(),
        TypeCode.Int16 => json.GetInt16(),
        TypeCode.Int32 => json.GetInt32(),
        TypeCode.Int64 => json.GetInt64(),
        TypeCode.Single => json.GetSingle(),
        TypeCode.Double => json.GetDouble(),
        TypeCode.Decimal => json.GetDecimal(),
        TypeCode.DateTime => new DateTime(Ticks(json), DateTimeKind.Utc),
        _ when _type == typeof(Guid) => json.GetGuid(),
        _ when _type == typeof(DateOnly) => json.GetInt32() is >= 0 and var day && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day) : throw new FormatException(),
        _ => new DateTimeOffset(Ticks(json), TimeSpan.Zero),
    };

    private static ConstantExpression Null => Expression.Constant(null, typeof(TKey));

    private static long Ticks(JsonElement json)
        => json.GetInt64() is >= 0 and var ticks && ticks <= DateTime.MaxValue.Ticks ? ticks : throw new FormatException();

    /// <summary>The value is a member of a captured object, so that EF Core sends it as a parameter and caches the statement.</summary>
    private (Expression Left, Expression Right) Operands(ParameterExpression entity, object? value)
        => (ParameterRebinding.Of(_selector, entity),
            Expression.Field(Expression.Constant(new Holder((TKey)value!)), _value));

    private static bool IsSupported(Type type)
        => type == typeof(string) || type == typeof(Guid) || type == typeof(short) || type == typeof(int) || type == typeof(long)
        || type == typeof(float) || type == typeof(double) || type == typeof(decimal)
        || type == typeof(DateTimeOffset) || type == typeof(DateTime) || type == typeof(DateOnly);

    private sealed class Holder(TKey value)
    {
        public readonly TKey Value = value;
    }
}

/// <summary>Lets the body of a lambda expression read another parameter.</summary>
internal sealed class ParameterRebinding(ParameterExpression from, Expression to) : ExpressionVisitor
{
    public static Expression Of(LambdaExpression lambda, Expression to) => new ParameterRebinding(lambda.Parameters[0], to).Visit(lambda.Body);

    protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
}
