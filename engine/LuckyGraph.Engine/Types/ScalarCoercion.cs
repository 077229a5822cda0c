using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Input and result coercion of one scalar (3.5). Failures throw <see cref="CoercionException"/>.</summary>
public abstract class ScalarCoercion
{
    /// <summary>Coerces a literal; variables inside list and object literals of custom scalars are looked up by the caller.</summary>
    public abstract object? ParseLiteral(ValueNode literal);

    /// <summary>Coerces a value of the variables' JSON.</summary>
    public abstract object? ParseValue(JsonElement value);

    /// <summary>
    /// Writes a result value, never null. Generated code writes the common CLR types itself; this serves resolvers whose
    /// values are only known as objects.
    /// </summary>
    public abstract void Write(object value, ResponseWriter writer);
}

/// <summary>A value does not fit its type; the message names value and type and says what would fit.</summary>
public sealed class CoercionException(string message) : Exception(message)
{
    /// <summary>The syntax at fault, when it is narrower than the field; null otherwise.</summary>
    public SyntaxNode? Node { get; init; }
}
