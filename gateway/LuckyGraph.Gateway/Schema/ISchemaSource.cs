namespace LuckyGraph.Gateway.Schema;

/// <summary>Where the execution schema comes from.</summary>
public interface ISchemaSource
{
    /// <summary>What is read, as messages name it: <c>the execution schema /path/lucky.fusion.graphql</c>.</summary>
    string Description { get; }

    /// <summary>
    /// The state of the files behind it. Cheap, as it is asked every second: two equal answers mean that nothing changed, null
    /// that what is read first is not there.
    /// </summary>
    string? Stamp();

    /// <summary>Reads, and composes where that is needed.</summary>
    /// <exception cref="SchemaSourceException">It cannot be had; the message says why and what to do.</exception>
    ValueTask<SchemaText> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>An execution schema as it was read.</summary>
/// <param name="Sdl">Its text.</param>
/// <param name="Stamp">The state of the files from which it was read.</param>
public sealed record SchemaText(string Sdl, string? Stamp);

/// <summary>There is no schema to be had from a source; the message is for the person who runs the gateway.</summary>
public sealed class SchemaSourceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Files as sources look at them.</summary>
internal static class SourceFile
{
    /// <summary>Changes with the file's time and length; null when there is none.</summary>
    public static string? Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}:{file.Length}" : null;
    }

    /// <summary>The file's text.</summary>
    /// <exception cref="SchemaSourceException">It cannot be read.</exception>
    public static async ValueTask<string> ReadAsync(string path, string description, string hint, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SchemaSourceException($"{description} cannot be read: {e.Message}{hint}", e);
        }
    }
}
