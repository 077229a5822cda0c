using System.Text.Json;

namespace LuckyGraph.Sandbox;

/// <summary>
/// Remembers the latest state of items by key in a file of JSON lines. A line is appended per change and flushed to disk before
/// the change counts, so that a crash loses nothing that was answered.
/// </summary>
public sealed class Journal<T> : IDisposable where T : class
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, T> items = new(StringComparer.Ordinal);
    private readonly FileStream file;
    private readonly Func<T, string> key;

    /// <summary>Opens or creates the journal.</summary>
    public Journal(string path, Func<T, string> key)
    {
        this.key = key;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
            {
                // The last line may be cut off by a crash; it was never acknowledged.
                if (TryRead(line) is { } item)
                {
                    items[key(item)] = item;
                }
            }
        }

        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write("\n"u8);
    }

    /// <summary>All items.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
            {
                return [.. items.Values];
            }
        }
    }

    /// <summary>One item, or null.</summary>
    public T? Find(string id)
    {
        lock (gate)
        {
            return items.GetValueOrDefault(id);
        }
    }

    /// <summary>Changes an item, or adds it when <paramref name="change"/> gets null; null from it leaves all as it is.</summary>
    public T? Change(string id, Func<T?, T?> change)
    {
        lock (gate)
        {
            var next = change(items.GetValueOrDefault(id));
            if (next is not null)
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(next, JsonSerializerOptions.Web));
                file.Write("\n"u8);
                file.Flush(flushToDisk: true);
                items[key(next)] = next;
            }

            return next;
        }
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private static T? TryRead(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
