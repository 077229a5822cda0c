using System.Collections.Immutable;

namespace LuckyGraph.Engine.Types;

/// <summary>Checks a type system against section 3.</summary>
public static class SchemaValidator
{
    /// <summary>Every error of the schema.</summary>
    public static ImmutableArray<SchemaError> Validate(Schema schema)
        => schema.QueryType is null ? [new SchemaError("Query root type must be provided.", [])] : [];
}
