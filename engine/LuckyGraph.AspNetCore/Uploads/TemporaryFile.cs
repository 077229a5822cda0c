using LuckyGraph.Engine;
using Microsoft.Win32.SafeHandles;

namespace LuckyGraph.AspNetCore.Uploads;

/// <summary>
/// An uploaded file on disk. It has no name there while it is read (on Unix its name is removed at once, Windows deletes it with
/// its handle), so nothing is left behind however the request, or the process, ends.
/// </summary>
internal sealed class TemporaryFile : IFile, IDisposable
{
    private readonly FileStream _file;
    private readonly SafeFileHandle _handle;

    private TemporaryFile(FileStream file, string name, string? contentType)
    {
        _file = file;
        _handle = file.SafeFileHandle;
        Name = name;
        ContentType = contentType;
    }

    public string Name { get; }

    public long Length { get; private set; }

    public string? ContentType { get; }

    /// <summary>Makes an empty file that only this process's user may read.</summary>
    public static TemporaryFile Create(string folder, string name, string? contentType)
    {
        var path = Path.Combine(folder, $"luckygraph-{Guid.NewGuid():N}.upload");
        var settings = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None),
        };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, settings);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return new TemporaryFile(file, name, contentType);
    }

    /// <summary>Adds bytes at the end.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(_handle, bytes, Length, cancellationToken);
        Length += bytes.Length;
    }

    public Stream OpenReadStream()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        return new TemporaryFileStream(_handle, Length);
    }

    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken = default)
    {
        await using var source = OpenReadStream();
        await source.CopyToAsync(target, cancellationToken);
    }

    public void Dispose() => _file.Dispose();
}
