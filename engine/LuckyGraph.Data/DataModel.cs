using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Data;

/// <summary>
/// What generated code knows of an entity: its columns, and which of them each GraphQL field reads. Built once per entity; a request
/// only puts prepared expressions together.
/// </summary>
/// <typeparam name="T">The entity.</typeparam>
public sealed class DataModel<T>
{
    private const ulong Whole = ulong.MaxValue;
    // A public endpoint may see any number of different selections; memory must not grow with them.
    private const int MostSelectors = 1_024;

    private readonly string _name;
    private readonly NewExpression? _create;
    private readonly List<DataColumn<T>> _columns = [];
    private readonly Dictionary<string, DataColumn<T>> _byField = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataRelation<T>> _relations = new(StringComparer.Ordinal);
    private readonly Dictionary<MemberInfo, int> _byMember = [];
    private readonly Dictionary<string, string?> _reads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ulong, Expression<Func<T, T>>> _selectors = new();
    private Dictionary<string, ulong>? _masks;
    private ulong _keyColumns;

    /// <summary>Starts the model.</summary>
    /// <param name="name">The GraphQL name of the entity.</param>
    /// <param name="projects">Whether the entity has a parameterless constructor, so that it can be loaded in part.</param>
    public DataModel(string name, bool projects)
    {
        _name = name;
        _create = projects ? Expression.New(typeof(T)) : null;
    }

    /// <summary>The entity's key as an order; null when it has none.</summary>
    public PageOrder<T>? KeyOrder { get; private set; }

    /// <summary>Adds a column.</summary>
    /// <param name="field">The GraphQL field.</param>
    /// <param name="scalar">The GraphQL type without nullability.</param>
    /// <param name="operations">What can be done with it.</param>
    /// <param name="selector">Reads the member.</param>
    /// <param name="convert">Makes the member's value of a coerced one; null when it cannot be filtered by.</param>
    /// <param name="nullable">Whether it may be null.</param>
    /// <param name="isKey">Whether it is, or is part of, the key.</param>
    public DataModel<T> Column<TValue>(
        string field, string scalar, DataOperations operations, Expression<Func<T, TValue>> selector, Func<object, TValue>? convert = null, bool nullable = false, bool isKey = false)
    {
        var column = new DataColumn<T, TValue>(field, scalar, operations, selector, convert, nullable);
        if (isKey)
        {
            _keyColumns |= _columns.Count < 64 ? 1ul << _columns.Count : Whole;
            var key = new PageOrder<T>([column.Key(descending: false)]);
            KeyOrder = KeyOrder?.Then(key) ?? key;
        }

        _byMember[column.Member] = _columns.Count;
        _byField[field] = column;
        _columns.Add(column);
        return this;
    }

    /// <summary>Adds another entity that belongs to this one; filters and orders reach through it.</summary>
    /// <param name="field">The GraphQL field.</param>
    /// <param name="selector">Reads the member.</param>
    /// <param name="other">The other entity's model, when it is needed: entities may refer to each other.</param>
    /// <param name="nullable">Whether there may be none; a condition on it then asks for one.</param>
    public DataModel<T> One<TOther>(string field, Expression<Func<T, TOther?>> selector, Func<DataModel<TOther>> other, bool nullable = false)
        where TOther : class
    {
        _relations[field] = new DataReference<T, TOther>(field, selector, other, nullable);
        return this;
    }

    /// <summary>Adds the other entities that belong to this one; filters ask for <c>some</c>, <c>all</c>, <c>none</c> or <c>any</c> of them.</summary>
    /// <param name="field">The GraphQL field.</param>
    /// <param name="selector">Reads the member.</param>
    /// <param name="other">The other entity's model, when it is needed.</param>
    public DataModel<T> Many<TOther>(string field, Expression<Func<T, IEnumerable<TOther>>> selector, Func<DataModel<TOther>> other)
    {
        _relations[field] = new DataCollection<T, TOther>(field, selector, other);
        return this;
    }

    /// <summary>Says what a field reads.</summary>
    /// <param name="field">The GraphQL field.</param>
    /// <param name="members">Names of members, space separated; null when it may read any.</param>
    public DataModel<T> Reads(string field, string? members)
    {
        _reads[field] = members;
        return this;
    }

    /// <summary>Adds <c>{Entity}FilterInput</c> to a schema, and the filters of the entities that it reaches.</summary>
    public void DefineFilter(SchemaBuilder schema) => DefineFilter(schema, []);

    internal string FilterName => _name + "FilterInput";

    internal void DefineFilter(SchemaBuilder schema, HashSet<string> defined)
    {
        var name = FilterName;
        if (!defined.Add(name))
        {
            return;
        }

        var type = schema.Input(name, typeof(DataModel<T>)).Description($"Conditions on a {_name}. All that are given must hold.")
            .Field("and", $"[{name}!]", description: "All of these hold.")
            .Field("or", $"[{name}!]", description: "One of these holds.");
        foreach (var column in _columns)
        {
            if (column.CanFilter)
            {
                type.Field(column.Field, column.FilterType);
                column.DefineFilter(schema);
            }
        }

        foreach (var relation in _relations.Values)
        {
            type.Field(relation.Field, relation.DefineFilter(schema, defined));
        }
    }

