using System.Buffers.Text;
using System.Text;
using LuckyGraph.Engine.Types;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Relay global ids: <c>base64url(typeName ":" payload)</c>; the payload is 16 big-endian bytes for a UUID, else UTF-8 text.
/// Every subgraph uses this form, so that an id made by one is understood by all.
/// </summary>
public static class GlobalId
{
    /// <summary>Encodes a UUID.</summary>
    public static string Encode(string typeName, Guid value)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(typeName.Length) + 17];
        var length = Encoding.UTF8.GetBytes(typeName, bytes);
        bytes[length++] = (byte)':';
        value.TryWriteBytes(bytes[length..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes[..(length + 16)]);
    }

    /// <summary>Decodes an id that must belong to <paramref name="typeName"/>.</summary>
    /// <exception cref="CoercionException">The text is no id of that type.</exception>
    public static Guid DecodeGuid(string typeName, string id)
        => TryDecode(id, out var name, out var payload) && name == typeName && payload.Length == 16
            ? new Guid(payload, bigEndian: true)
            : throw new CoercionException($"\"{id}\" is not an id of a {typeName}.");

    /// <summary>Splits an id into its type and payload.</summary>
    public static bool TryDecode(string id, out string typeName, out byte[] payload)
    {
        typeName = "";
        payload = [];
        if (id.Length is 0 or > 512 || !Base64Url.IsValid(id))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(id);
        var colon = bytes.AsSpan().IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        typeName = Encoding.UTF8.GetString(bytes.AsSpan(0, colon));
        payload = bytes[(colon + 1)..];
        return true;
    }
}
