using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LuckyGraph.Fusion.Execution;

/// <summary>
/// A hash of bytes that nobody outside of the process can predict, so that chosen values do not all fall into one bucket. It
/// only finds candidates: whoever uses it compares the bytes too.
/// </summary>
internal static class KeyedHash
{
    private const ulong Factor = 0xFF51AFD7ED558CCDUL;
    private static readonly ulong s_seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(8));

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var (hash, length) = (s_seed ^ (ulong)bytes.Length, bytes.Length);
        if (length >= 8)
        {
            for (var at = 0; at < length - 8; at += 8)
            {
                hash = (hash ^ MemoryMarshal.Read<ulong>(bytes[at..])) * Factor;
                hash ^= hash >> 32;
            }

            // The last eight may overlap those before: the length is in the seed.
            hash ^= MemoryMarshal.Read<ulong>(bytes[(length - 8)..]);
        }
        else if (length >= 4)
        {
            hash ^= MemoryMarshal.Read<uint>(bytes) | ((ulong)MemoryMarshal.Read<uint>(bytes[(length - 4)..]) << 32);
        }
        else if (length > 0)
        {
            hash ^= bytes[0] | ((ulong)bytes[length >> 1] << 8) | ((ulong)bytes[length - 1] << 16);
        }

        hash *= Factor;
        return (int)(hash ^ (hash >> 32));
    }

    /// <summary>The hash of several values by their hashes, in order.</summary>
    public static int Combine(int hash, int next) => (((hash << 5) | (int)((uint)hash >> 27)) * 31) ^ next;
}
