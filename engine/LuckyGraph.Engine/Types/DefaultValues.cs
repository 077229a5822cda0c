namespace LuckyGraph.Engine.Types;

/// <summary>
/// Coerces default values once, while the schema is built (3.6.1, 3.10). Defaults of input objects need the defaults of
/// their fields first; a default that needs itself stays null here and is an error of <see cref="SchemaValidator"/>.
/// </summary>
internal static class DefaultValues
{
    internal enum State : byte
    {
        None,
        Running,
        Done,
    }

    public static object? Of(InputValueDefinition input, ref State state, ref object? value)
    {
        if (state == State.None && input.DefaultValue is { } literal)
        {
            state = State.Running;
            value = InputCoercion.TryCoerce(literal, input.Type, null, out var coerced, []) ? coerced : null;
            state = State.Done;
        }

        return value;
    }
}
