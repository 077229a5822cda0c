using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Data;

/// <summary>A member of an entity that holds other entities; filters reach through it, orders where it is one.</summary>
internal abstract class DataRelation<T>(string field)
{
    /// <summary>The GraphQL field.</summary>
    public string Field { get; } = field;

    /// <summary>Adds the type of the field's filter; returns its name.</summary>
    public abstract string DefineFilter(SchemaBuilder schema, HashSet<string> defined);

    /// <summary>What a filter says of the other entities; null when it says nothing.</summary>
    public abstract Expression? Filter(Expression entity, InputObjectValue filter, string path, ref int budget);

    /// <summary>Adds the type of the field's order; returns its name, or null when nothing can be ordered by it.</summary>
    public virtual string? DefineSort(SchemaBuilder schema, HashSet<string> defined) => null;

    /// <summary>The column that an entry of an order names in the other entity.</summary>
    public virtual PageKey<T>? SortKey(InputObjectValue entry, ref int steps) => null;
}

/// <summary>One other entity.</summary>
internal sealed class DataReference<T, TOther>(string field, Expression<Func<T, TOther?>> selector, Func<DataModel<TOther>> other, bool nullable) : DataRelation<T>(field)
    where TOther : class
{
    // Entities may refer to each other in circles: the keys that lead through them must not grow without end.
    private const int MostKeys = 1_024;

    private readonly ConcurrentDictionary<PageKey<TOther>, PageKey<T>> _keys = new();

    public override string DefineFilter(SchemaBuilder schema, HashSet<string> defined)
    {
        other().DefineFilter(schema, defined);
        return other().FilterName;
    }

    public override string? DefineSort(SchemaBuilder schema, HashSet<string> defined)
    {
        if (!other().CanSort)
        {
            return null;
        }

        other().DefineSort(schema, defined);
        return other().SortName;
    }

    public override PageKey<T>? SortKey(InputObjectValue entry, ref int steps)
    {
        if (--steps < 0)
        {
            throw new GraphQLException($"\"order\" takes more than {DataModel.MostSortSteps} steps to other entities.", ErrorCodes.Limit);
        }

        if (other().SortKey(entry, ref steps) is not { } key)
        {
            return null;
        }

        if (!_keys.TryGetValue(key, out var through))
        {
            through = key.Through(selector, nullable);
            if (_keys.Count < MostKeys)
            {
                through = _keys.GetOrAdd(key, through);
            }
        }

        return through;
    }

    public override Expression? Filter(Expression entity, InputObjectValue filter, string path, ref int budget)
    {
        DataModel.Spend(ref budget, DataModel.RelationConditions);
        var reference = ParameterRebinding.Of(selector, entity);
        var condition = other().Filter(reference, filter, path, ref budget);
        // Without this, a condition such as neq would hold for what is not there.
        return nullable ? DataModel.And(Expression.NotEqual(reference, Expression.Constant(null, typeof(TOther))), condition) : condition;
    }
}

/// <summary>Any number of other entities.</summary>
internal sealed class DataCollection<T, TOther>(string field, Expression<Func<T, IEnumerable<TOther>>> selector, Func<DataModel<TOther>> other) : DataRelation<T>(field)
{
    private static readonly MethodInfo _any = new Func<IEnumerable<TOther>, bool>(Enumerable.Any).Method;
    private static readonly MethodInfo _anyOf = new Func<IEnumerable<TOther>, Func<TOther, bool>, bool>(Enumerable.Any).Method;
    private static readonly MethodInfo _allOf = new Func<IEnumerable<TOther>, Func<TOther, bool>, bool>(Enumerable.All).Method;

    public override string DefineFilter(SchemaBuilder schema, HashSet<string> defined)
    {
        var of = other().FilterName;
        var name = $"ListFilterInputTypeOf{of}";
        other().DefineFilter(schema, defined);
        schema.Input(name, typeof(DataCollection<T, TOther>)).Description("Conditions on a list. All that are given must hold.")
            .Field("all", of, description: "They hold for every item.")
            .Field("none", of, description: "They hold for no item.")
            .Field("some", of, description: "They hold for one item at least.")
            .Field("any", "Boolean", description: "True: there is an item; false: there is none.");
        return name;
    }

    public override Expression? Filter(Expression entity, InputObjectValue filter, string path, ref int budget)
    {
        var list = ParameterRebinding.Of(selector, entity);
        Expression? all = null;
        for (var i = 0; i < filter.Count; i++)
        {
            if (!filter.IsProvided(i))
            {
                continue;
            }

            var operation = filter.Type.Fields[i].Name;
            var here = $"{path}.{operation}";
            DataModel.Spend(ref budget, DataModel.RelationConditions);
            all = DataModel.And(all, (operation, filter[i]) switch
            {
                ("any", bool expected) => expected ? Expression.Call(_any, list) : Expression.Not(Expression.Call(_any, list)),
                (_, InputObjectValue of) => Items(list, operation, of, here, ref budget),
                _ => throw DataModel.IsNull(here),
            });
        }

        return all;
    }

    private Expression Items(Expression list, string operation, InputObjectValue filter, string path, ref int budget)
    {
        var item = Expression.Parameter(typeof(TOther), "i");
        var condition = Expression.Lambda<Func<TOther, bool>>(other().Filter(item, filter, path, ref budget) ?? Expression.Constant(true), item);
        var call = Expression.Call(operation == "all" ? _allOf : _anyOf, list, condition);
        return operation == "none" ? Expression.Not(call) : call;
    }
}