    /// <summary>Adds <c>{Entity}SortInput</c> to a schema, and those of the entities that it reaches.</summary>
    public void DefineSort(SchemaBuilder schema) => DefineSort(schema, []);

    internal string SortName => _name + "SortInput";

    internal bool CanSort => _columns.Exists(static c => c.CanSort);

    internal void DefineSort(SchemaBuilder schema, HashSet<string> defined)
    {
        if (!defined.Add(SortName))
        {
            return;
        }

        var direction = schema.Enum("SortEnumType").Description("A direction.");
        direction.Value("ASC", "The least first.");
        direction.Value("DESC", "The greatest first.");
        var type = schema.Input(SortName, typeof(PageOrder<T>)).Description($"The field of a {_name} to sort by, and the direction.").OneOf();
        foreach (var column in _columns)
        {
            if (column.CanSort)
            {
                type.Field(column.Field, "SortEnumType");
            }
        }

        foreach (var relation in _relations.Values)
        {
            if (relation.DefineSort(schema, defined) is { } other)
            {
                type.Field(relation.Field, other);
            }
        }
    }

    /// <summary>What a request asks of the entity.</summary>
    /// <param name="context">The field's context.</param>
    /// <param name="where">The argument <c>where</c>.</param>
    /// <param name="order">The argument <c>order</c>.</param>
    /// <param name="project">Whether only selected columns are loaded.</param>
    /// <param name="paths">Where below the field the entity's fields are: empty, or the nodes of a connection.</param>
    /// <exception cref="GraphQLException">A filter that cannot be, or has too many conditions.</exception>
    public QueryContext<T> Context(ResolverContext context, InputObjectValue? where, InputObjectValue[]? order, bool project, params ReadOnlySpan<string> paths)
    {
        var columns = project && _create is not null ? Selected(context, paths) : Whole;
        return new QueryContext<T>(columns == Whole ? null : Selector(columns), Predicate(where), Sorting(order)) { Model = this, Columns = columns };
    }

    /// <summary>Loads a query that a resolver returned.</summary>
    public static Task<List<T>> ListAsync(IQueryable<T> query, QueryContext<T> context, CancellationToken cancellationToken)
        => PagingQueryable.LoadAsync(query.With(context), cancellationToken);

    /// <summary>Loads a page of a query that a resolver returned, in the order asked for, then the query's own, then the key's.</summary>
    public Task<PageConnection<T>> PageAsync(IQueryable<T> query, QueryContext<T> context, PagingArguments paging, CancellationToken cancellationToken)
    {
        var order = OrderOf(query.Expression);
        order = KeyOrder is { } key ? order?.Then(key) ?? key : order;
        return query.ToPageAsync(context, order ?? throw new InvalidOperationException($"{typeof(T)} has no key to page by."), paging, cancellationToken);
    }

    internal Expression<Func<T, T>>? Selector(ulong columns, PageOrder<T> order)
    {
        foreach (var key in order.Keys)
        {
            // What is no member of the entity is loaded beside it.
            columns |= key.Member is not { } member ? 0ul : _byMember.TryGetValue(member, out var index) ? 1ul << index : Whole;
        }

        return columns == Whole ? null : Selector(columns);
    }

    private Expression<Func<T, T>> Selector(ulong columns)
    {
        if (_selectors.TryGetValue(columns, out var known))
        {
            return known;
        }

        var entity = Expression.Parameter(typeof(T), "e");
        var bindings = new List<MemberBinding>();
        for (var i = 0; i < _columns.Count; i++)
        {
            if ((columns & (1ul << i)) != 0)
            {
                bindings.Add(Expression.Bind(_columns[i].Member, _columns[i].Read(entity)));
            }
        }

        var selector = Expression.Lambda<Func<T, T>>(Expression.MemberInit(_create!, bindings), entity);
        if (_selectors.Count < MostSelectors)
        {
            _selectors.TryAdd(columns, selector);
        }

        return selector;
    }

    private ulong Selected(ResolverContext context, ReadOnlySpan<string> paths)
    {
        var masks = _masks ??= Masks();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            context.SelectedFields(path, names);
        }

        var columns = _keyColumns;
        foreach (var name in names)
        {
            // A field that another module added may read anything.
            columns |= masks.TryGetValue(name, out var mask) ? mask : Whole;
        }

