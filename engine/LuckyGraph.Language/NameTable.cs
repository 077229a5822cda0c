using System.Text;

namespace LuckyGraph.Language;

/// <summary>
/// Turns the UTF-8 bytes of names into strings and remembers them, so that names which repeat, within a document or across
/// documents, are one string and cost no allocation. A fixed number of slots: a new name may displace an old one, so hostile
/// documents cannot make it grow. Reads and writes of a slot are single reference accesses and need no lock.
/// </summary>
internal static class NameTable
{
    private const int Slots = 1 << 13;
    private const int LongestRemembered = 64;
    private static readonly string?[] s_names = new string?[Slots];

    public static string Get(ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length > LongestRemembered)
        {
            return Encoding.UTF8.GetString(ascii);
        }

        // FNV-1a with a final mix; two neighbouring slots hold a name.
        var hash = 2166136261u;
        foreach (var b in ascii)
        {
            hash = (hash ^ b) * 16777619u;
        }

        hash ^= hash >> 15;
        var slot = (int)(hash & (Slots - 1));
        var name = s_names[slot];
        if (name is not null && Matches(name, ascii))
        {
            return name;
        }

        var other = slot ^ 1;
        var second = s_names[other];
        if (second is not null && Matches(second, ascii))
        {
            return second;
        }

        var created = Encoding.UTF8.GetString(ascii);
        if (name is not null && second is null)
        {
            s_names[other] = created;
        }
        else
        {
            s_names[slot] = created;
        }

        return created;
    }

    private static bool Matches(string name, ReadOnlySpan<byte> ascii) => name.Length == ascii.Length && Ascii.Equals(ascii, name);
}
