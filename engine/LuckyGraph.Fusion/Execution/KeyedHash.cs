using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// A hash of bytes that nobody outside of the process can predict, so that chosen values do not all fall into one bucket. It
/// only finds candidates: whoever uses it compares the bytes too.
/// </summary>
internal static class KeyedHash
{
    private static readonly ulong s_seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(8));

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var hash = s_seed ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(bytes)) * 0xFF51AFD7ED558CCDUL;
            hash ^= hash >> 32;
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 0xFF51AFD7ED558CCDUL;
        }

        return (int)(hash ^ (hash >> 29));
    }
}
