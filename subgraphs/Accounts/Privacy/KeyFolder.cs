using System.Security.Cryptography;
using LuckyGraph.Hosting;

namespace LuckyGraph.Accounts.Privacy;

/// <summary>
/// The folder with private keys. In Development missing keys are made on first use; elsewhere they must be there, because a new
/// key would make everything that was encrypted or signed with the old one unreadable.
/// </summary>
public sealed class KeyFolder(SubgraphSettings settings, IHostEnvironment environment)
{
    /// <summary>The P-256 key that signs tokens, as PEM in <c>accounts-es256.pem</c>.</summary>
    public string SigningKeyPem() => ReadOrCreate("accounts-es256.pem", static () =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    });

    /// <summary>The 256-bit key for personal data, as base64 in <c>pii.key</c>.</summary>
    public byte[] PersonalDataKey()
    {
        var key = Convert.FromBase64String(ReadOrCreate("pii.key", static () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))).Trim());
        return key.Length == 32 ? key : throw new InvalidOperationException("pii.key must hold 32 bytes as base64.");
    }

    private string ReadOrCreate(string name, Func<string> create)
    {
        var file = Path.Combine(settings.Keys, name);
        if (!File.Exists(file))
        {
            if (!environment.IsDevelopment())
            {
                throw new InvalidOperationException($"The key {name} is missing in LUCKY_KEYS ({settings.Keys}).");
            }

            // Written aside and linked into place: whoever comes second reads the first one's key, never half of it.
            Directory.CreateDirectory(settings.Keys);
            var draft = Path.Combine(settings.Keys, $".{name}.{Guid.CreateVersion7():N}");
            using (var stream = new FileStream(draft, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            using (var writer = new StreamWriter(stream))
            {
                writer.Write(create());
            }

            try
            {
                File.Move(draft, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(draft);
            }
        }

        return File.ReadAllText(file);
    }
}
