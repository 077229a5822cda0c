namespace LuckyGraph.Generator.Model;

/// <summary>An entity whose columns queries filter by, sort by or project.</summary>
internal sealed record DataModel(string Key, NameReference Name, string Clr) : TypeModel(Key, Name, Clr)
{
    /// <summary>The members that can be loaded.</summary>
    public EquatableArray<ColumnModel> Columns { get; init; }
    /// <summary>The members that hold other entities.</summary>
    public EquatableArray<RelationModel> Relations { get; init; }
    /// <summary>Fields of the type itself that may read any member.</summary>
    public EquatableArray<string> Computed { get; init; }
    /// <summary>Whether it can be loaded in part.</summary>
    public bool Projects { get; init; }
}

/// <summary>A member that can be loaded.</summary>
/// <param name="Member">The C# property.</param>
/// <param name="Field">The GraphQL field.</param>
/// <param name="Clr">The property's C# type as declared.</param>
internal sealed record ColumnModel(string Member, string Field, string Clr)
{
    /// <summary>Its values; null when it cannot be filtered or sorted by.</summary>
    public ValueModel? Value { get; init; }
    /// <summary>Whether it may be null.</summary>
    public bool Nullable { get; init; }
    /// <summary>Whether it is the key.</summary>
    public bool IsKey { get; init; }
}

/// <summary>A member that holds other entities.</summary>
/// <param name="Member">The C# property.</param>
/// <param name="Field">The GraphQL field.</param>
/// <param name="Key">The other entity's <see cref="DataModel"/>.</param>
/// <param name="Clr">The other entity's C# type.</param>
/// <param name="IsMany">Whether there are many of them.</param>
/// <param name="Nullable">Whether there may be none.</param>
internal sealed record RelationModel(string Member, string Field, string Key, string Clr, bool IsMany, bool Nullable);

/// <summary>What a field does with the entities that it loads.</summary>
/// <param name="Key">The entity's <see cref="DataModel"/>, without its prefix.</param>
internal sealed record DataUse(string Key)
{
    /// <summary>Whether the method returns a query that generated code loads.</summary>
    public bool LoadsQuery { get; init; }
    /// <summary>Whether the field is a connection.</summary>
    public bool IsConnection { get; init; }
    /// <summary>Whether there is an argument <c>where</c>.</summary>
    public bool Filters { get; init; }
    /// <summary>Whether there is an argument <c>order</c>.</summary>
    public bool Sorts { get; init; }
    /// <summary>Whether only selected columns are loaded.</summary>
    public bool Projects { get; init; }
    /// <summary>The connection's limits, as a C# object initializer.</summary>
    public string? Paging { get; init; }
}
