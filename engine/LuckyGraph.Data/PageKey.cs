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

    /// <summary>The column of an entity.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="guarded">Whether it is asked for in memory, where an entity that is not there has no columns.</param>
    public abstract Expression Of(Expression entity, bool guarded);
    public abstract IQueryable<T> Sort(IQueryable<T> source, bool descending, bool first, bool guarded);
    public abstract Expression Compare(Expression column, object? value, bool greater);
    public abstract Expression Equal(Expression column, object? value);
    /// <summary>The column of a loaded entity.</summary>
    public abstract object? ValueOf(T node);
    public abstract void Write(Utf8JsonWriter json, object? value);
    /// <summary>The same column as one of an entity that refers to this one.</summary>
    public abstract PageKey<TOuter> Through<TOuter>(Expression<Func<TOuter, T?>> reference, bool nullable);
    public abstract object? Read(JsonElement json);
}

internal sealed class PageKey<T, TKey> : PageKey<T>
{
    private static readonly MethodInfo _compareText = typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;
    private static readonly Type _type = Nullable.GetUnderlyingType(typeof(TKey)) ?? typeof(TKey);
    private static readonly FieldInfo _value = typeof(Holder).GetField(nameof(Holder.Value))!;

    private readonly Expression<Func<T, TKey>> _selector;
    private readonly Expression<Func<T, TKey>> _guarded;
    private readonly bool _nullable;
    private Func<T, TKey>? _read;

    /// <param name="selector">The column.</param>
    /// <param name="descending">Its direction.</param>
    /// <param name="nullable">Whether a text may be null; nullable structs say so themselves.</param>
    /// <param name="guarded">The column where entities in between may be missing in memory; databases need no such care.</param>
    public PageKey(Expression<Func<T, TKey>> selector, bool descending, bool nullable = false, Expression<Func<T, TKey>>? guarded = null)
        : base(selector.Body.ToString(), descending)
    {
        if (!IsSupported(_type))
        {
            throw new ArgumentException($"A page cannot be ordered by {selector.Body}: {typeof(TKey).Name} is no key.", nameof(selector));
        }

        _selector = selector;
        _guarded = guarded ?? selector;
        _nullable = nullable || _type != typeof(TKey);
    }

    public override MemberInfo? Member
        => _selector.Body is MemberExpression { Expression: ParameterExpression } member ? member.Member : null;

    public override Expression Of(Expression entity, bool guarded) => ParameterRebinding.Of(guarded ? _guarded : _selector, entity);

    public override IQueryable<T> Sort(IQueryable<T> source, bool descending, bool first, bool guarded)
    {
        var selector = guarded ? _guarded : _selector;
        return (first, descending) switch
        {
            (true, false) => source.OrderBy(selector),
            (true, true) => source.OrderByDescending(selector),
            (false, false) => ((IOrderedQueryable<T>)source).ThenBy(selector),
            (false, true) => ((IOrderedQueryable<T>)source).ThenByDescending(selector),
        };
    }

    // PostgreSQL sorts null as the greatest of all values.
    public override Expression Compare(Expression left, object? value, bool greater)
    {
        Expression right = Operand(value);
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

    public override Expression Equal(Expression column, object? value) => Expression.Equal(column, value is null ? Null : Operand(value));

    public override object? ValueOf(T node) => (_read ??= _guarded.Compile())(node);

    public override void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
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

    public override PageKey<TOuter> Through<TOuter>(Expression<Func<TOuter, T?>> reference, bool nullable)
    {
        var outer = reference.Parameters[0];
        var column = ParameterRebinding.Of(_selector, reference.Body);
        if (!nullable)
        {
            return new PageKey<TOuter, TKey>(
                Expression.Lambda<Func<TOuter, TKey>>(column, outer), Descending, _nullable,
                Expression.Lambda<Func<TOuter, TKey>>(ParameterRebinding.Of(_guarded, reference.Body), outer));
        }

        // Where there is no other entity there is no value: a struct becomes a nullable one.
        var type = typeof(TKey).IsValueType && _type == typeof(TKey) ? typeof(Nullable<>).MakeGenericType(typeof(TKey)) : typeof(TKey);
        var guarded = Expression.Condition(
            Expression.Equal(reference.Body, Expression.Constant(null, reference.Body.Type)),
            Expression.Constant(null, type),
            As(ParameterRebinding.Of(_guarded, reference.Body), type));
        var function = typeof(Func<,>).MakeGenericType(typeof(TOuter), type);
        return (PageKey<TOuter>)Activator.CreateInstance(
            typeof(PageKey<,>).MakeGenericType(typeof(TOuter), type),
            Expression.Lambda(function, As(column, type), outer), Descending, true, Expression.Lambda(function, guarded, outer))!;
    }

    private static Expression As(Expression expression, Type type) => expression.Type == type ? expression : Expression.Convert(expression, type);

    private static ConstantExpression Null => Expression.Constant(null, typeof(TKey));

    private static long Ticks(JsonElement json)
        => json.GetInt64() is >= 0 and var ticks && ticks <= DateTime.MaxValue.Ticks ? ticks : throw new FormatException();

    /// <summary>The value is a member of a captured object, so that EF Core sends it as a parameter and caches the statement.</summary>
    private static MemberExpression Operand(object? value) => Expression.Field(Expression.Constant(new Holder((TKey)value!)), _value);

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
