using System.Runtime.CompilerServices;

namespace LuckyGraph.Engine.Execution;

/// <summary>Stands for a number or boolean of a resolver: the value itself is in the bits beside it, and is never boxed.</summary>
internal abstract class UnboxedLeaf
{
    /// <summary>Writes the value.</summary>
    public abstract void Write(long bits, ResponseWriter writer);
}

/// <inheritdoc cref="UnboxedLeaf" />
/// <typeparam name="T">int, long, double or bool.</typeparam>
internal sealed class UnboxedLeaf<T> : UnboxedLeaf
    where T : struct
{
    public static readonly UnboxedLeaf<T> Instance = new();

    /// <summary>The bits of a value.</summary>
    public static long BitsOf(T value)
    {
        var bits = 0L;
        Unsafe.As<long, T>(ref bits) = value;
        return bits;
    }

    public override void Write(long bits, ResponseWriter writer)
    {
        if (typeof(T) == typeof(int))
        {
            writer.Write(Unsafe.As<long, int>(ref bits));
        }
        else if (typeof(T) == typeof(long))
        {
            writer.Write(bits);
        }
        else if (typeof(T) == typeof(double))
        {
            writer.Write(Unsafe.As<long, double>(ref bits));
        }
        else if (typeof(T) == typeof(bool))
        {
            writer.Write(Unsafe.As<long, bool>(ref bits));
        }
        else
        {
            throw new NotSupportedException($"{typeof(T)} is boxed.");
        }
    }
}
