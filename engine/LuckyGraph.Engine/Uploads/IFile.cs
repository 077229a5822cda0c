namespace LuckyGraph.Engine;

/// <summary>
/// A file that a client uploads: the value of an argument or input field of the scalar <c>Upload</c>. It lives as long as the
/// request; whoever needs the content for longer copies it.
/// </summary>
public interface IFile
{
    /// <summary>The name that the client gave the file, without folders; empty when it gave none. Never a path to trust.</summary>
    string Name { get; }

    /// <summary>Size in bytes.</summary>
    long Length { get; }

    /// <summary>The media type that the client claims, such as <c>image/png</c>; null when it claims none.</summary>
    string? ContentType { get; }

    /// <summary>The content from its beginning, read-only and seekable. May be opened many times, also at the same time.</summary>
    /// <exception cref="ObjectDisposedException">The request is over.</exception>
    Stream OpenReadStream();

    /// <summary>Copies the content from its beginning.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="ObjectDisposedException">The request is over.</exception>
    Task CopyToAsync(Stream target, CancellationToken cancellationToken = default);
}
