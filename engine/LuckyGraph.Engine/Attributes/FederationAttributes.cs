namespace LuckyGraph.Engine;

/// <summary>The query field finds an entity by its key (Composite Schemas, <c>@lookup</c>). Returns one nullable entity.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LookupAttribute : Attribute;

/// <summary>Only the gateway sees the type or field (Composite Schemas, <c>@internal</c>).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Property)]
public sealed class InternalAttribute : Attribute;

/// <summary>Other source schemas may define the same field (Composite Schemas, <c>@shareable</c>).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method | AttributeTargets.Property)]
public sealed class ShareableAttribute : Attribute;

/// <summary>Hidden from the composed schema (Composite Schemas, <c>@inaccessible</c>).</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class InaccessibleAttribute : Attribute;

/// <summary>The fields that identify an entity (Composite Schemas, <c>@key</c>). Keys of lookups are inferred.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, AllowMultiple = true)]
public sealed class EntityKeyAttribute(string fields) : Attribute
{
    /// <summary>A selection of fields, such as <c>"id"</c> or <c>"sku seller { id }"</c>.</summary>
    public string Fields { get; } = fields;
}

/// <summary>The argument's value is data of other source schemas; clients do not see it (Composite Schemas, <c>@require</c>).</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RequireAttribute(string? field = null) : Attribute
{
    /// <summary>The field selection map; the argument's name otherwise.</summary>
    public string? Field { get; } = field;
}

/// <summary>Which field of the entity a lookup's argument stands for (Composite Schemas, <c>@is</c>).</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class IsAttribute(string field) : Attribute
{
    /// <summary>The field selection map.</summary>
    public string Field { get; } = field;
}