        return columns;
    }

    private Dictionary<string, ulong> Masks()
    {
        var masks = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (var i = 0; i < _columns.Count; i++)
        {
            masks[_columns[i].Field] = _columns.Count < 64 ? 1ul << i : Whole;
        }

        foreach (var (field, members) in _reads)
        {
            var mask = members is null || _columns.Count >= 64 ? Whole : 0ul;
            foreach (var member in (members ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                var index = _columns.FindIndex(c => c.Member.Name == member);
                mask |= index < 0 ? Whole : 1ul << index;
            }

            masks[field] = mask;
        }

        return masks;
    }

    private Expression<Func<T, bool>>? Predicate(InputObjectValue? where)
    {
        if (where is null)
        {
            return null;
        }

        var entity = Expression.Parameter(typeof(T), "e");
        var budget = DataModel.MostConditions;
        return Filter(entity, where, "where", ref budget) is { } condition ? Expression.Lambda<Func<T, bool>>(condition, entity) : null;
    }

    internal Expression? Filter(Expression entity, InputObjectValue filter, string path, ref int budget)
    {
        DataModel.Spend(ref budget, 1);
        Expression? all = null;
        for (var i = 0; i < filter.Count; i++)
        {
            if (!filter.IsProvided(i))
            {
                continue;
            }

            var name = filter.Type.Fields[i].Name;
            var here = $"{path}.{name}";
            Expression? one = null;
            if (name is "and" or "or")
            {
                foreach (var item in filter[i] as object?[] ?? throw DataModel.IsNull(here))
                {
                    var part = Filter(entity, (InputObjectValue)item!, here, ref budget);
                    one = name == "or" ? DataModel.Or(one, part) : DataModel.And(one, part);
                }
            }
            else if (_relations.TryGetValue(name, out var relation))
            {
                one = relation.Filter(entity, filter[i] as InputObjectValue ?? throw DataModel.IsNull(here), here, ref budget);
            }
            else
            {
                one = _byField[name].Filter(entity, filter[i] as InputObjectValue ?? throw DataModel.IsNull(here), here, ref budget);
            }

            all = DataModel.And(all, one);
        }

        return all;
    }

    private PageOrder<T>? Sorting(InputObjectValue[]? order)
    {
        if (order is null or [])
        {
            return null;
        }

        var most = _columns.Count + DataModel.MostSortSteps;
        if (order.Length > most)
        {
            throw DataModel.Invalid($"\"order\" must have at most {most} entries, but has {order.Length}.");
        }

        PageOrder<T>? sorting = null;
        var steps = DataModel.MostSortSteps;
        foreach (var entry in order)
        {
            if (SortKey(entry, ref steps) is { } column)
            {
                var key = new PageOrder<T>([column]);
                sorting = sorting?.Then(key) ?? key;
            }
        }

        return sorting;
    }

    /// <summary>The column that an entry of an order names, here or in an entity that belongs to this one; null when it names none.</summary>
    internal PageKey<T>? SortKey(InputObjectValue entry, ref int steps)
    {
        for (var i = 0; i < entry.Count; i++)
        {
            switch (entry[i])
            {
                case string direction: return _byField[entry.Type.Fields[i].Name].Key(direction == "DESC");
                case InputObjectValue other: return _relations[entry.Type.Fields[i].Name].SortKey(other, ref steps);
            }
        }

        return null;
    }

    /// <summary>The order that a query has already, of columns.</summary>
    private PageOrder<T>? OrderOf(Expression query)
    {
        var keys = new List<PageKey<T>>();
        for (var call = query as MethodCallExpression; call is { Arguments.Count: > 0 }; call = call.Arguments[0] as MethodCallExpression)
        {
            var name = call.Method.DeclaringType == typeof(Queryable) ? call.Method.Name : "";
            if (name is not ("OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending"))
            {
                continue;
            }

            var lambda = (call.Arguments[1] as UnaryExpression)?.Operand as LambdaExpression;
            if (lambda?.Body is not MemberExpression { Expression: ParameterExpression } member
                || !_byMember.TryGetValue(member.Member, out var index) || !_columns[index].CanSort)
            {
                throw new InvalidOperationException($"A page of {typeof(T)} cannot be ordered by {lambda?.Body}: order by one of its sortable columns.");
            }

            keys.Insert(0, _columns[index].Key(name.EndsWith("Descending", StringComparison.Ordinal)));
            if (name[0] == 'O')
            {
                break;
            }
        }

        return keys.Count == 0 ? null : new PageOrder<T>([.. keys]);
    }
}

/// <summary>What all models share.</summary>
internal static class DataModel
{
    /// <summary>Most conditions, and values of <c>in</c> and <c>nin</c>, of one filter.</summary>
    public const int MostConditions = 500;

    /// <summary>Most steps to other entities in one order, each of which joins a table.</summary>
    public const int MostSortSteps = 20;

    /// <summary>What a step to another entity counts: it joins a table.</summary>
    public const int RelationConditions = 25;

    public static Expression? And(Expression? left, Expression? right)
        => left is null ? right : right is null ? left : Expression.AndAlso(left, right);

    public static Expression? Or(Expression? left, Expression? right)
        => left is null ? right : right is null ? left : Expression.OrElse(left, right);

    public static void Spend(ref int budget, int conditions)
    {
        budget -= conditions;
        if (budget < 0)
        {
            throw new GraphQLException($"\"where\" has more than {MostConditions} conditions.", ErrorCodes.Limit);
        }
    }

    public static GraphQLException Invalid(string message) => new(message, ErrorCodes.Variables);

    public static GraphQLException IsNull(string path) => Invalid($"\"{path}\" must not be null; leave it out instead.");
}
