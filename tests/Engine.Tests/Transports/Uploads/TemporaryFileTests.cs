using System.Text;
using LuckyGraph.AspNetCore.Uploads;

namespace LuckyGraph.Engine.Tests.Transports.Uploads;

public sealed class TemporaryFileTests : IDisposable
{
    private readonly UploadFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_has_no_name_on_disk_while_it_is_read_and_is_gone_with_its_handle()
    {
        var file = TemporaryFile.Create(_folder.Path, "a.txt", null);
        await file.AppendAsync("abc"u8.ToArray(), default);

        Assert.Equal(_folder.OpenFiles is null ? null : 1, _folder.OpenFiles);
        Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, Directory.GetFiles(_folder.Path).Length);
        file.Dispose();

        await _folder.EmptyAsync();
    }

    [Fact]
    public async Task Streams_of_a_file_do_not_disturb_each_other()
    {
        using var file = TemporaryFile.Create(_folder.Path, "a.txt", null);
        await file.AppendAsync("abcdef"u8.ToArray(), default);
        await using var first = file.OpenReadStream();
        await using var second = file.OpenReadStream();

        Assert.Equal('a', first.ReadByte());
        second.Seek(-2, SeekOrigin.End);
        Assert.Equal('e', second.ReadByte());
        Assert.Equal('b', first.ReadByte());
        Assert.Equal((6, 2, 5), (first.Length, first.Position, second.Position));
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        Assert.Equal("abcdef", Encoding.ASCII.GetString(copy.ToArray()));
        Assert.Throws<NotSupportedException>(() => first.Write([1]));
    }

    [Fact]
    public async Task After_its_request_a_file_can_no_longer_be_read()
    {
        var file = TemporaryFile.Create(_folder.Path, "a.txt", null);
        await file.AppendAsync("abc"u8.ToArray(), default);
        var stream = file.OpenReadStream();

        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => file.OpenReadStream());
    }
}
