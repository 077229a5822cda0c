using System.Runtime.InteropServices;
using System.Text.Json;
using LuckyGraph.Fusion.Planning;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Writes the client's variables into outgoing bodies: the JSON that the client sent, checked but not rewritten.</summary>
internal static class VariableSegment
{
    /// <summary>Writes <c>"name":value</c> members; returns whether any was written.</summary>
    public static bool Write(PooledBuffer buffer, ForwardedVariable[] variables, JsonElement values)
    {
        var any = false;
        if (values.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var variable in variables)
        {
            if (values.TryGetProperty(variable.Name, out var value))
            {
                if (any)
                {
                    buffer.Write((byte)',');
                }

                buffer.Write(variable.Member);
                buffer.Write(JsonMarshal.GetRawUtf8Value(value));
                any = true;
            }
        }

        return any;
    }
}
