using System.Security.Cryptography;
using System.Text;

namespace LuckyGraph.Accounts.Privacy;

/// <summary>
/// Encrypts personal data with AES-256-GCM (version, nonce, tag, text; the purpose is authenticated along, so that a value cannot
/// be moved to another column) and makes keyed hashes by which it is found.
/// </summary>
public sealed class PersonalData
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly Lazy<(byte[] Encryption, byte[] Lookup)> _keys;

    public PersonalData(KeyFolder keys) => _keys = new Lazy<(byte[], byte[])>(() =>
    {
        var master = keys.PersonalDataKey();
        return (
            HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: "encryption"u8.ToArray()),
            HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: "lookup"u8.ToArray()));
    });

    /// <summary>Encrypts a text.</summary>
    public byte[] Encrypt(string purpose, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var result = new byte[1 + NonceLength + TagLength + plain.Length];
        result[0] = Version;
        var nonce = result.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys.Value.Encryption, TagLength);
        aes.Encrypt(nonce, plain, result.AsSpan(1 + NonceLength + TagLength), result.AsSpan(1 + NonceLength, TagLength), Encoding.UTF8.GetBytes(purpose));
        return result;
    }

    /// <summary>Decrypts a text.</summary>
    /// <exception cref="CryptographicException">The value was changed, or belongs to another key or purpose.</exception>
    public string Decrypt(string purpose, byte[] value)
    {
        if (value.Length < 1 + NonceLength + TagLength || value[0] != Version)
        {
            throw new CryptographicException("The value is not encrypted personal data.");
        }

        var plain = new byte[value.Length - 1 - NonceLength - TagLength];
        using var aes = new AesGcm(_keys.Value.Encryption, TagLength);
        aes.Decrypt(
            value.AsSpan(1, NonceLength),
            value.AsSpan(1 + NonceLength + TagLength),
            value.AsSpan(1 + NonceLength, TagLength),
            plain,
            Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>A keyed hash (HMAC-SHA-256): equal texts of a purpose have equal hashes, and only this host can make them.</summary>
    public byte[] Hash(string purpose, string text) => HMACSHA256.HashData(_keys.Value.Lookup, Encoding.UTF8.GetBytes($"{purpose}\n{text}"));
}
